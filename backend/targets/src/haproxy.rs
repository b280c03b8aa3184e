//! HAProxy through its runtime API: what its servers do, and the operations that move traffic.

use serde_json::Value;

use crate::Verdict;

mod client;
mod reply;
mod servers;
mod set_state;
mod set_weight;
mod socket;
mod wait_idle;

pub use client::{Haproxy, ServerName};
pub use servers::{Admin, ServerConnections, ServerStat, ServerState};
pub use set_state::SetState;
pub use set_weight::SetWeight;
pub use socket::Address;
pub use wait_idle::WaitIdle;

/// Judges one field of a server. The absolute value is wanted, so whoever set it, it is done. A
/// restart in between voids what was seen before.
fn judge(field: &str, wanted: &Value, before: &Value, now: &Value) -> Verdict {
    match now.get(field) {
        None => Verdict::Undecided,
        Some(value) if value == wanted => Verdict::Done,
        Some(_) if now == before => Verdict::NotDone,
        Some(_) => Verdict::Foreign,
    }
}

#[cfg(test)]
mod tests;
