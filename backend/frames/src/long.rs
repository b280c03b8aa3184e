//! One table for many series: a row per point, a column per label. What a table panel takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Cells, Column, Config, Field, Frame, Meta, SeriesTable, Texts};

/// Returns one frame with a row per point: `Time`, the labels in the order of their names, `Value`.
///
/// Rows are in the order of time, points of the same time in the order of their series. A label
/// that a series lacks is the empty text, as Prometheus has it.
pub fn frame(table: &SeriesTable, ref_id: &str, meta: Meta, interval_ms: Option<f64>) -> Frame {
    let labels: Vec<BTreeMap<String, String>> =
        table.series().map(|series| series.head.labels.to_map()).collect();
    let names: BTreeSet<&str> =
        labels.iter().flat_map(|map| map.keys().map(String::as_str)).collect();
    let mut rows: Vec<(i64, usize, f64)> = Vec::with_capacity(table.times.len());
    for (n, series) in table.series().enumerate() {
        rows.extend(series.times.iter().zip(series.values).map(|(time, value)| (*time, n, *value)));
    }
    rows.sort_by_key(|(time, n, _)| (*time, *n));

    let (mut times, mut values) = (Cells::plain(), Cells::plain());
    for (time, _, value) in &rows {
        times.push(*time);
        values.push(*value);
    }
    let mut time = Field::new("Time", Column::Time(times));
    time.config = interval_ms.map(|ms| Config { interval: Some(ms), ..Config::default() });
    let mut fields = vec![time];
    for name in names {
        let mut texts = Texts::plain();
        for (_, n, _) in &rows {
            texts.push(labels[*n].get(name).map_or("", String::as_str));
        }
        fields.push(Field::new(name, Column::Text(texts)));
    }
    fields.push(Field::new("Value", Column::Float(values)));
    Frame { name: String::new(), ref_id: ref_id.to_owned(), meta: Some(meta), fields }
}
