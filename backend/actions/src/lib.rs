//! What the YAML means: definitions, plans, guards, steps, verify and undo.
#![doc = include_str!("../README.md")]

mod actions;
mod canonical;
pub mod catalog;
pub mod definition;
pub mod error;
mod execute;
mod facts;
pub mod fault;
pub mod guard;
pub mod limits;
pub mod parameters;
pub mod plan;
pub mod press;
pub mod refusal;
pub mod rights;
mod shipped;
mod source;
mod template;
#[cfg(test)]
mod testing;
mod verify;

pub use actions::{Actions, Listed, Parts};
pub use catalog::{Catalog, Loaded};
pub use definition::{Definition, Limits, ReasonRule, Risk};
pub use error::Error;
pub use fault::Fault;
pub use guard::Outcome;
pub use parameters::{ParameterFault, Parameters};
pub use plan::Plan;
pub use press::{Prepared, Press};
pub use refusal::{Code, Refusal};
pub use shipped::SHIPPED;
