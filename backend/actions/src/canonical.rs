//! One spelling for each JSON value, and its hash: what is equal has equal bytes.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 of the canonical spelling, as 64 hex digits.
pub(crate) fn hash(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    hex(text.as_bytes())
}

/// Returns the SHA-256 of bytes, as 64 hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

/// Writes without blanks and with sorted keys, whatever order the map was built in.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (n, key) in keys.into_iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                write(&Value::String(key.clone()), out);
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n == 0 { "" } else { "," });
                write(item, out);
            }
            out.push(']');
        }
        scalar => {
            write!(out, "{scalar}").ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter_and_everything_else_does() {
        let one: Value =
            serde_json::from_str(r#"{"b": [1, {"y": "ä\"", "x": null}], "a": 1.5}"#).unwrap();
        let mut text = String::new();
        write(&one, &mut text);
        assert_eq!(text, r#"{"a":1.5,"b":[1,{"x":null,"y":"ä\""}]}"#);
        let other: Value =
            serde_json::from_str(r#"{"a": 1.5, "b": [1, {"x": null, "y": "ä\""}]}"#).unwrap();
        assert_eq!(hash(&one), hash(&other));
        for different in
            [json!({}), json!([1, 2]), json!([2, 1]), json!("1"), json!(1), json!(null)]
        {
            assert_ne!(hash(&one), hash(&different));
        }
        assert_ne!(hash(&json!([1, 2])), hash(&json!([2, 1])));
        assert_ne!(hash(&json!("1")), hash(&json!(1)));
    }
}
