//! Reading an operation's arguments with the place of each fault.

use serde_json::{Map, Value};

use super::ArgsFault;

/// The arguments of one call: an object whose fields are all known.
pub(crate) struct Args<'a> {
    fields: &'a Map<String, Value>,
}

impl<'a> Args<'a> {
    /// Takes the arguments if they are an object with no field beyond `known`.
    pub(crate) fn of(args: &'a Value, known: &[&str]) -> Result<Self, ArgsFault> {
        let Value::Object(fields) = args else {
            return Err(fault("", "must be an object"));
        };
        match fields.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(fault(key, &format!("is not known; known: {}", known.join(", ")))),
            None => Ok(Self { fields }),
        }
    }

    /// Returns a field, or `None` if it is absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name)
    }

    /// Returns a field that must be a string.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, ArgsFault> {
        match self.fields.get(name) {
            None => Err(fault(name, "is missing")),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(fault(name, "must be a string")),
        }
    }

    /// Returns a field that must be an integer from `min` to `max`.
    pub(crate) fn integer(&self, name: &str, min: u64, max: u64) -> Result<u64, ArgsFault> {
        let Some(value) = self.fields.get(name) else {
            return Err(fault(name, "is missing"));
        };
        match value.as_u64() {
            Some(number) if (min..=max).contains(&number) => Ok(number),
            _ => Err(fault(name, &format!("must be an integer from {min} to {max}"))),
        }
    }

    /// Tells whether a field still holds a template.
    pub(crate) fn template(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(is_template)
    }
}

/// Tells whether this is a string that is still to be rendered.
pub(crate) fn is_template(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("{{"))
}

/// Returns the fault of one field; an empty name is the whole object.
pub(crate) fn fault(name: &str, message: &str) -> ArgsFault {
    let pointer = match name {
        "" => String::new(),
        name => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
    };
    ArgsFault { pointer, message: message.to_owned() }
}
