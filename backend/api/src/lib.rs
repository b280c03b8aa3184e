//! Wire types of the service: the one contract between service, plugin, command line and browser.
#![doc = include_str!("../README.md")]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod action;
pub mod body;
pub mod id;
pub mod node;
pub mod page;
pub mod plan;
pub mod problem;
pub mod route;
pub mod run;
pub mod stop;
pub mod time;

pub use action::{Action, ActionBody, Risk};
pub use id::{Target, TargetFault, is_id};
pub use node::{Node, NodeState};
pub use page::Page;
pub use plan::{Change, Confirm, Guard, Plan, PlannedStep, ReasonRule};
pub use problem::{Problem, ProblemCode};
pub use route::{Match, Method, NoRoute, ROUTES, Route};
pub use run::{
    CancelBody, Direction, Run, RunState, Step, StepState, Unknown, Verify, VerifyVerdict,
};
pub use stop::{Stop, StopBody};
pub use time::Time;
