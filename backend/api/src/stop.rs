//! The stop switch: one flag that keeps every new start and forward step from happening.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// The switch as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stop {
    /// True while nothing may start.
    pub stopped: bool,
    /// When it was thrown; `null` while it is off.
    pub since: Option<Time>,
    /// Who threw it; `null` while it is off.
    pub by: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// What throws or lifts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    /// True to stop, false to go on.
    pub stopped: bool,
    /// Why; kept in the audit.
    pub reason: Option<String>,
}
