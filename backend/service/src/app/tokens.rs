//! The API tokens of a site, in memory: so that whoever holds one comes in also while the disk is
//! away.

use std::collections::BTreeMap;

use identity::TokenRecord;

/// All tokens, by id. They hold hashes, never secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(BTreeMap<String, TokenRecord>);

impl Tokens {
    /// Makes the table from records.
    pub(crate) fn new(records: Vec<TokenRecord>) -> Self {
        Self(records.into_iter().map(|record| (record.id.clone(), record)).collect())
    }

    /// Returns the record with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&TokenRecord> {
        self.0.get(id)
    }
}
