//! What a request has to pass, and what a handler knows of it then.

pub(crate) mod auth;
pub(crate) mod call;
pub(crate) mod gate;
pub(crate) mod host;
pub(crate) mod query;
