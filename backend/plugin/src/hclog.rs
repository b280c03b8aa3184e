//! The log: one JSON object a line on stderr, in the form that Grafana's plugin host reads (hclog).
//!
//! The host asserts that `@message` and `@level` are strings without looking, and takes a line for
//! plain text unless its time has exactly six decimals. Other crates are heard from `warn` on only,
//! whatever the filter says: their finer levels print headers and bodies.

use std::{
    fmt,
    io::{self, Write as _},
};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{EnvFilter, Layer, layer::Context, layer::SubscriberExt as _};

use crate::{clock, limits::LOG_TEXT_BYTES_MAX};

/// The filter where `LEVERFRAME_LOG` says nothing.
const FILTER_DEFAULT: &str = "info";

/// Installs the log for the whole process; a filter that cannot be read is named in the log and
/// info is used.
pub(crate) fn install(filter: Option<&str>) {
    let wanted = filter.filter(|text| !text.trim().is_empty()).unwrap_or(FILTER_DEFAULT);
    let (parsed, fault) = match EnvFilter::try_new(wanted) {
        Ok(parsed) => (parsed, None),
        Err(fault) => (EnvFilter::new(FILTER_DEFAULT), Some(fault)),
    };
    let layer = Hclog { write: to_stderr }.with_filter(parsed);
    let subscriber = tracing_subscriber::registry().with(layer);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return; // somebody was first: their log is as good
    }
    if let Some(fault) = fault {
        tracing::warn!(%fault, "LEVERFRAME_LOG cannot be read, info is used");
    }
    std::panic::set_hook(Box::new(|panic| {
        // The panic's own text may quote what was being worked on, so only the place is told.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a handler panicked");
    }));
}

fn to_stderr(line: &str) {
    // A log that nobody reads must not stop the work.
    io::stderr().lock().write_all(line.as_bytes()).ok();
}

struct Hclog<W> {
    write: W,
}

impl<S: Subscriber, W: Fn(&str) + 'static> Layer<S> for Hclog<W> {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_ours(metadata.target()) || *metadata.level() <= Level::WARN
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        (self.write)(&line(event.metadata(), fields.0, clock::now()));
    }
}

fn is_ours(target: &str) -> bool {
    target.starts_with("gpx_leverframe") || target.starts_with("leverframe_")
}

fn line(metadata: &Metadata<'_>, mut fields: Map<String, Value>, at: Timestamp) -> String {
    let level = match *metadata.level() {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    };
    let message = fields.remove("message").unwrap_or_default();
    let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
    fields.insert("@level".to_owned(), level.into());
    fields.insert("@message".to_owned(), message.into());
    fields.insert("@module".to_owned(), metadata.target().into());
    fields.insert("@timestamp".to_owned(), format!("{at:.6}").into());
    let mut line = Value::Object(fields).to_string();
    line.push('\n');
    line
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let end = value.floor_char_boundary(LOG_TEXT_BYTES_MAX);
        self.put(field, &value[..end]);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn logged(act: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let write = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let subscriber = tracing_subscriber::registry().with(Hclog { write });
        tracing::subscriber::with_default(subscriber, act);
        let lines = lines.lock().unwrap();
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_is_what_the_host_parses() {
        let lines = logged(|| {
            tracing::info!(run.id = "a", tries = 3, share = f64::NAN, "two\nlines");
            tracing::error!(message = 7);
        });
        assert_eq!(lines[0]["@message"], "two\nlines");
        assert_eq!(lines[0]["@level"], "info");
        assert_eq!((&lines[0]["run.id"], &lines[0]["tries"]), (&"a".into(), &3.into()));
        let time = lines[0]["@timestamp"].as_str().unwrap();
        assert_eq!((time.len(), &time[19..20], &time[26..]), (27, ".", "Z"));
        assert_eq!(lines[1]["@message"], "7", "a number would crash the host");
    }

    #[test]
    fn other_crates_are_heard_from_warn_on() {
        let lines = logged(|| {
            tracing::debug!(target: "h2::codec", "authorization: PLANTED");
            tracing::warn!(target: "h2::codec", "broken");
            tracing::trace!(target: "leverframe_prometheus", "fine");
        });
        let messages: Vec<_> =
            lines.iter().map(|line| line["@message"].as_str().unwrap()).collect();
        assert_eq!(messages, ["broken", "fine"]);
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let lines = logged(|| tracing::info!("{}", "ä".repeat(LOG_TEXT_BYTES_MAX)));
        assert_eq!(lines[0]["@message"].as_str().unwrap().len(), LOG_TEXT_BYTES_MAX);
    }
}
