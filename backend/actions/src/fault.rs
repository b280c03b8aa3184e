//! Faults of a definition: where in which file, and what is wrong. All of a file are told at once.

use std::fmt;

use serde_saphyr::{Location, Spanned};

/// One fault in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as it was named by whoever reads it.
    pub file: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u64,
    /// Column from 1; 0 where the whole file is meant.
    pub column: u64,
    /// What is wrong, readable alone.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        write!(f, " {}", self.message)
    }
}

/// Gathers the faults of one file while it is read on.
#[derive(Debug)]
pub(crate) struct Faults {
    file: String,
    found: Vec<Fault>,
}

impl Faults {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: Vec::new() }
    }

    /// Notes a fault at a place.
    pub(crate) fn add(&mut self, at: Location, message: impl fmt::Display) {
        let Self { file, found } = self;
        let (line, column) = (at.line(), at.column());
        found.push(Fault { file: file.clone(), line, column, message: message.to_string() });
    }

    /// Notes a fault of the whole file.
    pub(crate) fn whole(&mut self, message: impl fmt::Display) {
        self.add(Location::UNKNOWN, message);
    }

    /// Reads a value with `read`, or notes why it cannot be read.
    pub(crate) fn read<T, U, E: fmt::Display>(
        &mut self,
        value: &Spanned<T>,
        read: impl FnOnce(&T) -> Result<U, E>,
    ) -> Option<U> {
        read(&value.value).map_err(|fault| self.add(value.referenced, fault)).ok()
    }

    /// Refuses a field whose feature is not built.
    pub(crate) fn not_available<T>(&mut self, name: &str, field: Option<&Spanned<T>>) {
        if let Some(field) = field {
            self.add(field.referenced, format!("`{name}` is not available yet"));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_vec(mut self) -> Vec<Fault> {
        self.found.sort();
        self.found
    }
}
