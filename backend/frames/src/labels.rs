//! A field's labels, kept as the JSON that goes over the wire.

use std::collections::BTreeMap;

/// The labels of a field: a JSON object of strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    json: String,
}

impl Labels {
    /// Takes labels that already are a JSON object of strings without duplicate names, as a checked
    /// answer of Prometheus has them. The bytes go out as they are.
    pub fn from_json(json: impl Into<String>) -> Self {
        Self { json: json.into() }
    }

    /// Returns the JSON object.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Returns the labels sorted by name; none where the JSON was not what [`Labels::from_json`]
    /// asks.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.json).unwrap_or_default()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let string = serde_json::Value::String;
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), string(value.into())));
        Self { json: serde_json::Value::Object(pairs.collect()).to_string() }
    }
}
