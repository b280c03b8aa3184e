//! What can go wrong while a target is read, by what the caller can do about it.

use crate::adapter::ArgsFault;

/// Why a target could not be read. `upstream` is the configured name of HAProxy or of a node API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used: correct it.
    #[error("{what}: {why}")]
    Config {
        /// The setting.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A name or an id that is not allowed to reach a target.
    #[error("{0:?} is not a name: use 1 to 128 of A-Z a-z 0-9 _ . : -, not `.` or `..` alone")]
    BadName(String),
    /// A target that is not written `kind/id`.
    #[error("{0:?} is not a target: write kind/id")]
    BadTarget(String),
    /// The arguments of the operation are wrong.
    #[error(transparent)]
    BadArgs(#[from] ArgsFault),
    /// No source knows this target, so nothing can be sent anywhere.
    #[error("{target} is not known: {why}")]
    UnknownTarget {
        /// The target as `kind/id`.
        target: String,
        /// Where it was looked for.
        why: String,
    },
    /// Several servers have the target's id, so nobody could say which one is meant.
    #[error("{target} is not one server: it is found in {places}; use id_from")]
    Ambiguous {
        /// The target as `kind/id`.
        target: String,
        /// The sources that have it.
        places: String,
    },
    /// Nothing reached the upstream: it may be tried again.
    #[error("cannot reach {upstream}: {cause}")]
    Unreachable {
        /// Who.
        upstream: String,
        /// The cause.
        cause: String,
    },
    /// The upstream was asked and gave no whole answer.
    #[error("no answer from {upstream}: {cause}")]
    NoAnswer {
        /// Who.
        upstream: String,
        /// The cause.
        cause: String,
    },
    /// The upstream answered that it will not.
    #[error("{upstream} refused: {answer}")]
    Refused {
        /// Who.
        upstream: String,
        /// Its words, bounded and without control characters.
        answer: String,
    },
    /// The answer is larger than is read.
    #[error("the answer of {upstream} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Who.
        upstream: String,
        /// The limit.
        limit_bytes: usize,
    },
    /// The answer does not have the shape it must have.
    #[error("the answer of {upstream} cannot be read: {cause}")]
    Protocol {
        /// Who.
        upstream: String,
        /// What is wrong with it.
        cause: String,
    },
}
