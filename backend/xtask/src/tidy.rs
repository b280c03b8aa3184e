//! `tidy`: house rules that the compiler does not know; all breaches are printed together.

mod files;
mod floors;
mod names;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use crate::clock::Stopwatch;
use crate::{arguments, place};

/// One broken rule, and what to do instead.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// The file or folder, relative to the root.
    path: String,
    /// The line, from 1; 0 when the whole file is meant.
    line: usize,
    /// What is wrong, and what to do instead.
    message: String,
}

impl Breach {
    fn whole(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: 0, message: message.into() }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    arguments::none(words)?;
    let watch = Stopwatch::start();
    let breaches = breaches(&place::root())?;
    for breach in &breaches {
        eprintln!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("tidy: ok ({:.1} s)", watch.seconds());
            Ok(())
        }
        1 => bail!("tidy: 1 breach"),
        count => bail!("tidy: {count} breaches"),
    }
}

/// Returns every breach of the house's rules, in order of files.
pub(crate) fn breaches(root: &Path) -> Result<Vec<Breach>> {
    let tree = tree::Tree::read(root)?;
    let metadata = place::metadata(root)?;
    let mut found = files::check(&tree);
    found.extend(names::check(&tree, &metadata));
    found.extend(floors::check(&metadata));
    found.sort();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        let breaches = super::breaches(&crate::place::root()).unwrap();
        let lines: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{} breaches:\n{}", lines.len(), lines.join("\n"));
    }
}
