//! A dashboard's variables, put into its queries as Grafana does before it asks.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dashboard::list;

/// Values by name.
#[derive(Debug, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Reads the values that the file holds, which a public dashboard would use too.
    pub(super) fn of(entries: &Value) -> Self {
        let pair = |one: &Value| {
            let name = one["name"].as_str()?.to_owned();
            Some((name, one["current"]["value"].as_str()?.to_owned()))
        };
        Self(list(entries).iter().filter_map(pair).collect())
    }

    /// Returns the query with every text filled in; a name that nothing defines is an error.
    pub(super) fn fill(&self, query: &Value) -> Result<Value, String> {
        Ok(match query {
            Value::String(text) => Value::String(self.text(text)?),
            Value::Array(entries) => {
                entries.iter().map(|entry| self.fill(entry)).collect::<Result<_, _>>()?
            }
            Value::Object(fields) => {
                let field = |(key, inner): (&String, &Value)| Ok((key.clone(), self.fill(inner)?));
                Value::Object(fields.iter().map(field).collect::<Result<_, String>>()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => query.clone(),
        })
    }

    fn text(&self, text: &str) -> Result<String, String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let Some((name, length)) = reference(after) else {
                filled.push('$');
                rest = after;
                continue;
            };
            if name.starts_with("__") {
                // The plugin's own macros, such as $__rate_interval.
                filled.push('$');
                filled.push_str(&after[..length]);
            } else {
                let value = self.0.get(name);
                filled.push_str(value.ok_or_else(|| format!("nothing defines ${name}"))?);
            }
            rest = &after[length..];
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Reads `name`, `{name}` or `{name:format}` after a dollar sign: the name, and how long it stood.
pub(super) fn reference(after: &str) -> Option<(&str, usize)> {
    let word = |text: &str| {
        text.find(|sign: char| !(sign.is_alphanumeric() || sign == '_')).unwrap_or(text.len())
    };
    if let Some(inner) = after.strip_prefix('{') {
        let end = inner.find('}')?;
        let name = &inner[..word(&inner[..end])];
        return (!name.is_empty()).then_some((name, end + 2));
    }
    let length = word(after);
    let starts = after.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
    starts.then(|| (&after[..length], length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let list = json!([{"name": "pool", "current": {"value": "web"}}]);
        assert_eq!(Variables::of(&list).fill(&json!(text)).unwrap(), json!(expected));
    }

    #[test]
    fn every_way_to_write_a_variable_is_filled_in() {
        check(r#"up{pool="$pool"}"#, r#"up{pool="web"}"#);
        check("${pool}-${pool:regex}.", "web-web.");
    }

    #[test]
    fn macros_and_json_paths_stay() {
        check("rate(x[$__rate_interval])", "rate(x[$__rate_interval])");
        check("$[*]", "$[*]");
        check("$.Node_id", "$.Node_id");
        check("costs $ 5", "costs $ 5");
    }

    #[test]
    fn an_unknown_name_is_named() {
        let why = Variables::default().fill(&json!({"a": ["$nobody"]})).unwrap_err();
        assert!(why.contains("$nobody"));
    }
}
