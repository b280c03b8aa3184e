//! API tokens: hashed records of `identity`, found by their id.

use identity::TokenRecord;
use runs::Error;
use rusqlite::{OptionalExtension, params};

use crate::{
    Store,
    error::{Trouble, failed},
};

/// Most tokens in one list; nobody makes so many by hand.
const LIST_MAX: i64 = 10_000;

fn read(json: &str) -> Result<TokenRecord, Error> {
    serde_json::from_str(json)
        .map_err(|error| Trouble::corrupt(format!("a token's row cannot be read: {error}")).into())
}

impl Store {
    /// Keeps a token, or replaces the one with the same id.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put_token(&self, token: &TokenRecord) -> Result<(), Error> {
        let id = token.id.clone();
        let json = serde_json::to_string(token)
            .map_err(|error| Trouble::corrupt(format!("a token cannot be written: {error}")))?;
        self.write(move |conn| {
            conn.prepare_cached("INSERT OR REPLACE INTO token (id, record) VALUES (?1, ?2)")
                .and_then(|mut put| put.execute(params![id, json]))
                .map(drop)
                .map_err(failed)
        })
        .await
    }

    /// Returns the token with this id.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find_token(&self, id: &str) -> Result<Option<TokenRecord>, Error> {
        let id = id.to_owned();
        self.read(move |conn| {
            let found: Option<String> = conn
                .prepare_cached("SELECT record FROM token WHERE id = ?1")
                .and_then(|mut query| query.query_row([id], |row| row.get(0)).optional())
                .map_err(failed)?;
            found.as_deref().map(read).transpose()
        })
        .await
    }

    /// Lists the tokens by their id.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list_tokens(&self) -> Result<Vec<TokenRecord>, Error> {
        self.read(|conn| {
            let rows: Vec<String> = conn
                .prepare_cached("SELECT record FROM token ORDER BY id LIMIT ?1")
                .and_then(|mut query| query.query_map([LIST_MAX], |row| row.get(0))?.collect())
                .map_err(failed)?;
            rows.iter().map(|row| read(row)).collect()
        })
        .await
    }

    /// Forgets a token. Says whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn remove_token(&self, id: &str) -> Result<bool, Error> {
        let id = id.to_owned();
        self.write(move |conn| {
            conn.prepare_cached("DELETE FROM token WHERE id = ?1")
                .and_then(|mut remove| remove.execute([id]))
                .map(|rows| rows > 0)
                .map_err(failed)
        })
        .await
    }
}
