//! What was done, and is being done.

pub(crate) mod cancel;
pub(crate) mod events;
pub(crate) mod get;
pub(crate) mod list;

use crate::{request::call::Call, to_api};

/// Makes the wire shape of a run for this caller.
fn shown(run: &::runs::Run, call: &Call) -> api::Run {
    if call.is_person() { to_api::run(run, false) } else { to_api::run_nameless(run) }
}
