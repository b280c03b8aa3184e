//! Reads a query's JSON. What Grafana adds is ignored, a wrong type is named with its place.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::error::{Error, bounded};

/// Reads the fields of a query type.
///
/// # Errors
/// [`Error::BadQuery`] with the place of the first fault.
pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    let json = if json.is_empty() { b"{}" } else { json };
    // Else a list would pass for an object whose fields it names by their places.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return refused("the query must be a JSON object");
    }
    let mut text = serde_json::Deserializer::from_slice(json);
    let fields = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let at = bounded(&error.path().to_string());
        let why = bounded(&error.inner().to_string());
        let message = if at == "." { why } else { format!("field {at}: {why}") };
        Error::BadQuery { message }
    })?;
    text.end().map_err(|error| Error::BadQuery { message: bounded(&error.to_string()) })?;
    Ok(fields)
}

/// Reads `null` as the default: editors write it for what was never set.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Returns a text of which an empty one means that nothing was chosen.
pub(super) fn chosen(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Refuses a query that cannot be answered as it stands.
pub(super) fn refused<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error::BadQuery { message: message.into() })
}
