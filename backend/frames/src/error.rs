//! What can go wrong while a frame is written.

use arrow_schema::ArrowError;

/// A frame that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The fields of one frame have different lengths; the caller pushed unevenly.
    #[error("field `{field}` has {rows} rows where the frame has {frame_rows}")]
    Uneven {
        /// The field that differs from the first one.
        field: String,
        /// Its rows.
        rows: usize,
        /// The first field's rows.
        frame_rows: usize,
    },
    /// The texts of one column together are longer than its 32-bit offsets can address.
    #[error("the texts of field `{field}` are longer than 2 GiB together")]
    TextTooLong {
        /// The field.
        field: String,
    },
    /// Metadata could not be written as JSON.
    #[error("frame metadata is no JSON")]
    Metadata(#[from] serde_json::Error),
    /// The Arrow writer refused the frame.
    #[error("the frame cannot be written as Arrow")]
    Arrow(#[from] ArrowError),
}
