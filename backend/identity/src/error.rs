//! What can be wrong with keys, addresses and names that configuration hands in.

/// A key, an address or a name that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The assertion key is too short to be safe.
    #[error(
        "the assertion key has {bytes} bytes, at least {min} are needed (`leverframe init` makes one)"
    )]
    KeyTooShort {
        /// Bytes of the key.
        bytes: usize,
        /// Bytes it needs.
        min: usize,
    },
    /// The text is no `http` or `https` address, so it has no origin. It is not repeated: a
    /// password may stand anywhere in it.
    #[error("the address is no http(s) origin: write `https://host` or `https://host:port`")]
    NoOrigin,
    /// The grant does not exist.
    #[error("`{0}` is no grant; there is: stop")]
    UnknownGrant(String),
    /// The grant belongs to a feature that is not built.
    #[error("the grant `{0}` is not available yet")]
    GrantNotAvailable(String),
}
