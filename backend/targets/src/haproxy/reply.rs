//! What an answer of the runtime API means. There are no codes, only words.

use super::socket::Broken;
use crate::{Error, Sent, limits, target::quote};

/// Says what became of a `set`: an empty line is success, any other text is a refusal that
/// changed nothing.
pub(super) fn outcome(answer: Result<String, Broken>) -> Sent {
    match answer {
        Ok(text) if text.trim().is_empty() => Sent::Done { reply: String::new() },
        Ok(text) => Sent::Failed { proof: quote(&text), retry: false },
        Err(Broken::Unsent(cause)) => {
            Sent::Failed { proof: format!("nothing was sent: {cause}"), retry: true }
        }
        Err(Broken::Lost(cause)) => Sent::Lost { cause },
        Err(Broken::TooLarge) => Sent::Lost { cause: "the answer never ended".to_owned() },
    }
}

/// Returns the text of a `show`, if it is whole: HAProxy ends each with an empty line, so a
/// list that was cut is never taken for a shorter one.
pub(super) fn shown(upstream: &str, answer: Result<String, Broken>) -> Result<String, Error> {
    let upstream = upstream.to_owned();
    match answer {
        Ok(text) if text.ends_with("\n\n") => Ok(text),
        Ok(_) => Err(Error::NoAnswer { upstream, cause: "the answer was cut".to_owned() }),
        Err(Broken::Unsent(cause)) => Err(Error::Unreachable { upstream, cause }),
        Err(Broken::Lost(cause)) => Err(Error::NoAnswer { upstream, cause }),
        Err(Broken::TooLarge) => {
            Err(Error::TooLarge { upstream, limit_bytes: limits::REPLY_BYTES_MAX })
        }
    }
}

/// A table of the runtime API, read by the names in its header.
pub(super) struct Table<'a> {
    columns: Vec<&'a str>,
    rows: Vec<Vec<String>>,
}

impl<'a> Table<'a> {
    /// Reads a table whose header line starts with `# `, with `split` for each line. Lines ahead
    /// of the header are a format version. A text without header is a refusal.
    pub(super) fn read(
        upstream: &str,
        text: &'a str,
        split: fn(&str) -> Vec<String>,
    ) -> Result<Self, Error> {
        let mut lines = text.lines().skip_while(|line| line.parse::<u32>().is_ok());
        let header = lines.next().and_then(|line| line.strip_prefix("# "));
        let Some(header) = header else {
            return Err(Error::Refused { upstream: upstream.to_owned(), answer: quote(text) });
        };
        let columns = header.split([',', ' ']).collect();
        let rows = lines.filter(|line| !line.is_empty()).map(split).collect();
        Ok(Self { columns, rows })
    }

    /// Returns each row as `read` makes it.
    pub(super) fn map<T>(
        &self,
        upstream: &str,
        read: impl Fn(Row<'_>) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let row = |fields: &Vec<String>| {
            let row = Row { columns: &self.columns, fields };
            read(row).ok_or_else(|| Error::Protocol {
                upstream: upstream.to_owned(),
                cause: format!("unreadable row: {}", quote(&fields.join(" "))),
            })
        };
        self.rows.iter().map(row).collect()
    }
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    columns: &'a [&'a str],
    fields: &'a [String],
}

impl<'a> Row<'a> {
    /// Returns the field of a column, or `None` if the table or this row does not have it.
    pub(super) fn get(self, column: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|name| *name == column)?;
        self.fields.get(at).map(String::as_str)
    }
}

/// Splits a line at spaces.
pub(super) fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Splits a line of CSV; a field may be quoted, with doubled quotes inside.
pub(super) fn csv(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => push(&mut fields, c),
        }
    }
    fields
}

fn push(fields: &mut [String], c: char) {
    if let Some(field) = fields.last_mut() {
        field.push(c);
    }
}
