//! Arrow IPC files as Grafana's decoder takes them: metadata in the schema, one batch, no
//! dictionaries.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
    TimestampNanosecondArray,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field as ArrowField, Metadata, Schema, TimeUnit};
use bytes::Bytes;

use crate::{Cells, Column, Config, Error, Field, Frame, Labels, Texts};

/// What an IPC file needs beside its values: schema, footer and the heads of messages.
const HEAD_BYTES: usize = 2048;

/// Writes a frame.
pub(crate) fn encode(frame: Frame) -> Result<Bytes, Error> {
    let Frame { name, ref_id, meta, fields } = frame;
    let rows = fields.first().map_or(0, |field| field.column.len());
    let mut arrow_fields = Vec::with_capacity(fields.len());
    let mut columns = Vec::with_capacity(fields.len());
    for field in fields {
        let Field { name, labels, config, column } = field;
        if column.len() != rows {
            return Err(Error::Uneven { field: name, rows: column.len(), frame_rows: rows });
        }
        let head = ColumnHead { name, labels: labels.as_ref(), config: config.as_ref() };
        let (field, array) = self::column(head, column)?;
        arrow_fields.push(field);
        columns.push(array);
    }
    let meta = meta.map(|meta| meta.to_json()).transpose()?;
    write(&FrameHead { name: &name, ref_id: &ref_id, meta: meta.as_deref() }, arrow_fields, columns)
}

/// A frame without its columns; the metadata is JSON already, since many frames share it.
pub(crate) struct FrameHead<'a> {
    pub(crate) name: &'a str,
    pub(crate) ref_id: &'a str,
    pub(crate) meta: Option<&'a str>,
}

/// A field without its values.
pub(crate) struct ColumnHead<'a> {
    pub(crate) name: String,
    pub(crate) labels: Option<&'a Labels>,
    pub(crate) config: Option<&'a Config>,
}

/// Writes columns of equal length.
pub(crate) fn write(
    head: &FrameHead<'_>,
    fields: Vec<ArrowField>,
    columns: Vec<ArrayRef>,
) -> Result<Bytes, Error> {
    let rows = columns.first().map_or(0, |column| column.len());
    let mut metadata = Metadata::from([("name", head.name), ("refId", head.ref_id)]);
    metadata.extend(head.meta.map(|meta| ("meta", meta)));
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let values: usize = columns.iter().map(|column| column.get_buffer_memory_size()).sum();
    let room = HEAD_BYTES.saturating_add(values.min(rows.saturating_mul(64)));
    // The smallest alignment that the format allows: most frames are small.
    let options = IpcWriteOptions::try_new(8, false, MetadataVersion::V5)?;
    let mut writer = FileWriter::try_new_with_options(Vec::with_capacity(room), &schema, options)?;
    // Without columns there is no batch either: a frame of metadata alone.
    if !columns.is_empty() {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        writer.write(&RecordBatch::try_new_with_options(schema, columns, &options)?)?;
    }
    Ok(Bytes::from(writer.into_inner()?))
}

/// Returns the Arrow field and array of a column.
pub(crate) fn column(
    head: ColumnHead<'_>,
    column: Column,
) -> Result<(ArrowField, ArrayRef), Error> {
    let (kind, ts_type, nullable, array): (_, _, _, ArrayRef) = match column {
        Column::Time(cells) => {
            let (values, nulls, nullable) = scalars(cells);
            let array = Arc::new(TimestampNanosecondArray::new(values, nulls));
            (DataType::Timestamp(TimeUnit::Nanosecond, None), "time", nullable, array)
        }
        Column::Float(cells) => {
            let (values, nulls, nullable) = scalars(cells);
            (DataType::Float64, "number", nullable, Arc::new(Float64Array::new(values, nulls)))
        }
        Column::Int(cells) => {
            let (values, nulls, nullable) = scalars(cells);
            (DataType::Int64, "number", nullable, Arc::new(Int64Array::new(values, nulls)))
        }
        Column::Bool(cells) => {
            let nullable = cells.valid.is_some();
            let array = BooleanArray::new(cells.values.into(), cells.valid.map(NullBuffer::from));
            (DataType::Boolean, "boolean", nullable, Arc::new(array))
        }
        Column::Text(texts) if texts.too_long => {
            return Err(Error::TextTooLong { field: head.name });
        }
        Column::Text(texts) => {
            let (array, nullable) = strings(texts)?;
            (DataType::Utf8, "string", nullable, Arc::new(array))
        }
    };
    Ok((field(head, kind, ts_type, nullable)?, array))
}

/// Returns an Arrow field with Grafana's metadata.
pub(crate) fn field(
    head: ColumnHead<'_>,
    kind: DataType,
    ts_type: &str,
    nullable: bool,
) -> Result<ArrowField, Error> {
    let mut metadata = Metadata::from([("tstype", ts_type)]);
    metadata.extend(head.labels.map(|labels| ("labels", labels.as_json())));
    if let Some(config) = head.config {
        metadata.insert("config", serde_json::to_string(config)?);
    }
    Ok(ArrowField::new(head.name, kind, nullable).with_metadata(metadata))
}

fn scalars<T: arrow_buffer::ArrowNativeType>(
    cells: Cells<T>,
) -> (ScalarBuffer<T>, Option<NullBuffer>, bool) {
    let nullable = cells.valid.is_some();
    (cells.values.into(), cells.valid.map(NullBuffer::from), nullable)
}

fn strings(texts: Texts) -> Result<(StringArray, bool), Error> {
    let nullable = texts.valid.is_some();
    let offsets = OffsetBuffer::new(ScalarBuffer::from(texts.offsets));
    let bytes = Buffer::from_vec(texts.bytes.into_bytes());
    Ok((StringArray::try_new(offsets, bytes, texts.valid.map(NullBuffer::from))?, nullable))
}
