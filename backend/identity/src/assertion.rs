//! The plugin's signed word for a user: a JWS bound to one request, for at most a minute.
//!
//! The algorithm is fixed: the header must be exactly the one we write (HS256, `JWT`, a known
//! `kid`), so no header field of a forged token is ever obeyed. The clock is the caller's, and so
//! is the memory of spent `jti`s.

mod claims;
mod key;
mod verify;

pub(crate) use claims::is_person;
pub use claims::{Claims, body_hash, is_nobody_login, origin, subject};
pub use key::{KEY_BYTES_MIN, Signer, make_key};
pub use verify::{
    ASSERTION_BYTES_MAX, AssertionFault, CLOCK_SKEW_SECONDS, Expected, LIFETIME_SECONDS_MAX,
    Verifier,
};

#[cfg(test)]
mod tests;
