//! Skips a value that nobody asked for, checked and with bounded depth, over any number of chunks.

use super::token::{self, Stop, bad};
use crate::limits;

/// Where a skip stands; one bit of `objects` for each open bracket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skip {
    depth: u32,
    objects: u64,
    expects: Expects,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Expects {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    CommaOrClose,
    Nothing,
}

impl Skip {
    /// Makes a skip of one value.
    pub(super) fn new() -> Self {
        Self { depth: 0, objects: 0, expects: Expects::Value }
    }

    /// Skips a value that is a part of a token.
    pub(super) fn whole(bytes: &[u8], mut at: usize) -> Result<usize, Stop> {
        Self::new().run(bytes, &mut at)?;
        Ok(at)
    }

    /// Goes on; `at` is moved past every token that was skipped, also when more bytes are needed.
    pub(super) fn run(&mut self, bytes: &[u8], at: &mut usize) -> Result<(), Stop> {
        while self.expects != Expects::Nothing {
            let start = token::space(bytes, *at)?;
            *at = self.token(bytes, start)?;
        }
        Ok(())
    }

    fn token(&mut self, bytes: &[u8], at: usize) -> Result<usize, Stop> {
        let byte = bytes[at];
        match (self.expects, byte) {
            (Expects::ValueOrClose, b']')
            | (Expects::KeyOrClose, b'}')
            | (Expects::CommaOrClose, b']' | b'}') => self.close(byte, at),
            (Expects::Value | Expects::ValueOrClose, _) => self.value(bytes, at),
            (Expects::Key | Expects::KeyOrClose, _) => {
                let (_, end) = token::key(bytes, at)?;
                self.expects = Expects::Value;
                Ok(end)
            }
            (Expects::CommaOrClose, b',') => {
                self.expects = if self.in_object() { Expects::Key } else { Expects::Value };
                Ok(at + 1)
            }
            _ => bad(at, "`,` or a closing bracket expected"),
        }
    }

    fn value(&mut self, bytes: &[u8], at: usize) -> Result<usize, Stop> {
        let end = match bytes[at] {
            open @ (b'{' | b'[') => return self.open(open, at),
            b'"' => token::string(bytes, at)?.1,
            b'-' | b'0'..=b'9' => token::number_end(bytes, at)?,
            _ => token::literal(bytes, at)?,
        };
        self.value_done();
        Ok(end)
    }

    fn open(&mut self, byte: u8, at: usize) -> Result<usize, Stop> {
        if self.depth == limits::SKIP_DEPTH_MAX {
            return bad(at, format!("nested deeper than {}", limits::SKIP_DEPTH_MAX));
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u64::from(byte == b'{');
        self.expects = if byte == b'{' { Expects::KeyOrClose } else { Expects::ValueOrClose };
        Ok(at + 1)
    }

    fn close(&mut self, byte: u8, at: usize) -> Result<usize, Stop> {
        if self.in_object() != (byte == b'}') {
            return bad(at, "bracket closes none");
        }
        self.depth -= 1;
        self.objects >>= 1;
        self.value_done();
        Ok(at + 1)
    }

    fn in_object(self) -> bool {
        self.objects & 1 == 1
    }

    fn value_done(&mut self) {
        self.expects = if self.depth == 0 { Expects::Nothing } else { Expects::CommaOrClose };
    }
}
