//! The durable run: what may happen to it, what state follows, and who drives it on.
#![doc = include_str!("../README.md")]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod clock;
pub mod error;
pub mod event;
pub mod failure;
pub mod feed;
pub mod handler;
pub mod next;
mod progress;
pub mod request;
pub mod run;
pub mod runner;
pub mod state;
pub mod store;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use event::{Event, EventKind};
pub use failure::Failure;
pub use feed::{Change, Feed};
pub use handler::{Handler, Measured, Sent, Verdict};
pub use next::{Next, next};
pub use request::{Goal, LockKey, LockMode, Refusal, Request, StepPlan, UndoRule};
pub use run::{Direction, Run, RunId, State, StepRecord, StepState, Unknown, What};
pub use runner::{Limits, Parts, Runner};
pub use state::fold;
pub use store::{Admission, Admitted, Collision, Page, Rate, RunFilter, RunStore};
