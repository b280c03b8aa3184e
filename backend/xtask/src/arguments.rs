//! Reads the words after a verb.

use std::fmt;

use anyhow::Result;

/// A wrong command line: answered with the verb's usage.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The words after a verb, taken one by one.
pub(crate) struct Arguments<'a> {
    words: std::slice::Iter<'a, String>,
}

impl<'a> Arguments<'a> {
    /// Returns a reader of these words.
    pub(crate) fn new(words: &'a [String]) -> Self {
        Self { words: words.iter() }
    }

    /// Returns the next word.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        self.words.next().map(String::as_str)
    }

    /// Returns the value that must follow the option `name`.
    pub(crate) fn value(&mut self, name: &str) -> Result<&'a str> {
        Ok(self.next().ok_or_else(|| Usage(format!("{name} needs a value")))?)
    }
}

/// Refuses any word: for verbs that take none.
pub(crate) fn none(words: &[String]) -> Result<()> {
    match words.first() {
        None => Ok(()),
        Some(word) => Err(Usage(format!("unexpected argument {word:?}")).into()),
    }
}
