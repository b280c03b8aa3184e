//! Reads a body in chunks, so that a stream can be followed while it lasts.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

/// The longest line that opens a chunk: a size in hex and extensions.
const SIZE_LINE_BYTES_MAX: u64 = 256;

/// A reader of a chunked body.
pub(super) struct Chunked<R> {
    reader: R,
    left: u64,
    started: bool,
    ended: bool,
}

impl<R: BufRead> Chunked<R> {
    /// Returns a reader of the body that starts here.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, left: 0, started: false, ended: false }
    }

    fn next_chunk(&mut self) -> Result<()> {
        if self.started {
            self.line()?;
        }
        self.started = true;
        let line = self.line()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        self.left = u64::from_str_radix(size, 16)
            .map_err(|_| Error::new(ErrorKind::InvalidData, format!("no chunk size: {line:?}")))?;
        self.ended = self.left == 0;
        Ok(())
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if (&mut self.reader).take(SIZE_LINE_BYTES_MAX).read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line)
    }
}

impl<R: BufRead> Read for Chunked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.left == 0 && !self.ended {
            self.next_chunk()?;
        }
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let read = (&mut self.reader).take(self.left).read(buffer)?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}
