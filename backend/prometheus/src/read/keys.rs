//! The keys of an answer that mean something, as bits, so that a duplicate is refused.

use super::token::{Stop, bad};

/// Which keys were seen in each object.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Keys {
    pub(super) top: u8,
    pub(super) data: u8,
    pub(super) series: u8,
}

pub(super) const TOP_KEYS: [&str; 6] =
    ["status", "data", "errorType", "error", "warnings", "infos"];
pub(super) const DATA_KEYS: [&str; 2] = ["resultType", "result"];
pub(super) const SERIES_KEYS: [&str; 5] = ["metric", "value", "values", "histogram", "histograms"];

/// Returns the bit of a known key, and none for any other.
pub(super) fn key_bit(known: &[&str], key: &str) -> u8 {
    known.iter().position(|name| *name == key).map_or(0, |n| 1 << n)
}

/// Notes a key; refuses it the second time.
pub(super) fn once(seen: &mut u8, bit: u8, at: usize) -> Result<(), Stop> {
    if *seen & bit != 0 {
        return bad(at, "duplicate key");
    }
    *seen |= bit;
    Ok(())
}
