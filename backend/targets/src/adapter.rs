//! What an operation is: the contract between the engine that runs steps and the adapters.
//!
//! The engine observes, stores the intent and the inverse, applies, observes again and asks the
//! operation to judge. An operation never decides what happens next.

mod args;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::args::{Args, fault, is_template};
use crate::{Error, Target};

/// A flag that stops what can be stopped: `is_cancelled()` looks, `cancelled().await` waits.
pub type CancelFlag = tokio_util::sync::CancellationToken;

/// One operation on one target, with its arguments rendered. It is stored with the step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The name of the operation, as `haproxy.set_state`.
    pub operation: String,
    /// The thing acted on.
    pub target: Target,
    /// The arguments, an object.
    pub args: Value,
    /// Unique for this step and direction, the same for each attempt; sent to targets that take
    /// such a key. An inverse has its own.
    pub effect_key: String,
}

/// What became of a call, as far as its answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The target said yes. Whether there is an effect is for the observation to say.
    Done {
        /// Its words, bounded.
        reply: String,
    },
    /// Nothing was changed, and that is proven.
    Failed {
        /// Why that is known.
        proof: String,
        /// Whether the same call may succeed later.
        retry: bool,
    },
    /// It may have happened or not: observe before anything else.
    Lost {
        /// What was seen instead of an answer.
        cause: String,
    },
}

/// What two observations say about an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The wanted state is there.
    Done,
    /// The target is as it was before.
    NotDone,
    /// Some of it is there.
    Partial,
    /// The target is neither as before nor as wanted: somebody else was there.
    Foreign,
    /// The observation cannot tell.
    Undecided,
}

/// One difference that a call would make, for the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What would change.
    pub target: Target,
    /// Which of its fields.
    pub field: String,
    /// The value now; `null` where it is not known.
    pub from: Value,
    /// The value after.
    pub to: Value,
}

/// An argument that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ArgsFault {
    /// Where, as a JSON pointer into the arguments.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ArgsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{pointer}: {}", self.message)
    }
}

/// One thing that can be done to a target.
#[async_trait]
pub trait Operation: Send + Sync {
    /// Returns the name by which definitions call it, as `haproxy.set_state`.
    fn name(&self) -> &'static str;

    /// Checks the arguments of a definition. A string that holds `{{` is a template and passes
    /// wherever one may stand: check the rendered arguments again while planning.
    fn check_args(&self, args: &Value) -> Result<(), ArgsFault>;

    /// Returns what a person reads while the step runs.
    fn title(&self, call: &Call) -> String;

    /// Returns what the target looks like now, as small JSON with the governed fields only, so
    /// that two observations of an untouched target are equal.
    async fn observe(&self, call: &Call) -> Result<Value, Error>;

    /// Returns what the call would change, given the target as observed.
    fn changes(&self, call: &Call, before: &Value) -> Vec<Change>;

    /// Returns the call that restores `before`, to be stored ahead of the step; `None` if there
    /// is none. Its effect key is derived from the call's.
    fn inverse(&self, call: &Call, before: &Value) -> Option<Call>;

    /// Does it, once. `stop` ends what waits, and holds back what is not sent yet; what has been
    /// sent is waited for up to its timeout.
    async fn apply(&self, call: &Call, before: &Value, stop: &CancelFlag) -> Sent;

    /// Says what became of the call, from the target before and now.
    fn judge(&self, call: &Call, before: &Value, now: &Value) -> Verdict;

    /// Tells whether [`Operation::judge`] can see this effect. Where it cannot, a `Done` is
    /// believed and a `Lost` waits for a person.
    fn observable(&self, _call: &Call, _before: &Value) -> bool {
        true
    }

    /// Returns how long a request whose answer was lost may still arrive.
    fn settle(&self) -> Duration;

    /// Returns the longest time that [`Operation::apply`] takes.
    fn timeout(&self, call: &Call) -> Duration;

    /// Tells whether it changes anything. What does not (a wait) has nothing to undo and cannot be
    /// lost.
    fn effect(&self) -> bool;

    /// Tells whether each call is an effect of its own, as a request is, and not a field that gets
    /// a value. A plan neither drops such a change nor merges two of them.
    fn adds(&self) -> bool {
        false
    }
}

/// Returns the call that undoes `call` with other arguments, with an effect key of its own.
pub(crate) fn undo_of(call: &Call, args: Value) -> Call {
    Call { args, effect_key: format!("{}-undo", call.effect_key), ..call.clone() }
}

/// Says that nothing was sent because of `error`.
pub(crate) fn unsent(error: &Error) -> Sent {
    let retry = matches!(error, Error::Unreachable { .. } | Error::NoAnswer { .. });
    Sent::Failed { proof: format!("nothing was sent: {error}"), retry }
}
