//! The endpoints: a folder for each noun, a file for each verb.

pub(crate) mod actions;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod nodes;
pub(crate) mod openapi;
pub(crate) mod runs;
pub(crate) mod sd;
pub(crate) mod stop;

use crate::{app::App, problem::Refused, request::call::Call};

/// Spends the assertion of an acting call; a token has nothing to spend.
async fn spend(app: &App, call: &Call) -> Result<(), Refused> {
    let Some((jti, expires)) = call.jti() else { return Ok(()) };
    if app.store.spend(&jti, expires, call.now).await? {
        Ok(())
    } else {
        Err(actions::run::used_before())
    }
}
