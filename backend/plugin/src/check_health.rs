//! `CheckHealth`: each configured upstream on its own line, with what to do about it.

mod report;
mod upstreams;

use std::sync::Arc;

use crate::{
    boundary::guarded,
    error::Error,
    metrics::Verb,
    proto::pluginv2::{
        CheckHealthRequest, CheckHealthResponse, check_health_response::HealthStatus,
    },
    shell::Shell,
};
use report::Report;

/// Checks everything that is configured, all at once.
///
/// # Errors
/// When the plugin is being stopped, or has a bug.
pub(crate) async fn check_health(
    shell: &Arc<Shell>,
    request: CheckHealthRequest,
) -> Result<CheckHealthResponse, Error> {
    let check = answer(shell, &request);
    let failed = |answer: &CheckHealthResponse| answer.status() == HealthStatus::Error;
    guarded(&shell.metrics, &shell.stop, Verb::CheckHealth, check, failed).await
}

async fn answer(shell: &Arc<Shell>, request: &CheckHealthRequest) -> CheckHealthResponse {
    // Every signed-in user may ask without a datasource: such a caller learns nothing.
    let Ok((instance, caller)) = shell.admit(request.plugin_context.as_ref()) else {
        return Report::unknown();
    };
    let lines = upstreams::check(&instance, &caller, &shell.metrics).await;
    Report::new(&instance.settings, lines).into_response()
}
