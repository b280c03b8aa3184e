//! Compares written frames with readable files in `testdata/`; a missing file is written, and fails
//! once.

use std::io::Cursor;
use std::path::PathBuf;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::FileReader;
use arrow_schema::{DataType, Schema, TimeUnit};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// Compares frames with `testdata/<name>.jsonc`.
#[track_caller]
pub(crate) fn check(name: &str, frames: &[Bytes]) {
    let frames: Vec<Value> = frames.iter().map(|bytes| decoded(bytes)).collect();
    let text = format!(
        "// Frames as an independent Arrow reader sees them. Written by the test `{name}` when missing.\n{}\n",
        serde_json::to_string_pretty(&frames).unwrap()
    );
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(format!("{name}.jsonc"));
    let Ok(golden) = std::fs::read_to_string(&path) else {
        std::fs::write(&path, text).unwrap();
        panic!("{} was missing and is written now: look at it, then run again", path.display());
    };
    assert_eq!(text, golden, "frames differ from {}", path.display());
}

/// Reads one frame back.
pub(crate) fn decoded(bytes: &[u8]) -> Value {
    let reader = FileReader::try_new(Cursor::new(bytes), None).unwrap();
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    assert!(batches.len() <= 1, "one batch a frame");
    let fields: Vec<Value> =
        (0..schema.fields().len()).map(|n| field(&schema, &batches, n)).collect();
    let mut frame = metadata(schema.metadata().iter());
    frame.insert("fields".to_owned(), fields.into());
    frame.into()
}

fn field(schema: &Schema, batches: &[RecordBatch], n: usize) -> Value {
    let field = schema.field(n);
    let mut out = metadata(field.metadata().iter());
    out.insert("name".to_owned(), field.name().as_str().into());
    out.insert("arrow".to_owned(), field.data_type().to_string().into());
    out.insert("nullable".to_owned(), field.is_nullable().into());
    let values: Vec<Value> =
        batches.iter().flat_map(|batch| values(batch.column(n).as_ref())).collect();
    out.insert("values".to_owned(), Value::String(Value::from(values).to_string()));
    out.into()
}

/// JSON inside of metadata is shown as JSON.
fn metadata<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> Map<String, Value> {
    let shown = |text: &str| match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => object,
        _ => text.into(),
    };
    pairs.map(|(name, text)| (name.clone(), shown(text))).collect()
}

fn values(array: &dyn Array) -> Vec<Value> {
    let cell = |n: usize| match array.data_type() {
        _ if array.is_null(n) => Value::Null,
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            json!(array.as_primitive::<TimestampNanosecondType>().value(n))
        }
        DataType::Float64 => match array.as_primitive::<Float64Type>().value(n) {
            value if value.is_finite() => json!(value),
            value => json!(value.to_string()),
        },
        DataType::Int64 => json!(array.as_primitive::<Int64Type>().value(n)),
        DataType::Boolean => json!(array.as_boolean().value(n)),
        DataType::Utf8 => json!(array.as_string::<i32>().value(n)),
        other => panic!("a frame must not hold {other}"),
    };
    (0..array.len()).map(cell).collect()
}
