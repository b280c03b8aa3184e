//! Puts a table together, a column after the other.

use api::Time;
use frames::{Cells, Column, Config, Field, Frame, Meta, Notice, Severity, Texts, Visualisation};

use super::failure;
use crate::{error::Error, query_data::Frames};

/// A table in the making. Columns are nullable or not by their meaning, never by their values.
#[derive(Debug, Default)]
pub(super) struct Table {
    fields: Vec<Field>,
    notices: Vec<Notice>,
}

impl Table {
    /// Adds texts.
    pub(super) fn text<'a>(&mut self, name: &str, values: impl Iterator<Item = &'a str>) {
        let mut texts = Texts::plain();
        values.for_each(|text| texts.push(text));
        self.add(name, Column::Text(texts));
    }

    /// Adds texts that may be missing.
    pub(super) fn text_or_null<'a>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<&'a str>>,
    ) {
        let mut texts = Texts::nullable();
        values.for_each(|text| texts.push_option(text));
        self.add(name, Column::Text(texts));
    }

    /// Adds times.
    pub(super) fn time(&mut self, name: &str, values: impl Iterator<Item = Time>) {
        let mut cells = Cells::plain();
        values.for_each(|time| cells.push(nanoseconds(time)));
        self.add(name, Column::Time(cells));
    }

    /// Adds times that may be missing.
    pub(super) fn time_or_null(&mut self, name: &str, values: impl Iterator<Item = Option<Time>>) {
        let mut cells = Cells::nullable();
        values.for_each(|time| cells.push_option(time.map(nanoseconds)));
        self.add(name, Column::Time(cells));
    }

    /// Adds numbers that may be missing, in a unit of Grafana's (empty for none).
    pub(super) fn number_or_null(
        &mut self,
        name: &str,
        unit: &str,
        values: impl Iterator<Item = Option<f64>>,
    ) {
        let mut cells = Cells::nullable();
        values.for_each(|number| cells.push_option(number));
        let mut field = Field::new(name, Column::Float(cells));
        field.config =
            (!unit.is_empty()).then(|| Config { unit: Some(unit.to_owned()), ..Config::default() });
        self.fields.push(field);
    }

    /// Adds truth values.
    pub(super) fn truth(&mut self, name: &str, values: impl Iterator<Item = bool>) {
        let mut cells = Cells::plain();
        values.for_each(|truth| cells.push(truth));
        self.add(name, Column::Bool(cells));
    }

    /// Adds truth values that may be missing.
    pub(super) fn truth_or_null(&mut self, name: &str, values: impl Iterator<Item = Option<bool>>) {
        let mut cells = Cells::nullable();
        values.for_each(|truth| cells.push_option(truth));
        self.add(name, Column::Bool(cells));
    }

    /// Says beside the panel that a list was cut after `read` entries, so that it does not look
    /// whole.
    pub(super) fn cut_at(&mut self, read: usize) {
        let text = format!("the list was cut at {read}: there are more than are shown here");
        self.notices.push(Notice { severity: Severity::Warning, text });
    }

    /// Ends the table: one frame, whose first column makes a row unique.
    ///
    /// # Errors
    /// When the frame cannot be written.
    pub(super) fn into_frames(self, ref_id: &str) -> Result<Frames, Error> {
        let meta = Meta {
            visualisation: Some(Visualisation::Table),
            unique_row_fields: vec![0],
            ..Meta::default()
        };
        self.into_frames_with(ref_id, meta)
    }

    /// Ends the table with metadata of the caller's.
    ///
    /// # Errors
    /// When the frame cannot be written.
    pub(super) fn into_frames_with(self, ref_id: &str, mut meta: Meta) -> Result<Frames, Error> {
        meta.notices.extend(self.notices);
        let frame = Frame {
            name: String::new(),
            ref_id: ref_id.to_owned(),
            meta: Some(meta),
            fields: self.fields,
        };
        let bytes = frame.to_bytes().map_err(|error| failure::of_frame(&error))?;
        Ok(Frames::from_iter([bytes]))
    }

    fn add(&mut self, name: &str, column: Column) {
        self.fields.push(Field::new(name, column));
    }
}

/// Returns a time as frames have it; times beyond the year 2262 end there.
fn nanoseconds(time: Time) -> i64 {
    let nanoseconds = time.0.as_nanosecond();
    i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}
