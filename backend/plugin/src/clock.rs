//! The system clock and the source of fresh ids: the one file of this crate that reads either.

use jiff::Timestamp;
use uuid::Uuid;

/// Returns the time of day.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Returns an id that nobody has used.
pub(crate) fn fresh_id() -> Uuid {
    Uuid::now_v7()
}
