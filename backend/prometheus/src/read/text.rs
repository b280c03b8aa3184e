//! Texts of an answer that are kept: warnings, infos and errors, bounded.

use super::token::{self, Stop};
use crate::limits;

/// Reads a list of texts, or `null`; keeps a bounded part of it.
pub(super) fn notices(bytes: &[u8], at: usize, kept: &mut Vec<String>) -> Result<usize, Stop> {
    if bytes[at] == b'n' {
        return token::literal(bytes, at);
    }
    let mut at = token::expect(bytes, at, b'[')?;
    let first = token::space(bytes, at)?;
    if bytes[first] == b']' {
        return Ok(first + 1);
    }
    let mut found = Vec::new();
    loop {
        let (text, end) = token::string(bytes, at)?;
        if found.len() < limits::NOTICES_MAX {
            found.push(shortened(&text, limits::NOTICE_BYTES_MAX));
        }
        let (more, next) = token::comma_or(bytes, end, b']')?;
        at = next;
        if !more {
            *kept = found;
            return Ok(at);
        }
    }
}

/// Cuts a text at a character's end.
pub(crate) fn shortened(text: &str, bytes_max: usize) -> String {
    text[..text.floor_char_boundary(bytes_max)].to_owned()
}
