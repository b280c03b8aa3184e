//! What a PromQL query says, and what it means once steps and macros are computed.

use prometheus::{Step, TimeRange, limits, macros, time::StepRequest};
use serde::Deserialize;

use super::super::{
    failure::of_prometheus,
    fields::{or_default, read, refused},
};
use crate::{error::Error, query_data::Query};

/// The editor's fields. Others are Grafana's own and mean nothing here.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the editor has these fields")]
struct Fields {
    #[serde(deserialize_with = "or_default")]
    expr: String,
    #[serde(deserialize_with = "or_default")]
    range: bool,
    #[serde(deserialize_with = "or_default")]
    instant: bool,
    #[serde(deserialize_with = "or_default")]
    both: bool,
    #[serde(deserialize_with = "or_default")]
    exemplar: bool,
    #[serde(deserialize_with = "or_default")]
    interval: String,
    #[serde(deserialize_with = "or_default")]
    interval_factor: i64,
    #[serde(deserialize_with = "or_default")]
    legend_format: String,
    #[serde(deserialize_with = "or_default")]
    format: Format,
    #[serde(deserialize_with = "or_default")]
    utc_offset_sec: i64,
}

/// How the answer is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    #[default]
    TimeSeries,
    Table,
    Heatmap,
}

/// A query that can be asked.
#[derive(Debug)]
pub(super) struct Plan {
    /// The query's name.
    pub(super) ref_id: String,
    /// PromQL, macros expanded.
    pub(super) expr: String,
    /// Whether to ask over the range.
    pub(super) range: bool,
    /// Whether to ask at its end.
    pub(super) instant: bool,
    /// The panel's range as it came.
    pub(super) time_range: TimeRange,
    /// Time between evaluations.
    pub(super) step: Step,
    /// The legend's format.
    pub(super) legend: String,
    /// The layout.
    pub(super) format: Format,
    utc_offset_seconds: i64,
}

impl Plan {
    /// Reads a query; `scrape_interval` is the datasource's, or empty.
    ///
    /// # Errors
    /// When it cannot be asked as it stands.
    pub(super) fn new(query: &Query, scrape_interval: &str) -> Result<Self, Error> {
        let fields: Fields = read(&query.json)?;
        if fields.format == Format::Heatmap {
            return refused("field format: heatmap is not available yet; use time_series or table");
        }
        if fields.exemplar {
            return refused("field exemplar: exemplars are not available yet; set it to false");
        }
        if fields.expr.trim().is_empty() {
            return refused("field expr: the query is empty");
        }
        let time_range = TimeRange::new(query.from_ms, query.to_ms).map_err(of_prometheus)?;
        let request = StepRequest {
            range: time_range,
            max_data_points: query.max_data_points,
            interval_ms: query.interval_ms,
            min_step: &fields.interval,
            factor: fields.interval_factor,
            scrape_interval,
        };
        let step = Step::compute(&request).map_err(of_prometheus)?;
        let expr = macros::expand(&fields.expr, step, time_range);
        if expr.len() > limits::QUERY_BYTES_MAX {
            let max = limits::QUERY_BYTES_MAX;
            return refused(format!("field expr: the query is longer than {max} bytes"));
        }
        Ok(Self {
            ref_id: query.ref_id.clone(),
            expr,
            range: fields.range || fields.both || !fields.instant,
            instant: fields.instant || fields.both,
            time_range,
            step,
            legend: fields.legend_format,
            format: fields.format,
            utc_offset_seconds: fields.utc_offset_sec,
        })
    }

    /// Returns the range at whole steps, as range queries ask it.
    pub(super) fn aligned_range(&self) -> TimeRange {
        self.time_range.aligned(self.step, self.utc_offset_seconds)
    }
}
