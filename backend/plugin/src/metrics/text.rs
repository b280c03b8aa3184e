//! From `OpenMetrics` to Prometheus' older text format, which Grafana passes on and `promtool`
//! checks.
//!
//! Two things differ: a counter's family carries the name of its samples (`…_total`), and there is
//! no `# EOF`.

/// Rewrites the head lines of counters and leaves the end mark out.
pub(super) fn from_open_metrics(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut help: Option<&str> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = Some(rest);
        } else if let Some((name, kind)) = type_line(line) {
            let suffix = if kind == "counter" { "_total" } else { "" };
            if let Some((_, words)) = help.take().and_then(|help| help.split_once(' ')) {
                out.extend(["# HELP ", name, suffix, " ", words, "\n"]);
            }
            out.extend(["# TYPE ", name, suffix, " ", kind, "\n"]);
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn type_line(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("# TYPE ")?.split_once(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_named_like_its_samples() {
        let text = "# HELP a Things.\n# TYPE a counter\na_total{b=\"c # d\"} 1\n\
                    # HELP g Now.\n# TYPE g gauge\ng 2\n# EOF\n";
        let want = "# HELP a_total Things.\n# TYPE a_total counter\na_total{b=\"c # d\"} 1\n\
                    # HELP g Now.\n# TYPE g gauge\ng 2\n";
        assert_eq!(from_open_metrics(text), want);
    }
}
