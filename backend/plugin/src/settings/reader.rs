//! Takes single fields out of `jsonData` and `secureJsonData`.

use std::collections::HashMap;

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{Endpoint, Fault};

/// Both sources of settings.
pub(super) struct Reader<'a> {
    pub(super) json: &'a Map<String, Value>,
    pub(super) secure: &'a HashMap<String, String>,
}

impl Reader<'_> {
    /// Returns the field's value; `null` and empty text count as absent.
    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        self.json.get(field).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// Reads a text. A number or a bool is taken too: that is what Grafana's provisioning makes of
    /// an expanded variable that looks like one.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>, Fault> {
        self.value(field).map(|value| text_of(field, value)).transpose()
    }

    /// Reads a whole number within `range`; text that is one is taken too.
    pub(super) fn number(
        &self,
        field: &str,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, Fault> {
        let Some(value) = self.value(field) else { return Ok(default) };
        let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            let (min, max) = range.into_inner();
            Fault::new(field, format!("must be a whole number from {min} to {max}"))
        })
    }

    /// Reads one of a few words; the first one is the default.
    pub(super) fn choice(
        &self,
        field: &str,
        words: &'static [&'static str],
    ) -> Result<&'static str, Fault> {
        let fault = || Fault::new(field, format!("must be one of {}", words.join(", ")));
        let Some(value) = self.value(field) else {
            return words.first().copied().ok_or_else(fault);
        };
        let text = value.as_str().ok_or_else(fault)?;
        words.iter().copied().find(|word| word.eq_ignore_ascii_case(text)).ok_or_else(fault)
    }

    /// Reads a secret that goes into a header.
    pub(super) fn secret(&self, field: &str) -> Result<Option<SecretString>, Fault> {
        let Some(text) = self.secure_text(field) else { return Ok(None) };
        if text.chars().any(char::is_control) {
            return Err(Fault::new(field, "holds a line break or another control character"));
        }
        Ok(Some(SecretString::from(text)))
    }

    /// Reads an address, which may stand in either source under its own name.
    pub(super) fn endpoint(&self, field: &str) -> Result<Option<Endpoint>, Fault> {
        self.endpoint_of(field, self.text(field)?, field)
    }

    /// Reads an address whose public text is already at hand and whose secret name differs.
    pub(super) fn endpoint_of(
        &self,
        field: &str,
        public: Option<String>,
        secure: &str,
    ) -> Result<Option<Endpoint>, Fault> {
        match (public, self.secure_text(secure)) {
            (None, None) => Ok(None),
            (Some(text), None) => Endpoint::parse(field, &text, true).map(Some),
            (None, Some(text)) => Endpoint::parse(secure, text, false).map(Some),
            (Some(_), Some(_)) => {
                Err(Fault::new(field, "is set in jsonData and in secureJsonData: keep one"))
            }
        }
    }

    /// Returns a text of `secureJsonData`; empty counts as absent.
    pub(super) fn secure_text(&self, field: &str) -> Option<&str> {
        self.secure.get(field).map(String::as_str).filter(|text| !text.is_empty())
    }
}

pub(super) fn text_of(field: &str, value: &Value) -> Result<String, Fault> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(Fault::new(field, "must be a text"))
        }
    }
}
