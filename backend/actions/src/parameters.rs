//! Parameters: a JSON Schema (2020-12) that is compiled once, fills in defaults and names each
//! fault's place.

use std::collections::BTreeSet;

use jsonschema::{Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::{Map, Value, json};

use crate::limits;

/// The parameters of one action.
#[derive(Clone, Debug)]
pub struct Parameters {
    schema: Value,
    validator: Validator,
}

/// One fault of given parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterFault {
    /// Where, as a JSON pointer into the body (`/params/weight`).
    pub pointer: String,
    /// What is wrong. Never repeats the value, which may be a secret.
    pub message: String,
}

impl Parameters {
    /// Compiles a schema.
    ///
    /// # Errors
    /// What is wrong with it: no object, a reference to anything outside itself, another draft, a
    /// default that the schema itself refuses.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        if schema.get("type") != Some(&json!("object")) {
            return Err("the schema of parameters must say `type: object`".to_owned());
        }
        check_references(schema)?;
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .should_validate_formats(true)
            // Linear in the text: a pattern of the schema must not hang on what somebody sends.
            .with_pattern_options(PatternOptions::regex())
            .build(schema)
            .map_err(|fault| format!("the schema is not valid: {fault}"))?;
        let parameters = Self { schema: schema.clone(), validator };
        parameters.check_defaults()?;
        Ok(parameters)
    }

    /// Returns the parameters of an action that takes none.
    pub fn none() -> Result<Self, String> {
        Self::compile(&json!({ "type": "object", "additionalProperties": false }))
    }

    /// Returns the schema.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Returns the names a template may use, or `None` if the schema allows others too.
    pub fn names(&self) -> Option<BTreeSet<String>> {
        let closed = self.schema.get("additionalProperties") == Some(&Value::Bool(false))
            && self.schema.get("patternProperties").is_none();
        let known = || self.schema.get("properties").and_then(Value::as_object);
        closed.then(|| known().map(|map| map.keys().cloned().collect()).unwrap_or_default())
    }

    /// Fills in defaults and checks the result.
    ///
    /// # Errors
    /// Every fault, at most [`limits::PARAM_FAULTS_MAX`].
    pub fn fill(
        &self,
        given: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Vec<ParameterFault>> {
        let mut filled = given.clone();
        fill(&self.schema, &mut filled);
        let value = Value::Object(filled);
        let faults: Vec<_> = self
            .validator
            .iter_errors(&value)
            .take(limits::PARAM_FAULTS_MAX)
            .map(|e| fault(&e))
            .collect();
        match value {
            Value::Object(filled) if faults.is_empty() => Ok(filled),
            _ => Err(faults),
        }
    }

    /// A default that the schema refuses would fail every press that leaves the field out.
    fn check_defaults(&self) -> Result<(), String> {
        let mut defaults = Map::new();
        fill(&self.schema, &mut defaults);
        for name in defaults.keys() {
            let alone = Value::Object(Map::from_iter([(name.clone(), defaults[name].clone())]));
            let own = format!("/{}", escape(name));
            let mut errors = self.validator.iter_errors(&alone);
            if let Some(error) =
                errors.find(|error| error.instance_path().as_str().starts_with(&own))
            {
                return Err(format!("the default of `{name}` breaches the schema: {error}"));
            }
        }
        Ok(())
    }
}

/// Puts the defaults of `properties` where nothing was given, inside given objects too.
fn fill(schema: &Value, given: &mut Map<String, Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    for (name, property) in properties {
        match given.get_mut(name) {
            Some(Value::Object(inner)) => fill(property, inner),
            Some(_) => {}
            None => {
                if let Some(default) = property.get("default") {
                    given.insert(name.clone(), default.clone());
                }
            }
        }
    }
}

/// Refuses references that leave the schema, wherever they stand.
fn check_references(schema: &Value) -> Result<(), String> {
    match schema {
        Value::Object(map) => map.iter().try_for_each(|(key, value)| match (key.as_str(), value) {
            ("$ref" | "$dynamicRef", Value::String(to)) if !to.starts_with('#') => {
                Err(format!("`{key}: {to}` leaves the schema; only `#…` is allowed"))
            }
            ("$schema", Value::String(draft)) if !draft.contains("2020-12") => {
                Err("`$schema` must be JSON Schema 2020-12".to_owned())
            }
            ("$id" | "$vocabulary", _) => Err(format!("`{key}` is not allowed here")),
            _ => check_references(value),
        }),
        Value::Array(items) => items.iter().try_for_each(check_references),
        _ => Ok(()),
    }
}

