//! Why a press is refused, as one value for every door.

use std::fmt;

use targets::Change;

use crate::guard::Outcome;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $run:literal;)*) => {
        /// The refusals that planning and pressing can end in; the words are those of the problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Tells whether the refusal is also a run in state `refused`; the others are audited
            /// only.
            pub const fn is_run(self) -> bool {
                match self { $(Self::$name => $run,)* }
            }
        }
    };
}

codes! {
    /// The body has the wrong shape: another kind of target, no reason.
    InvalidBody = "invalid_body", false;
    /// The parameters breach the schema.
    InvalidParams = "invalid_params", false;
    /// Known, but not allowed.
    AuthForbidden = "auth_forbidden", false;
    /// Nobody is signed in.
    AuthAnonymous = "auth_anonymous", false;
    /// No such action or target.
    NotFound = "not_found", false;
    /// A plan has to be seen first.
    PlanRequired = "plan_required", false;
    /// What the plan saw has changed.
    PlanChanged = "plan_changed", true;
    /// The plan is too old or not known.
    PlanExpired = "plan_expired", true;
    /// A guard's condition does not hold.
    GuardUnmet = "guard_unmet", true;
    /// A guard's source cannot be asked, or its answer is no number.
    GuardUnavailable = "guard_unavailable", true;
    /// A guard's sample is too old.
    GuardStale = "guard_stale", true;
    /// A guard found nothing.
    GuardEmpty = "guard_empty", true;
    /// A guard found several series.
    GuardAmbiguous = "guard_ambiguous", true;
    /// The inventory or the target itself cannot be read.
    InventoryUnsure = "inventory_unsure", true;
}

/// A refusal: a code for programs, words for people, and what belongs to it. Who holds a target and
/// when it may be tried again is known to the store, whose refusals are `runs::Refusal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The code.
    pub code: Code,
    /// What is wrong and what to do.
    pub detail: String,
    /// JSON pointer to the faulty field of the body.
    pub pointer: Option<String>,
    /// The guards as they were judged, if any did not hold.
    pub guards: Vec<Outcome>,
    /// The difference to the plan.
    pub changes: Vec<Change>,
}

impl Refusal {
    /// Makes a refusal of `code`.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: None, guards: Vec::new(), changes: Vec::new() }
    }

    /// Names the faulty field.
    pub(crate) fn at(self, pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..self }
    }

    /// Returns what is stored with a refused run.
    pub fn stored(&self) -> runs::Refusal {
        runs::Refusal {
            code: self.code.as_str().to_owned(),
            detail: self.detail.clone(),
            next_allowed: None,
            holder: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}
