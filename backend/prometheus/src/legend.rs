//! `legendFormat`: the name under which a series is drawn.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The legend that leaves naming to the frontend.
const AUTO: &str = "__auto";

/// Returns the display name of a series, or none where the frontend shall find one.
///
/// An empty format prints the labels as PromQL does, `__auto` names only series without labels, and
/// anything else is a template in which `{{label}}` stands for the label's value.
pub fn display_name(format: &str, expr: &str, labels: &BTreeMap<String, String>) -> Option<String> {
    let name = match format {
        "" => labels_text(labels),
        AUTO if labels.is_empty() => return Some(expr.to_owned()),
        AUTO => return None,
        template => filled(template, labels),
    };
    match name.as_str() {
        "" => None,
        "{}" => Some(expr.to_owned()),
        _ => Some(name),
    }
}

fn labels_text(labels: &BTreeMap<String, String>) -> String {
    let mut out = labels.get("__name__").cloned().unwrap_or_default();
    let pairs: Vec<_> = labels
        .iter()
        .filter(|(name, _)| *name != "__name__")
        .map(|(name, value)| format!("{name}={}", quoted(value)))
        .collect();
    if out.is_empty() || !pairs.is_empty() {
        out.push('{');
        out.push_str(&pairs.join(", "));
        out.push('}');
    }
    out
}

fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => {
                if write!(out, "\\x{:02x}", u32::from(c)).is_err() {
                    out.push(c); // writing to a String cannot fail
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn filled(template: &str, labels: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find("{{") {
        let inside = &rest[open + 2..];
        // At least one character stands between the braces, as in Grafana's own expression.
        let Some(length) = after_first(inside).and_then(|at| Some(at + inside[at..].find("}}")?))
        else {
            break;
        };
        out.push_str(&rest[..open]);
        let name = inside[..length].trim();
        out.push_str(labels.get(name).map_or("", String::as_str));
        rest = &inside[length + 2..];
    }
    out.push_str(rest);
    out
}

fn after_first(text: &str) -> Option<usize> {
    text.chars().next().map(char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[track_caller]
    fn check(format: &str, pairs: &[(&str, &str)], expect: Option<&str>) {
        assert_eq!(display_name(format, "sum(up)", &labels(pairs)).as_deref(), expect);
    }

    #[test]
    fn an_empty_format_prints_the_labels() {
        check(
            "",
            &[("__name__", "up"), ("job", "a"), ("b", "x\"y")],
            Some(r#"up{b="x\"y", job="a"}"#),
        );
        check("", &[("__name__", "up")], Some("up"));
        check("", &[], Some("sum(up)"));
    }

    #[test]
    fn auto_names_only_series_without_labels() {
        check("__auto", &[("job", "a")], None);
        check("__auto", &[], Some("sum(up)"));
    }

    #[test]
    fn a_template_takes_label_values() {
        check("{{ job }}-{{instance}}", &[("job", "a"), ("instance", "é")], Some("a-é"));
        check("{{none}}", &[("job", "a")], None);
        check("{{job}", &[("job", "a")], Some("{{job}"));
        check("{{}}", &[], Some("{{}}"));
        check("{}", &[], Some("sum(up)"));
        check("{{é}}x", &[("é", "1")], Some("1x"));
    }
}
