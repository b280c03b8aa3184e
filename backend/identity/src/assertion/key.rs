//! The key both sides hold, and the side that signs.

use std::fmt;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::{Claims, Error, hex};

/// Shortest key in bytes: HS256 is as strong as its key up to the hash's 256 bits.
pub const KEY_BYTES_MIN: usize = 32;

/// Bytes of the key's hash that make its id: enough to tell two keys apart, far too few to say
/// anything about one.
const KEY_ID_BYTES: usize = 4;

/// Makes a key from 256 fresh random bits: 64 hex digits, so that it survives any editor and any
/// shell.
pub fn make_key(entropy: &[u8; 32]) -> SecretString {
    SecretString::from(hex::encode(entropy))
}

/// Returns the bytes of a key that is long enough.
pub(crate) fn key_bytes(key: &SecretString) -> Result<&[u8], Error> {
    let bytes = key.expose_secret().as_bytes();
    if bytes.len() < KEY_BYTES_MIN {
        return Err(Error::KeyTooShort { bytes: bytes.len(), min: KEY_BYTES_MIN });
    }
    Ok(bytes)
}

/// Returns the key's id: it says which key, and nothing about the key.
pub(crate) fn id(key: &[u8]) -> String {
    hex::encode(&Sha256::digest(key)[..KEY_ID_BYTES])
}

/// Signs assertions; the plugin holds one for each datasource. `Debug` shows the key's id alone.
#[derive(Clone)]
pub struct Signer {
    header: Header,
    key: EncodingKey,
}

impl Signer {
    /// Makes a signer; the key is the UTF-8 bytes of `key`.
    ///
    /// # Errors
    /// [`Error::KeyTooShort`] below [`KEY_BYTES_MIN`].
    pub fn new(key: &SecretString) -> Result<Self, Error> {
        let bytes = key_bytes(key)?;
        let header = Header { kid: Some(id(bytes)), ..Header::new(Algorithm::HS256) };
        Ok(Self { header, key: EncodingKey::from_secret(bytes) })
    }

    /// Returns the key's id, the first 8 hex digits of its SHA-256.
    pub fn kid(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }

    /// Returns the compact JWS of `claims`, for `Authorization: Bearer`.
    #[expect(
        clippy::expect_used,
        reason = "strings and numbers always serialize, HMAC takes any key"
    )]
    pub fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&self.header, claims, &self.key).expect("claims can be signed")
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid()).finish_non_exhaustive()
    }
}
