//! The catalogue: every definition of a directory. A bad file is left out with all its faults; the
//! others are read.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use targets::Operations;

use crate::{Definition, Error, Fault, fault::Faults, limits};

/// Definitions by name.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    by_name: BTreeMap<String, Arc<Definition>>,
}

/// What a directory held.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The definitions without a fault.
    pub catalog: Catalog,
    /// The faults of the others, by file and line.
    pub faults: Vec<Fault>,
    /// The names of the files with faults.
    pub refused: Vec<String>,
}

impl Catalog {
    /// Reads every `*.yaml` directly inside `directory`; other files and folders are passed over.
    ///
    /// # Errors
    /// [`Error`] if the directory itself cannot be read. Faults inside files are in
    /// [`Loaded::faults`].
    pub fn load(directory: &Path, operations: &Operations) -> Result<Loaded, Error> {
        let mut loaded = Loaded::default();
        for path in files(directory)? {
            let file = path.display().to_string();
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            match read(&path).and_then(|text| one(&file, &name, &text, operations)) {
                Ok(definition) => loaded.catalog.insert(definition),
                Err(faults) => {
                    loaded.faults.extend(faults);
                    loaded.refused.push(name);
                }
            }
        }
        Ok(loaded)
    }

    /// Adds a definition, replacing the one of the same name.
    pub fn insert(&mut self, definition: Definition) {
        self.by_name.insert(definition.name.clone(), Arc::new(definition));
    }

    /// Returns the definition of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Definition>> {
        self.by_name.get(name)
    }

    /// Returns all definitions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_name.values()
    }

    /// Returns what stands after a reload: a bad file's old definition stays, a removed file's
    /// goes.
    pub(crate) fn after_reload(&self, loaded: &Loaded) -> Self {
        let mut next = loaded.catalog.clone();
        for name in &loaded.refused {
            if let Some(old) = self.by_name.get(name) {
                next.by_name.insert(name.clone(), Arc::clone(old));
            }
        }
        next
    }
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |source| Error::Unreadable { path: directory.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // What is there and no file is passed over; a link to nothing is a fault of that file.
        let other = fs::metadata(&path).is_ok_and(|known| !known.is_file());
        if path.extension().is_some_and(|extension| extension == "yaml") && !other {
            files.push(path);
        }
        if files.len() > limits::DEFINITIONS_MAX {
            let path = directory.to_owned();
            return Err(Error::TooMany { path, max: limits::DEFINITIONS_MAX });
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file within its limit; whatever keeps it from being read is a fault of that file alone.
fn read(path: &Path) -> Result<String, Vec<Fault>> {
    let whole = |message: String| {
        let mut faults = Faults::new(&path.display().to_string());
        faults.whole(message);
        faults.into_vec()
    };
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(limits::DEFINITION_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| whole(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > limits::DEFINITION_BYTES_MAX {
        return Err(whole(format!("is larger than {} bytes", limits::DEFINITION_BYTES_MAX)));
    }
    String::from_utf8(bytes).map_err(|_| whole("is not UTF-8".to_owned()))
}

fn one(
    file: &str,
    name: &str,
    text: &str,
    operations: &Operations,
) -> Result<Definition, Vec<Fault>> {
    if !targets::is_name(name) {
        let mut faults = Faults::new(file);
        faults.whole("the file's name is the action's: use A-Z a-z 0-9 _ . : - before `.yaml`");
        return Err(faults.into_vec());
    }
    Definition::parse(file, name, text, operations)
}

#[cfg(test)]
mod tests;
