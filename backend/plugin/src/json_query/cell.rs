//! One value into one cell of a typed column.

use frames::{Cells, Column, Texts};
use serde::Deserialize;
use serde_json::Value;

/// From this number on a time is milliseconds: as seconds it would be beyond the year 5000.
const MILLISECONDS_FROM: f64 = 1e11;

/// The type of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Text; anything else as its JSON.
    #[default]
    String,
    /// A number, or a text that is one.
    Number,
    /// Truth, or a text that says so.
    Boolean,
    /// An RFC 3339 text, or seconds or milliseconds since the epoch.
    Time,
}

impl Kind {
    /// Returns the word of the query.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
        }
    }

    /// Makes an empty column of this type.
    pub(super) fn column(self) -> Column {
        match self {
            Self::String => Column::Text(Texts::nullable()),
            Self::Number => Column::Float(Cells::nullable()),
            Self::Boolean => Column::Bool(Cells::nullable()),
            Self::Time => Column::Time(Cells::nullable()),
        }
    }
}

/// Appends a value; answers false where it does not fit and a null was appended instead.
pub(super) fn push(column: &mut Column, value: Option<&Value>) -> bool {
    match column {
        Column::Text(texts) => {
            match value {
                Some(Value::String(text)) => texts.push(text),
                Some(other) => texts.push(&other.to_string()),
                None => texts.push_option(None),
            }
            true
        }
        Column::Float(cells) => {
            let number = value.and_then(number);
            cells.push_option(number);
            number.is_some() || value.is_none()
        }
        Column::Bool(cells) => {
            let truth = value.and_then(truth);
            cells.push_option(truth);
            truth.is_some() || value.is_none()
        }
        Column::Time(cells) | Column::Int(cells) => {
            let time = value.and_then(time);
            cells.push_option(time);
            time.is_some() || value.is_none()
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            let number = number.as_f64()?;
            let seconds = if number.abs() < MILLISECONDS_FROM { number } else { number / 1e3 };
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
            // Microseconds are exact for every second that a nanosecond column can hold.
            let micros = (seconds.abs() < 9.2e9).then_some((seconds * 1e6).round() as i64)?;
            micros.checked_mul(1_000)
        }
        Value::String(text) => {
            let time: jiff::Timestamp = text.trim().parse().ok()?;
            i64::try_from(time.as_nanosecond()).ok()
        }
        _ => None,
    }
}
