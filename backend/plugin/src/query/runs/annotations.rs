//! Runs as annotations: regions from the press to the end, in the words of the run.

use api::Run;
use frames::Meta;

use super::super::table::Table;
use crate::{error::Error, query_data::Frames};

/// Tells whether a run lasted into the range that is drawn.
pub(super) fn is_within(run: &Run, from_ms: i64, to_ms: i64) -> bool {
    let begins = run.created.0.as_millisecond();
    let ends = run.ended.map_or(i64::MAX, |ended| ended.0.as_millisecond());
    begins <= to_ms && ends >= from_ms
}

/// Returns the frame that Grafana draws annotations from. A run without an end is a point. `cut_at`
/// tells after how many runs the search for them was given up.
pub(super) fn frames(runs: &[Run], cut_at: Option<usize>, ref_id: &str) -> Result<Frames, Error> {
    let titles: Vec<_> =
        runs.iter().map(|run| escaped(&format!("{} {}", run.action, run.target))).collect();
    let texts: Vec<_> = runs.iter().map(text).collect();
    // Grafana splits tags at commas and keeps spaces.
    let tags: Vec<_> =
        runs.iter().map(|run| format!("{},{}", run.action, run.state.as_str())).collect();
    let mut table = Table::default();
    table.time("time", runs.iter().map(|run| run.created));
    table.time_or_null("timeEnd", runs.iter().map(|run| run.ended));
    table.text("title", titles.iter().map(String::as_str));
    table.text("text", texts.iter().map(String::as_str));
    table.text("tags", tags.iter().map(String::as_str));
    table.text("id", runs.iter().map(|run| run.id.as_str()));
    if let Some(read) = cut_at {
        table.cut_at(read);
    }
    table.into_frames_with(ref_id, Meta::default())
}

fn text(run: &Run) -> String {
    let mut text = run.state.as_str().replace('_', " ");
    match run.verified {
        Some(true) => text.push_str(", verified"),
        Some(false) => text.push_str(", not verified"),
        None => {}
    }
    for more in [&run.why, &run.reason].into_iter().flatten() {
        text.push_str(": ");
        text.push_str(more);
    }
    escaped(&text)
}

/// Grafana shows an annotation's text as HTML, so words of people must not become markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
