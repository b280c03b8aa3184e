//! A frame per series: what every panel, alert and expression of Grafana takes.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, TimestampNanosecondArray};
use arrow_buffer::{Buffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;

use crate::ipc::{self, ColumnHead, FrameHead};
use crate::{Config, Error, Meta, SeriesTable};

/// What the frames of one query share.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The query that they answer.
    pub ref_id: String,
    /// Metadata of every frame but the first.
    pub meta: Meta,
    /// Metadata of the first frame.
    pub meta_first: Meta,
    /// Expected time between points in milliseconds, for a range.
    pub interval_ms: Option<f64>,
}

/// Writes a frame for each series of a table, in their order: `Time` and the value field.
pub fn frames(table: SeriesTable, layout: &Layout) -> Result<Vec<Bytes>, Error> {
    let ranges: Vec<_> = table.ranges().collect();
    let SeriesTable { times, values, heads, .. } = table;
    // The arenas become shared buffers; a series' columns are windows into them.
    let (times, values) = (Buffer::from_vec(times), Buffer::from_vec(values));
    let metas = [layout.meta_first.to_json()?, layout.meta.to_json()?];
    let time_config = Config { interval: layout.interval_ms, ..Config::default() };
    let time_config = layout.interval_ms.map(|_| &time_config);
    let mut frames = Vec::with_capacity(heads.len());
    for (n, (head, range)) in heads.into_iter().zip(ranges).enumerate() {
        let time_head = ColumnHead { name: "Time".to_owned(), labels: None, config: time_config };
        let time_kind = DataType::Timestamp(TimeUnit::Nanosecond, None);
        let config = Config { display_name_from_ds: head.display_name, ..Config::default() };
        let config = config.display_name_from_ds.is_some().then_some(&config);
        let value_head = ColumnHead { name: head.name, labels: Some(&head.labels), config };
        let fields = vec![
            ipc::field(time_head, time_kind, "time", false)?,
            ipc::field(value_head, DataType::Float64, "number", false)?,
        ];
        let window = |buffer: &Buffer| buffer.slice_with_length(range.start * 8, range.len() * 8);
        let times = ScalarBuffer::<i64>::from(window(&times));
        let values = ScalarBuffer::<f64>::from(window(&values));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(TimestampNanosecondArray::new(times, None)),
            Arc::new(Float64Array::new(values, None)),
        ];
        let meta = Some(metas[n.min(1)].as_str());
        frames.push(ipc::write(
            &FrameHead { name: "", ref_id: &layout.ref_id, meta },
            fields,
            columns,
        )?);
    }
    Ok(frames)
}
