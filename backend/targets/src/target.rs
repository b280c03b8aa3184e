//! The one thing that an operation acts on, written `kind/id`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Error, limits};

/// The one thing that an operation acts on. As JSON it is the string `kind/id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Target {
    /// The kind: `node`, `pool`, ….
    pub kind: String,
    /// The id within its kind.
    pub id: String,
}

impl Target {
    /// Returns the target of this kind and id.
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// Returns the node with this id.
    pub fn node(id: impl Into<String>) -> Self {
        Self::new("node", id)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

impl FromStr for Target {
    type Err = Error;

    /// Reads `kind/id`. The ids of nodes and pools are names; other kinds have no control
    /// characters and their own grammar beyond that.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::BadTarget(quote(text));
        let (kind, id) = text.split_once('/').ok_or_else(bad)?;
        let kind_ok = kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.len() <= limits::NAME_CHARS_MAX
            && kind.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let id_ok = match kind {
            "node" | "pool" => is_name(id),
            _ => {
                !id.is_empty()
                    && id.chars().count() <= limits::TARGET_ID_CHARS_MAX
                    && !id.chars().any(char::is_control)
            }
        };
        if kind_ok && id_ok { Ok(Self::new(kind, id)) } else { Err(bad()) }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl TryFrom<String> for Target {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

/// Tells whether `text` may be the name of a node, a pool, a server or an action: 1 to 128 of
/// `A-Z a-z 0-9 _ . : -`, but neither `.` nor `..`. So it can neither end a command nor leave a
/// path.
pub fn is_name(text: &str) -> bool {
    (1..=limits::NAME_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(&b))
        && !matches!(text, "." | "..")
}

/// Returns `text` if it is a name.
pub(crate) fn checked_name(text: &str) -> Result<&str, Error> {
    if is_name(text) { Ok(text) } else { Err(Error::BadName(quote(text))) }
}

/// Returns words of a target so that they can be shown: one line, bounded, control characters
/// escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.trim().chars().enumerate() {
        if n == limits::QUOTE_CHARS_MAX {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_and_written_as_kind_and_id() {
        for text in ["node/web-2", "pool/web", "flink-job/main/orders", "api/节点"] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), text);
            assert_eq!(serde_json::to_value(&target).unwrap(), text);
        }
    }

    #[test]
    fn what_could_leave_its_place_is_no_target() {
        let long = format!("node/{}", "a".repeat(129));
        for text in [
            "",
            "node",
            "node/",
            "/x",
            "Node/x",
            "node/a/b",
            "node/a;b",
            "node/a\nb",
            "x/a\0b",
            "node/.",
            "pool/..",
            &long,
        ] {
            assert!(text.parse::<Target>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_never_a_step_of_a_path() {
        for (text, good) in [("...", true), (".a", true), ("a.", true), (".", false), ("..", false)]
        {
            assert_eq!(is_name(text), good, "{text}");
        }
    }

    #[test]
    fn quoted_text_is_one_bounded_line() {
        assert_eq!(quote(" a\nb\u{7} \n"), "a\\nb\\u{7}");
        assert_eq!(quote(&"x".repeat(1000)).chars().count(), limits::QUOTE_CHARS_MAX + 1);
    }
}
