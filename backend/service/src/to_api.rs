//! From ours to the wire: the only place that makes wire shapes of actions, plans, runs and nodes.

mod action;
mod node;
mod run;

pub(crate) use action::{action, change, code, guard, plan};
pub(crate) use node::{nameless, node, node_unseen};
pub(crate) use run::{run, run_nameless, state};
