//! A YAML document as a tree that remembers where everything stands, so that all faults can be told
//! at once.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{Location, Spanned};

use super::fault::{Fault, Place};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) value: Value,
}

/// A value of a document.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A field of a map and where its name stands.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) at: Place,
    pub(crate) name: String,
    pub(crate) node: Node,
}

impl Value {
    /// Returns what a person calls it.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a section",
        }
    }
}

/// Reads a document; an empty one is an empty map.
pub(crate) fn parse(text: &str) -> Result<Node, Fault> {
    match serde_saphyr::from_str::<Spanned<Value>>(text) {
        Ok(found) if matches!(found.value, Value::Null) => Ok(empty()),
        Ok(found) => Ok(node(found)),
        Err(error) => {
            let at = error.location().map_or(Place::Absent, place);
            // The first line is the message, what follows is a picture of the place.
            let why = error.without_snippet().to_string();
            let why = why.lines().next().unwrap_or("not YAML").to_owned();
            Err(Fault { place: at, field: String::new(), why })
        }
    }
}

fn empty() -> Node {
    Node { at: Place::Absent, value: Value::Map(Vec::new()) }
}

fn place(at: Location) -> Place {
    if at.line() == 0 {
        Place::Absent
    } else {
        Place::Line { line: at.line(), column: at.column() }
    }
}

fn node(found: Spanned<Value>) -> Node {
    Node { at: place(found.referenced), value: found.value }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Flag(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "no setting is anywhere near 2^53")]
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "no setting is anywhere near 2^53")]
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Value>>()? {
            list.push(node(item));
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            let found = map.next_value::<Spanned<Value>>()?;
            let at = place(name.referenced);
            entries.push(Entry { at, name: name.value, node: node(found) });
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line_and_column() {
        let tree = parse("a: 1\nb:\n  - x\n  - y: true\n").unwrap();
        let Value::Map(entries) = &tree.value else { panic!("{tree:?}") };
        assert_eq!(entries[1].at, Place::Line { line: 2, column: 1 });
        let Value::List(items) = &entries[1].node.value else { panic!("{tree:?}") };
        assert_eq!(items[0].at, Place::Line { line: 3, column: 5 });
        let Value::Map(inner) = &items[1].value else { panic!("{tree:?}") };
        assert_eq!(inner[0].node.at, Place::Line { line: 4, column: 8 });
    }

    #[test]
    fn a_file_of_comments_is_empty_and_broken_yaml_has_a_place() {
        assert!(matches!(parse("# nothing\n").unwrap().value, Value::Map(e) if e.is_empty()));
        assert!(matches!(parse("").unwrap().value, Value::Map(e) if e.is_empty()));
        let fault = parse("a: [1, 2\nb: 3\n").unwrap_err();
        assert!(matches!(fault.place, Place::Line { .. }), "{fault:?}");
        let twice = parse("a: 1\na: 2\n").unwrap_err();
        assert!(matches!(twice.place, Place::Line { line: 2, .. }), "{twice:?}");
    }
}
