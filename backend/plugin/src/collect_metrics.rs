//! `CollectMetrics`: our own metrics as text. Grafana asks without login, so nothing here may tell
//! more than counts.

use bytes::Bytes;

use crate::{
    boundary::guarded,
    error::Error,
    metrics::Verb,
    proto::pluginv2::{CollectMetricsResponse, collect_metrics_response::Payload},
    shell::Shell,
};

/// Returns the metrics.
///
/// # Errors
/// When the plugin is being stopped.
pub(crate) async fn collect_metrics(shell: &Shell) -> Result<CollectMetricsResponse, Error> {
    let text = async { shell.metrics.text() };
    let text = guarded(&shell.metrics, &shell.stop, Verb::CollectMetrics, text, |_| false).await?;
    Ok(CollectMetricsResponse { metrics: Some(Payload { prometheus: Bytes::from(text) }) })
}
