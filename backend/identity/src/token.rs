//! API tokens: the secret a program or the command line shows, of which only the hash is kept.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{Actor, Grant, Role, Via, hex};

/// Bytes of the id: eight are unique among any number of tokens a person makes.
const ID_BYTES: usize = 8;

/// Bytes of the secret part: 256 bits.
const SECRET_BYTES: usize = 32;

/// Fresh random bytes a token is made of.
pub const TOKEN_ENTROPY_BYTES: usize = ID_BYTES + SECRET_BYTES;

/// A token as its owner holds it, `lf_<16 hex>_<64 hex>`. `Debug` shows the id alone.
pub struct TokenSecret {
    id: String,
    text: SecretString,
}

impl TokenSecret {
    /// Makes a token from fresh random bytes.
    pub fn new(entropy: &[u8; TOKEN_ENTROPY_BYTES]) -> Self {
        let (id, secret) = entropy.split_at(ID_BYTES);
        let id = hex::encode(id);
        let text = SecretString::from(format!("lf_{id}_{}", hex::encode(secret)));
        Self { id, text }
    }

    /// Reads what a request carries; `None` if it cannot be a token of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix("lf_")?.split_once('_')?;
        hex::decode::<ID_BYTES>(id)?;
        hex::decode::<SECRET_BYTES>(secret)?;
        Some(Self { id: id.to_owned(), text: SecretString::from(text) })
    }

    /// Returns the id: no secret, it finds the record.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the whole text, to be shown to its owner once.
    pub fn text(&self) -> &SecretString {
        &self.text
    }

    /// Returns the hash to keep.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.text.expose_secret()).into())
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSecret").field("id", &self.id).finish_non_exhaustive()
    }
}

/// SHA-256 of a token's text. A plain hash is enough: the token is 256 random bits, which no list
/// of likely passwords holds, so a slow or salted hash would protect nothing more. Compared in
/// constant time; `Debug` hides it.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        hex::decode(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom("a token hash has 64 hex digits"))
    }
}

/// What is kept of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRecord {
    /// The id inside the token's text.
    pub id: String,
    /// The name its maker gave it.
    pub name: String,
    /// The hash of its text.
    pub hash: TokenHash,
    /// The role it acts with.
    pub role: Role,
    /// Rights beyond the role.
    #[serde(default)]
    pub grants: BTreeSet<Grant>,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is refused; `None` means never.
    pub expires: Option<Timestamp>,
}

/// Why a token is refused. A caller learns only that it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Another secret than the one that was hashed.
    #[error("the token is not valid")]
    Wrong,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
}

impl TokenRecord {
    /// Makes the record of a new token.
    pub fn new(secret: &TokenSecret, name: impl Into<String>, role: Role, now: Timestamp) -> Self {
        Self {
            id: secret.id().to_owned(),
            name: name.into(),
            hash: secret.hash(),
            role,
            grants: BTreeSet::new(),
            created: now,
            expires: None,
        }
    }

    /// Returns the actor behind `presented`.
    ///
    /// # Errors
    /// [`TokenFault`] if it is another token or its time is over; whether it expired is told only
    /// to the owner.
    pub fn check(&self, presented: &TokenSecret, now: Timestamp) -> Result<Actor, TokenFault> {
        if self.id != presented.id() || self.hash != presented.hash() {
            return Err(TokenFault::Wrong);
        }
        if self.expires.is_some_and(|expires| now >= expires) {
            return Err(TokenFault::Expired);
        }
        Ok(Actor {
            subject: format!("token:{}", self.id),
            name: self.name.clone(),
            email: String::new(),
            role: self.role,
            org: None,
            tenant: None,
            grants: self.grants.clone(),
            via: Via::Token,
        })
    }
}

#[cfg(test)]
mod tests;
