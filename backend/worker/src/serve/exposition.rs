//! A registry in Prometheus' text format 0.0.4.
//!
//! The client library writes `OpenMetrics`, where the family of a counter lacks the `_total` of its
//! samples. Readers of the older format would take such a counter for untyped.

use prometheus_client::{encoding::text::encode_registry, registry::Registry};

/// The content type of the text format.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Returns all metrics as text.
pub(super) fn text(registry: &Registry) -> String {
    let mut open_metrics = String::new();
    match encode_registry(&mut open_metrics, registry) {
        Ok(()) => older(&open_metrics),
        Err(_) => String::new(), // writing into a string does not fail
    }
}

/// Renames the families of counters, and drops the unit lines that the older format lacks.
fn older(open_metrics: &str) -> String {
    let mut out = String::with_capacity(open_metrics.len() + 128);
    let mut lines = open_metrics.lines().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        let counter = family(line).is_some_and(|family| {
            let kind = if line.starts_with("# TYPE ") { line } else { next };
            kind == format!("# TYPE {family} counter")
        });
        match line.splitn(4, ' ').collect::<Vec<_>>()[..] {
            ["#", "UNIT", ..] => continue,
            ["#", word, family, rest] if counter => {
                out.push_str(&["# ", word, " ", family, "_total ", rest].concat());
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// Returns the family that a comment line is about.
fn family(line: &str) -> Option<&str> {
    line.strip_prefix("# ")?.split(' ').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_keep_their_name_and_units_are_left_out() {
        let open = "# HELP a Some words.\n# TYPE a counter\na_total{x=\"# HELP a\"} 1\n\
                    # HELP b_seconds B.\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\nb_seconds 2\n";
        let older = older(open);
        assert_eq!(
            older,
            "# HELP a_total Some words.\n# TYPE a_total counter\na_total{x=\"# HELP a\"} 1\n\
             # HELP b_seconds B.\n# TYPE b_seconds gauge\nb_seconds 2\n"
        );
    }
}
