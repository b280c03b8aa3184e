//! Names that may stand in a URL: ids of nodes, pools and actions, and a run's target.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// Longest id in bytes: long enough for a fully qualified host name's label, short enough for a log
/// line.
pub const ID_BYTES_MAX: usize = 128;

/// Tells whether `text` matches `[A-Za-z0-9_.:-]{1,128}` and is no path step (`.` or `..`).
pub fn is_id(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-');
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(allowed)
        && !matches!(text, "." | "..")
}

/// The one thing a run acts on, written `kind/id` (`node/web-2`, `pool/web`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target {
    /// What sort of thing it is: `node`, `pool`, `node-api`.
    pub kind: String,
    /// Its id within the kind.
    pub id: String,
}

impl PartialSchema for Target {
    fn schema() -> RefOr<Schema> {
        let pattern = "^[A-Za-z0-9_.:-]{1,128}/[A-Za-z0-9_.:-]{1,128}$";
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
        text.description(Some("What a run acts on, as `kind/id`")).into()
    }
}

impl ToSchema for Target {}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFault(pub String);

impl fmt::Display for TargetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "`{}` is no target: write `kind/id`, as in `node/web-2`", text.escape_debug())
    }
}

impl std::error::Error for TargetFault {}

impl FromStr for Target {
    type Err = TargetFault;

    fn from_str(text: &str) -> Result<Self, TargetFault> {
        match text.split_once('/') {
            Some((kind, id)) if is_id(kind) && is_id(id) => {
                Ok(Self { kind: kind.to_owned(), id: id.to_owned() })
            }
            // The text comes from outside: what is shown of it is bounded too.
            _ => Err(TargetFault(text.chars().take(ID_BYTES_MAX).collect())),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = TargetFault;

    fn try_from(text: String) -> Result<Self, TargetFault> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_kind_and_an_id() {
        let target: Target = "node/web-2".parse().unwrap();
        assert_eq!((target.kind.as_str(), target.id.as_str()), ("node", "web-2"));
        assert_eq!(target.to_string(), "node/web-2");
    }

    #[test]
    fn path_steps_and_foreign_characters_are_no_target() {
        for text in
            ["", "node", "node/", "/web", "node/..", "../web", "node/a/b", "node/a b", "node/a;b"]
        {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
        assert!(format!("node/{}", "a".repeat(129)).parse::<Target>().is_err());
    }
}
