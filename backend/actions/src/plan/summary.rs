//! Changes in words.

use serde_json::Value;
use targets::Change;

use crate::limits;

/// Longest value that is written out, in characters.
const VALUE_CHARS_MAX: usize = 80;

/// Returns one sentence on the changes.
pub(super) fn of(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing would change.".to_owned();
    }
    let shown: Vec<_> = changes.iter().take(limits::SUMMARY_CHANGES_MAX).map(change).collect();
    let rest = changes.len().saturating_sub(shown.len());
    let more = if rest == 0 { String::new() } else { format!("; {rest} more") };
    format!("{}{more}.", shown.join("; "))
}

fn change(change: &Change) -> String {
    let Change { target, field, from, to } = change;
    match from {
        Value::Null => format!("{target}: {field} → {}", value(to)),
        from => format!("{target}: {field} {} → {}", value(from), value(to)),
    }
}

fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = chars.by_ref().take(VALUE_CHARS_MAX).collect();
    if chars.next().is_some() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use targets::Target;

    use super::*;

    fn change(field: &str, from: Value, to: Value) -> Change {
        Change { target: Target::node("web-1"), field: field.to_owned(), from, to }
    }

    #[test]
    fn a_summary_names_the_first_changes_in_bounded_words() {
        assert_eq!(of(&[]), "Nothing would change.");
        let state = change("state", json!("ready"), json!("maint"));
        assert_eq!(of(&[state]), "node/web-1: state ready → maint.");
        let call = change("POST /notes", Value::Null, json!({"text": "a".repeat(200)}));
        let text = of(&[call]);
        assert!(text.starts_with("node/web-1: POST /notes → {\"text\":\"aaa"), "{text}");
        assert!(text.ends_with("….") && text.chars().count() < 120, "{text}");
        let many: Vec<_> = (0..5).map(|n| change("weight", json!(n), json!(n + 1))).collect();
        assert!(of(&many).ends_with("weight 2 → 3; 2 more."), "{}", of(&many));
    }
}
