//! Grafana's interval and range macros: plain text replacement in a fixed order.

use crate::time::{Step, TimeRange, format_go, format_interval};

/// Replaces `$__interval`, `$__range`, `$__rate_interval`, their `_ms` and `_s` forms, and the same
/// in braces. Names are prefixes of one another, so the order is a part of the meaning.
pub fn expand(text: &str, step: Step, range: TimeRange) -> String {
    if !text.contains("$__") && !text.contains("${__") {
        return text.to_owned();
    }
    let length_ms = range.length_ms();
    let length_seconds = (length_ms + 500) / 1000;
    let values = [
        ("__interval_ms", step.millis().to_string()),
        ("__interval", format_interval(step.millis())),
        ("__range_ms", length_ms.to_string()),
        ("__range_s", length_seconds.to_string()),
        ("__range", format!("{length_seconds}s")),
        ("__rate_interval_ms", step.rate_interval_ms().to_string()),
        ("__rate_interval", format_go(step.rate_interval_ms())),
    ];
    let mut out = text.to_owned();
    for (name, value) in &values {
        out = out.replace(&format!("${name}"), value);
    }
    for (name, value) in &values {
        out = out.replace(&format!("${{{name}}}"), value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let range = TimeRange::new(0, 3_600_400).unwrap();
        assert_eq!(expand(text, Step::from_millis(60_000), range), expect);
    }

    #[test]
    fn longer_names_win_over_their_prefixes() {
        check("$__interval_ms $__interval", "60000 1m");
        check("$__range_ms $__range_s $__range", "3600400 3600 3600s");
        check("$__rate_interval_ms $__rate_interval", "75000 1m15s");
    }

    #[test]
    fn braces_are_expanded_too() {
        check("rate(x[${__rate_interval}])", "rate(x[1m15s])");
        check("${__interval}${__range_s}", "1m3600");
    }

    #[test]
    fn other_dollars_stay() {
        check("$job ${__other} $__intervals", "$job ${__other} 1ms");
    }
}
