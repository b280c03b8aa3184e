//! The repository's files, read once.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 4] = [".git", "dist", "node_modules", "target"];

/// One file of the repository.
pub(crate) struct File {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// Its text; empty for what is not UTF-8.
    pub(crate) text: String,
}

impl File {
    /// Returns whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.ends("rs")
    }

    /// Returns whether it has this ending.
    pub(crate) fn ends(&self, end: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|other| other == end)
    }

    /// Returns the file's name without folder and ending.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// Returns the folder it lies in, from the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// All files, and the entries of the root.
pub(crate) struct Tree {
    /// Every file, in order of paths.
    pub(crate) files: Vec<File>,
    /// The names at the root; folders end with `/`.
    pub(crate) top: Vec<String>,
}

impl Tree {
    /// Reads the tree below `root`.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self { files: Vec::new(), top: Vec::new() };
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// Returns the text of the file at `path`.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("{}", folder.display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type()?;
            if SKIPPED.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{prefix}{name}");
            if prefix.is_empty() {
                self.top.push(if kind.is_dir() { format!("{name}/") } else { name });
            }
            if kind.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).with_context(|| path.clone())?;
                self.files.push(File { path, text: String::from_utf8(bytes).unwrap_or_default() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
impl Tree {
    /// Returns a tree of these files, for tests of the rules.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self { files: files.iter().map(file).collect(), top: Vec::new() }
    }
}
