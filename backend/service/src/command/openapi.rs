//! `leverframe openapi`: the document that clients are made from.

use super::Fault;
use crate::{exit::Exit, openapi, terminal::say};

/// Prints the document.
pub(crate) fn run() -> Result<Exit, Fault> {
    say(openapi::text()?.trim_end());
    Ok(Exit::Succeeded)
}
