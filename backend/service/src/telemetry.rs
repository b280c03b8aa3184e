//! The log: on stderr, as text or JSON, one line an event.

use anyhow::Context as _;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::LogEnv;

/// Starts the log of the process.
pub(crate) fn start(log: &LogEnv) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter).with_context(|| {
        format!(
            "LEVERFRAME_LOG: `{}` is no filter, write it as in info,leverframe=debug",
            log.filter
        )
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    if log.json {
        registry
            .with(lines.json().flatten_event(true).with_current_span(true).with_span_list(false))
            .init();
    } else {
        registry.with(lines).init();
    }
    Ok(())
}
