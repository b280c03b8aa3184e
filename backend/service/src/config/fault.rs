//! A fault of the configuration: where it is and what to do about it.

use std::fmt;

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In the file, both from 1.
    Line {
        /// Line.
        line: u64,
        /// Column, in characters.
        column: u64,
    },
    /// In an environment variable.
    Variable(String),
    /// Nowhere: it is missing.
    Absent,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    /// Where it was given.
    pub(crate) place: Place,
    /// The field, as in `assertion.key_file`; empty for the whole file.
    pub(crate) field: String,
    /// What is wrong and what to do.
    pub(crate) why: String,
}

/// Every fault that was found, in the order of the file.
#[derive(Debug)]
pub(crate) struct Faults {
    /// The file as it was named.
    pub(crate) file: String,
    /// At least one.
    pub(crate) list: Vec<Fault>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.list.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            match &fault.place {
                Place::Line { line, column } => write!(f, "{}:{line}:{column}: ", self.file)?,
                Place::Variable(name) => write!(f, "{name}: ")?,
                Place::Absent => write!(f, "{}: ", self.file)?,
            }
            if !fault.field.is_empty() {
                write!(f, "{}: ", fault.field)?;
            }
            f.write_str(&fault.why)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
