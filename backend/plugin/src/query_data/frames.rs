//! The frames of one answer, already in the form in which they go over the wire.

use bytes::{Bytes, BytesMut};

use super::wire::put_length;

/// Frames of one query, ready for the wire: pieces that one after the other are
/// `DataResponse.frames` entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frames {
    chunks: Vec<Bytes>,
    bytes: usize,
}

impl Frames {
    /// Adds one Arrow IPC file; it is not copied.
    pub(crate) fn push(&mut self, frame: Bytes) {
        let mut head = BytesMut::with_capacity(11);
        put_length(&mut head, 0x0a, frame.len());
        self.bytes += head.len() + frame.len();
        self.chunks.push(head.freeze());
        self.chunks.push(frame);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes
    }

    /// Returns the pieces; each file pushed is two of them, its head and itself.
    pub(crate) fn into_chunks(self) -> Vec<Bytes> {
        self.chunks
    }
}

impl FromIterator<Bytes> for Frames {
    fn from_iter<I: IntoIterator<Item = Bytes>>(frames: I) -> Self {
        frames.into_iter().fold(Self::default(), |mut all, frame| {
            all.push(frame);
            all
        })
    }
}
