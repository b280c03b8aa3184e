//! The side that checks an assertion.

use std::{collections::HashSet, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};
use secrecy::SecretString;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::key;
use crate::{Claims, Error};

/// Longest assertion in bytes that is looked at: names and addresses are short, headers are bounded
/// anyway.
pub const ASSERTION_BYTES_MAX: usize = 8 * 1024;

/// Seconds by which the clocks of Grafana and the service may differ.
pub const CLOCK_SKEW_SECONDS: i64 = 5;

/// Longest life of an assertion in seconds.
pub const LIFETIME_SECONDS_MAX: i64 = 60;

/// What the request at hand demands of its assertion.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The request's path without query, after the service's sub-path (`/api/v1/runs`).
    pub path: &'a str,
    /// The sub-path the service lives under (`/ops`), or empty. `htu` may carry it or not: a plugin
    /// behind the proxy asks with it, one beside the service without.
    pub sub_path: &'a str,
    /// The body's hash, see [`crate::assertion::body_hash`].
    pub body_hash: &'a str,
    /// The origins the service answers to.
    pub origins: &'a [String],
    /// The time of the service.
    pub now: Timestamp,
}

/// Why an assertion is refused. The words name no part of the assertion, so they can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AssertionFault {
    /// Longer than [`ASSERTION_BYTES_MAX`].
    #[error("the assertion is too long")]
    TooLong,
    /// No compact JWS, or claims of another shape.
    #[error("the assertion is malformed")]
    Malformed,
    /// Any algorithm but HS256, `none` included.
    #[error("the assertion's algorithm is not HS256")]
    Algorithm,
    /// The header is not the one the plugin writes.
    #[error("the assertion's header has an unexpected field or type")]
    Header,
    /// No key has this id.
    #[error(
        "the assertion is signed with a key the service does not know: compare `assertionKey` on both sides"
    )]
    UnknownKey,
    /// The signature does not fit.
    #[error("the assertion's signature does not fit")]
    Signature,
    /// Made for another service.
    #[error(
        "the assertion is for another service: `serviceUrl` must have one of the service's origins"
    )]
    Audience,
    /// Its time is over.
    #[error("the assertion has expired: compare the clocks")]
    Expired,
    /// Issued in the future.
    #[error("the assertion is from the future: compare the clocks")]
    Future,
    /// Lives longer than [`LIFETIME_SECONDS_MAX`], or ends before it begins.
    #[error("the assertion's lifetime is not between 0 and 60 seconds")]
    Lifetime,
    /// Made for another method.
    #[error("the assertion is for another method")]
    Method,
    /// Made for another path.
    #[error("the assertion is for another path")]
    Path,
    /// Made for another body.
    #[error("the assertion is for another body")]
    Body,
    /// Without an id it could not be spent.
    #[error("the assertion has no id")]
    NoId,
}

struct Key {
    id: String,
    key: DecodingKey,
}

/// Checks assertions with one key, or with two while the key is changed. `Debug` shows the keys'
/// ids alone.
pub struct Verifier {
    keys: Vec<Key>,
    validation: Validation,
}

impl Verifier {
    /// Makes a verifier; `previous` is still accepted while the plugins move to `current`.
    ///
    /// # Errors
    /// [`Error::KeyTooShort`] if either is.
    pub fn new(current: &SecretString, previous: Option<&SecretString>) -> Result<Self, Error> {
        let keys = std::iter::once(current)
            .chain(previous)
            .map(|secret| {
                let bytes = key::key_bytes(secret)?;
                Ok(Key { id: key::id(bytes), key: DecodingKey::from_secret(bytes) })
            })
            .collect::<Result<_, Error>>()?;
        // Times and audience are compared below, with the caller's clock.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims = HashSet::new();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Ok(Self { keys, validation })
    }

    /// Returns the claims of `token` if it is ours, fresh and made for this very request.
    ///
    /// # Errors
    /// The first [`AssertionFault`] found; the signature is checked before anything the token says.
    pub fn verify(&self, token: &str, expected: &Expected<'_>) -> Result<Claims, AssertionFault> {
        if token.len() > ASSERTION_BYTES_MAX {
            return Err(AssertionFault::TooLong);
        }
        let claims = self.open(token)?;
        check_times(&claims, expected.now)?;
        if !expected.origins.contains(&claims.aud) {
            return Err(AssertionFault::Audience);
        }
        if claims.htm != expected.method {
            return Err(AssertionFault::Method);
        }
        if claims.htu != expected.path
            && claims.htu.strip_prefix(expected.sub_path) != Some(expected.path)
        {
            return Err(AssertionFault::Path);
        }
        if !bool::from(claims.bh.as_bytes().ct_eq(expected.body_hash.as_bytes())) {
            return Err(AssertionFault::Body);
        }
        if claims.jti.is_empty() {
            return Err(AssertionFault::NoId);
        }
        Ok(claims)
    }

    /// Checks header and signature; nothing of the payload is read before.
    fn open(&self, token: &str) -> Result<Claims, AssertionFault> {
        let header = read_header(token)?;
        let text = |field| header.get(field).and_then(Value::as_str);
        if text("alg") != Some("HS256") {
            return Err(AssertionFault::Algorithm);
        }
        // Exactly our three fields: an extension we do not know must not be passed over.
        let (Some("JWT"), Some(kid), 3) = (text("typ"), text("kid"), header.len()) else {
            return Err(AssertionFault::Header);
        };
        let mut fault = AssertionFault::UnknownKey;
        for known in self.keys.iter().filter(|known| known.id == kid) {
            match jsonwebtoken::decode::<Claims>(token, &known.key, &self.validation) {
                Ok(data) => return Ok(data.claims),
                Err(why) if matches!(why.kind(), ErrorKind::InvalidSignature) => {
                    fault = AssertionFault::Signature;
                }
                Err(_) => return Err(AssertionFault::Malformed),
            }
        }
        Err(fault)
    }
}

fn read_header(token: &str) -> Result<Map<String, Value>, AssertionFault> {
    let (header, _) = token.split_once('.').ok_or(AssertionFault::Malformed)?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| AssertionFault::Malformed)?;
    serde_json::from_slice(&header).map_err(|_| AssertionFault::Malformed)
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), AssertionFault> {
    let now = now.as_second();
    let lifetime = claims.exp.checked_sub(claims.iat).ok_or(AssertionFault::Lifetime)?;
    if !(0..=LIFETIME_SECONDS_MAX).contains(&lifetime) {
        return Err(AssertionFault::Lifetime);
    }
    if claims.iat > now.saturating_add(CLOCK_SKEW_SECONDS) {
        return Err(AssertionFault::Future);
    }
    if now >= claims.exp.saturating_add(CLOCK_SKEW_SECONDS) {
        return Err(AssertionFault::Expired);
    }
    Ok(())
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.keys.iter().map(|known| known.id.as_str());
        f.debug_list().entries(ids).finish()
    }
}
