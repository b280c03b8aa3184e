//! Refusals as RFC 9457 problems with a closed list of codes.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{Change, Guard, Time};

/// Media type of a problem (RFC 9457).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What the `type` of every problem of ours begins with; the code follows.
pub const TYPE_PREFIX: &str = "urn:leverframe:problem:";

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// Every refusal there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemCode { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        impl ProblemCode {
            /// The list, for documents and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// Returns the wire word.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)* } }
            /// Returns the HTTP status.
            pub const fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }
            /// Returns the title for people, the same for every occurrence.
            pub const fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }
            /// Finds a code by its wire word.
            pub fn parse(text: &str) -> Option<Self> { match text { $($code => Some(Self::$name),)* _ => None } }
        }
    };
}

codes! {
    /// The body is not JSON.
    InvalidJson = "invalid_json", 400, "The body is not valid JSON";
    /// The body has the wrong shape.
    InvalidBody = "invalid_body", 400, "The body does not have the expected shape";
    /// The parameters breach the action's schema.
    InvalidParams = "invalid_params", 400, "A parameter is not valid";
    /// A field whose feature is not there yet.
    NotAvailable = "not_available", 400, "This is not available yet";
    /// The plugin's assertion is missing or not valid.
    AuthAssertion = "auth_assertion", 401, "The signed assertion was refused";
    /// The token is missing or not valid.
    AuthToken = "auth_token", 401, "A valid token is needed";
    /// Known, but not allowed.
    AuthForbidden = "auth_forbidden", 403, "You may not do this";
    /// Nobody is signed in.
    AuthAnonymous = "auth_anonymous", 403, "Sign in to do this";
    /// Nothing there, or nothing that the actor may know of.
    NotFound = "not_found", 404, "There is no such thing";
    /// The path takes another method.
    Method = "method", 405, "This path takes another method";
    /// What the plan saw has changed.
    PlanChanged = "plan_changed", 409, "The plan no longer fits";
    /// The plan's time is over.
    PlanExpired = "plan_expired", 409, "The plan has expired";
    /// A plan has to be seen first.
    PlanRequired = "plan_required", 409, "Make a plan first";
    /// Another run holds the target.
    TargetBusy = "target_busy", 409, "Another run holds the target";
    /// Too many nodes of the pool would be unavailable.
    Budget = "budget", 409, "The pool's budget is used up";
    /// A blocking alert fires.
    GuardBlocked = "guard_blocked", 409, "A guard blocks this";
    /// A guard's condition does not hold.
    GuardUnmet = "guard_unmet", 409, "A guard does not hold";
    /// The run's state does not allow it.
    IllegalTransition = "illegal_transition", 409, "The run's state does not allow this";
    /// More bytes than allowed.
    TooLarge = "too_large", 413, "The body is too large";
    /// Not `application/json`.
    MediaType = "media_type", 415, "The body must be application/json";
    /// The idempotency key was used for another request.
    KeyReused = "key_reused", 422, "The idempotency key belongs to another request";
    /// The target rests after the last run.
    Cooldown = "cooldown", 429, "The target is cooling down";
    /// Too many runs in the window.
    Rate = "rate", 429, "Too many runs of this action on this target";
    /// The stop switch is thrown.
    Stopped = "stopped", 503, "The stop switch is thrown";
    /// A guard's source cannot be asked.
    GuardUnavailable = "guard_unavailable", 503, "A guard could not be read";
    /// A guard's sample is too old.
    GuardStale = "guard_stale", 503, "A guard's sample is too old";
    /// A guard found nothing.
    GuardEmpty = "guard_empty", 503, "A guard found no sample";
    /// A guard found several series.
    GuardAmbiguous = "guard_ambiguous", 503, "A guard found more than one series";
    /// The disk is full.
    StoreFull = "store_full", 503, "The store is full";
    /// The store cannot be written.
    StoreReadOnly = "store_read_only", 503, "The store is read-only";
    /// The store is damaged.
    StoreCorrupt = "store_corrupt", 503, "The store is damaged";
    /// Too much at once for the store, the service's door or the plugin: the detail says which, and
    /// nothing was done.
    StoreBusy = "store_busy", 503, "Too much is going on at once";
    /// The store does not answer.
    StoreUnavailable = "store_unavailable", 503, "The store does not answer";
    /// The inventory is not sure.
    InventoryUnsure = "inventory_unsure", 503, "The inventory is not sure";
    /// Our own fault; the log has the cause. The one code that is ours alone: no client need know
    /// it, and after an acting call the plugin says [`Self::OutcomeUnknown`] instead.
    Internal = "internal", 500, "Something went wrong inside";
    /// The service did not take the plugin's assertion (plugin only).
    AssertionRefused = "assertion_refused", 502, "The service refused the plugin's assertion";
    /// The service cannot be reached (plugin only).
    ServiceUnreachable = "service_unreachable", 502, "The service cannot be reached";
    /// The connection was lost after sending (plugin only).
    OutcomeUnknown = "outcome_unknown", 502, "The outcome is not known";
}

// By hand: the derive would list the variants' names, for it does not see a rename made by a macro.
impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.iter().map(|code| code.as_str());
        let text = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        text.description(Some("Every refusal there is")).into()
    }
}

impl ToSchema for ProblemCode {}

/// A refusal. What does not apply is left out, as RFC 9457 has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:leverframe:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// For people; the same for every occurrence of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// For programs.
    pub code: ProblemCode,
    /// For people; of this occurrence: what is wrong and what to do.
    pub detail: String,
    /// JSON pointer (RFC 6901) to the faulty field of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Line of a fault in the body, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column of a fault in the body, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The refused run, where the refusal is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// When it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_allowed: Option<Time>,
    /// The run that holds the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The guards that did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guards: Option<Vec<Guard>>,
    /// The difference to the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<Change>>,
    /// Added by the plugin: Grafana's toast reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Problem {
    /// Makes a problem of `code`; `detail` says what is wrong and what to do.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("{TYPE_PREFIX}{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: detail.into(),
            pointer: None,
            line: None,
            column: None,
            run_id: None,
            next_allowed: None,
            holder: None,
            guards: None,
            changes: None,
            message: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back_from_its_word() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::parse(code.as_str()), Some(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn a_problem_leaves_out_what_does_not_apply() {
        let problem = Problem::new(ProblemCode::Cooldown, "web-1 rests until 12:00");
        insta::assert_json_snapshot!(problem, @r#"
        {
          "type": "urn:leverframe:problem:cooldown",
          "title": "The target is cooling down",
          "status": 429,
          "code": "cooldown",
          "detail": "web-1 rests until 12:00"
        }
        "#);
    }
}
