//! Reads a JSON body strictly: what is not JSON is told with line and column, a wrong shape with a
//! JSON pointer.

use api::ProblemCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::problem::Refused;

/// Reads `bytes` as `T`.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    // Two passes, so that a fault of the text is never told as a fault of the shape. Bodies are
    // small.
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| syntax(&error))?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let detail = words(&error.inner().to_string());
        let pointer = unknown(&detail, pointer(error.path()));
        Refused::new(ProblemCode::InvalidBody, detail).at(pointer)
    })
}

/// The words of a fault without its place in the text: the pointer says more.
fn words(fault: &str) -> String {
    fault.split(" at line ").next().unwrap_or(fault).to_owned()
}

fn syntax(error: &serde_json::Error) -> Refused {
    let (line, column) = (error.line(), error.column());
    let detail = match error.classify() {
        Category::Eof => format!("the JSON ends too early, at line {line} column {column}"),
        Category::Syntax | Category::Data | Category::Io => format!("not JSON: {error}"),
    };
    Refused::new(ProblemCode::InvalidJson, detail).with(|problem| {
        problem.line = Some(line.max(1));
        problem.column = Some(column.max(1));
    })
}

/// Writes a path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut text, segment| {
        text.push('/');
        match segment {
            Segment::Seq { index } => text.push_str(&index.to_string()),
            Segment::Map { key } => text.push_str(&escape(key)),
            Segment::Enum { variant } => text.push_str(&escape(variant)),
            Segment::Unknown => text.push('?'),
        }
        text
    })
}

/// An unknown or missing field is told by its parent; the pointer names the field itself.
fn unknown(detail: &str, parent: String) -> String {
    let name = detail
        .strip_prefix("unknown field `")
        .or_else(|| detail.strip_prefix("duplicate field `"))
        .or_else(|| detail.strip_prefix("missing field `"))
        .and_then(|rest| rest.split_once('`'))
        .map(|(name, _)| escape(name));
    match name {
        Some(name) if !parent.ends_with(&format!("/{name}")) => format!("{parent}/{name}"),
        _ => parent,
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use api::ActionBody;
    use axum::response::IntoResponse as _;
    use serde_json::Value;

    use super::*;

    async fn problem(body: &str) -> Value {
        let refused = read::<ActionBody>(body.as_bytes()).unwrap_err();
        let bytes = axum::body::to_bytes(refused.into_response().into_body(), 4096).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[tokio::test]
    async fn text_that_is_not_json_is_told_with_its_position() {
        for (body, line, column) in [
            ("", 1, 1),
            ("{", 1, 1),
            ("{\"target\": node/web-1}", 1, 13),
            ("{\"target\": \"node/web-1\",\n \"reason\": 'x'}", 2, 12),
            ("{\"target\": \"node/web-1\"} x", 1, 26),
            ("{\"target\": \"{{ x }}\", }", 1, 23),
        ] {
            let problem = problem(body).await;
            assert_eq!(problem["code"], "invalid_json", "{body}");
            assert_eq!(
                (&problem["line"], &problem["column"]),
                (&line.into(), &column.into()),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn a_wrong_shape_is_told_with_a_pointer() {
        for (body, pointer) in [
            (r#"{"target": 7}"#, "/target"),
            (r#"{"target": "web-1"}"#, "/target"),
            (r#"{"target": "node/web-1", "params": []}"#, "/params"),
            (r#"{"target": "node/web-1", "forse": true}"#, "/forse"),
            (r#"{"target": "node/web-1", "target": "node/web-2"}"#, "/target"),
            ("{}", "/target"),
            ("[]", "/target"),
            ("7", ""),
        ] {
            let problem = problem(body).await;
            assert_eq!(problem["code"], "invalid_body", "{body}");
            if body != "[]" {
                assert_eq!(problem["pointer"], pointer, "{body}");
            }
        }
    }
}
