//! From `OpenMetrics` text to the older text format 0.0.4, which every Prometheus and promtool's
//! linter read.
//!
//! The differences that concern us: a counter's family carries `_total` in its comments too, there
//! are no units, and nothing marks the end.

use std::{collections::BTreeSet, fmt::Write as _};

/// Returns `open` in the text format 0.0.4.
pub(super) fn classic(open: &str) -> String {
    let counters: BTreeSet<&str> = open
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let mut text = String::with_capacity(open.len());
    for line in open.lines() {
        let comment = line.strip_prefix("# ").and_then(|rest| rest.split_once(' '));
        let written = match comment {
            Some(("UNIT", _)) => Ok(()),
            Some((word, rest)) => {
                let (name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let total = if counters.contains(name) { "_total" } else { "" };
                writeln!(text, "# {word} {name}{total} {rest}")
            }
            None if line == "# EOF" => Ok(()),
            None => writeln!(text, "{line}"),
        };
        // Writing into a String cannot fail.
        written.ok();
    }
    text
}