fn fault(error: &ValidationError<'_>) -> ParameterFault {
    let place = error.instance_path().as_str();
    // What is missing or too much is named itself, not the object around it.
    let name = match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str(),
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.first().map(String::as_str)
        }
        _ => None,
    };
    let name = name.map(|name| format!("/{}", escape(name))).unwrap_or_default();
    ParameterFault { pointer: format!("/params{place}{name}"), message: error.masked().to_string() }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn schema() -> Parameters {
        Parameters::compile(&json!({
            "type": "object",
            "properties": {
                "weight": {"type": "integer", "minimum": 0, "maximum": 256},
                "wait": {"type": "integer", "default": 60},
                "inner": {"type": "object", "properties": {"deep": {"default": true}}},
                "a/b": {"$ref": "#/$defs/name"},
            },
            "$defs": {"name": {"type": "string", "pattern": "^[a-z]+$"}},
            "required": ["weight"],
            "additionalProperties": false,
        }))
        .unwrap()
    }

    #[track_caller]
    fn check(given: &Value, pointer: &str) {
        let faults = schema().fill(&object(given)).unwrap_err();
        assert!(faults.iter().any(|fault| fault.pointer == pointer), "{faults:?}");
    }

    #[test]
    fn defaults_are_filled_in_and_given_values_stay() {
        let filled = schema().fill(&object(&json!({"weight": 1, "inner": {}}))).unwrap();
        assert_eq!(
            Value::Object(filled),
            json!({"weight": 1, "wait": 60, "inner": {"deep": true}})
        );
        let filled = schema().fill(&object(&json!({"weight": 1, "wait": 5}))).unwrap();
        assert_eq!(Value::Object(filled), json!({"weight": 1, "wait": 5}));
    }

    #[test]
    fn each_fault_has_its_place() {
        check(&json!({}), "/params/weight");
        check(&json!({"weight": 257}), "/params/weight");
        check(&json!({"weight": "1"}), "/params/weight");
        check(&json!({"weight": 1.5}), "/params/weight");
        check(&json!({"weight": 1, "other": 1}), "/params/other");
        check(&json!({"weight": 1, "a/b": "X"}), "/params/a~1b");
        check(&json!({"weight": 1, "inner": 1}), "/params/inner");
    }

    #[test]
    fn a_fault_never_repeats_the_value() {
        let faults =
            schema().fill(&object(&json!({"weight": "hunter2", "a/b": "HUNTER2"}))).unwrap_err();
        assert!(!format!("{faults:?}").to_lowercase().contains("hunter2"), "{faults:?}");
    }

    #[test]
    fn a_schema_that_leaves_itself_or_contradicts_itself_is_refused() {
        for (schema, words) in [
            (json!({}), "type: object"),
            (json!({"type": "string"}), "type: object"),
            (json!({"type": "object", "properties": {"a": {"$ref": "http://x.test/y"}}}), "leaves"),
            (
                json!({"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}),
                "leaves",
            ),
            (json!({"type": "object", "properties": {"a": {"$ref": "other.json"}}}), "leaves"),
            (json!({"type": "object", "$id": "http://x.test/"}), "$id"),
            (
                json!({"type": "object", "$schema": "http://json-schema.org/draft-07/schema#"}),
                "2020-12",
            ),
            (json!({"type": "object", "properties": {"a": {"type": "int"}}}), "not valid"),
            (json!({"type": "object", "properties": {"a": {"pattern": "(?=x)"}}}), "not valid"),
            (
                json!({"type": "object", "properties": {"a": {"type": "integer", "default": "1"}}}),
                "default",
            ),
        ] {
            let fault = Parameters::compile(&schema).unwrap_err();
            assert!(fault.contains(words), "{schema}: {fault}");
        }
    }

    #[test]
    fn an_action_without_parameters_takes_none() {
        let none = Parameters::none().unwrap();
        assert_eq!(none.fill(&Map::new()), Ok(Map::new()));
        assert_eq!(none.names(), Some(BTreeSet::new()));
        assert!(none.fill(&object(&json!({"a": 1}))).is_err());
        assert_eq!(Parameters::compile(&json!({"type": "object"})).unwrap().names(), None);
    }
}
