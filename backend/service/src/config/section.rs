//! Reads the fields of one section, from the file or the environment, and keeps every fault it
//! meets.

use std::{
    cell::RefCell, fmt::Display, fs, ops::RangeInclusive, path::PathBuf, str::FromStr,
    time::Duration,
};

use secrecy::SecretString;

use super::{
    document::{Entry, Node, Value},
    env::{Env, PREFIX},
    fault::{Fault, Place},
};

/// Longest secret in bytes that is read from a file.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// What all sections share.
pub(crate) struct Reader<'a> {
    /// The environment; it wins over the file.
    pub(crate) env: &'a dyn Env,
    /// Where relative paths begin: the folder of the file.
    pub(crate) folder: PathBuf,
    /// What was wrong so far.
    pub(crate) faults: RefCell<Vec<Fault>>,
}

/// A value and where it was given.
#[derive(Clone, Debug)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    pub(crate) at: Place,
}

/// One section of the file.
pub(crate) struct Section<'a> {
    reader: &'a Reader<'a>,
    path: String,
    /// Prefix of its variables; `None` inside lists, whose items have no names.
    variables: Option<String>,
    entries: &'a [Entry],
    known: RefCell<Vec<&'static str>>,
    /// Where it begins.
    pub(crate) at: Place,
}

impl<'a> Section<'a> {
    /// Makes the section of the whole document.
    pub(crate) fn root(reader: &'a Reader<'a>, node: Option<&'a Node>) -> Self {
        Self::of(reader, String::new(), Some(PREFIX.to_owned()), node)
    }

    fn of(
        reader: &'a Reader<'a>,
        path: String,
        variables: Option<String>,
        node: Option<&'a Node>,
    ) -> Self {
        let at = node.map_or(Place::Absent, |node| node.at.clone());
        let entries = match node.map(|node| &node.value) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Map(entries)) => entries,
            Some(other) => {
                let why = format!("must be a section with fields, not {}", other.kind());
                reader.faults.borrow_mut().push(Fault {
                    place: at.clone(),
                    field: path.clone(),
                    why,
                });
                &[][..]
            }
        };
        Self { reader, path, variables, entries, known: RefCell::default(), at }
    }

    /// Keeps a fault of `field`.
    pub(crate) fn fault(&self, at: Place, field: &str, why: impl Display) {
        let fault = Fault { place: at, field: self.name(field), why: why.to_string() };
        self.reader.faults.borrow_mut().push(fault);
    }

    /// Keeps the fault that `field` is missing.
    pub(crate) fn missing(&self, field: &str, why: impl Display) {
        self.fault(self.at.clone(), field, format!("is missing: {why}"));
    }

    fn name(&self, field: &str) -> String {
        match (self.path.as_str(), field) {
            ("", _) => field.to_owned(),
            (path, "") => path.to_owned(),
            (path, _) => format!("{path}.{field}"),
        }
    }

    fn variable(&self, field: &str) -> Option<Given<String>> {
        let name = format!("{}{}", self.variables.as_ref()?, field.to_ascii_uppercase());
        let value = self.reader.env.get(&name)?;
        Some(Given { value, at: Place::Variable(name) })
    }

    fn find(&self, field: &'static str) -> Option<&'a Node> {
        self.known.borrow_mut().push(field);
        let entry = self.entries.iter().find(|entry| entry.name == field)?;
        (!matches!(entry.node.value, Value::Null)).then_some(&entry.node)
    }

    /// Tells whether the file or the environment gives `field`.
    pub(crate) fn gives(&self, field: &'static str) -> bool {
        self.find(field).is_some() || self.variable(field).is_some()
    }

    /// Reads text.
    pub(crate) fn text(&self, field: &'static str) -> Option<Given<String>> {
        let node = self.find(field);
        if let Some(given) = self.variable(field) {
            return Some(given);
        }
        let node = node?;
        match &node.value {
            Value::Text(text) => Some(Given { value: text.clone(), at: node.at.clone() }),
            other => {
                let hint = "; put it into quotes if it is meant as text";
                self.fault(
                    node.at.clone(),
                    field,
                    format!("must be text, not {}{hint}", other.kind()),
                );
                None
            }
        }
    }

    /// Reads text that has a form; `form` says which.
    pub(crate) fn parsed<T: FromStr>(&self, field: &'static str, form: &str) -> Option<Given<T>> {
        let given = self.text(field)?;
        if let Ok(value) = given.value.parse() {
            Some(Given { value, at: given.at })
        } else {
            self.fault(given.at, field, format!("`{}` is not {form}", given.value));
            None
        }
    }

    /// Reads a whole number within `range`.
    pub(crate) fn number(&self, field: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let node = self.find(field);
        let (text, at) = match (self.variable(field), node) {
            (Some(given), _) => (given.value, given.at),
            (None, Some(Node { at, value: Value::Number(number) })) => {
                (number.to_string(), at.clone())
            }
            (None, Some(node)) => (node.value.kind().to_owned(), node.at.clone()),
            (None, None) => return None,
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (low, high) = range.into_inner();
            self.fault(
                at,
                field,
                format!("must be a whole number from {low} to {high}, not {text}"),
            );
        }
        number
    }

    /// Reads `true` or `false`.
    pub(crate) fn flag(&self, field: &'static str) -> Option<bool> {
        let node = self.find(field);
        let (text, at) = match (self.variable(field), node) {
            (Some(given), _) => (given.value, given.at),
            (None, Some(Node { value: Value::Flag(flag), .. })) => return Some(*flag),
            (None, Some(node)) => (node.value.kind().to_owned(), node.at.clone()),
            (None, None) => return None,
        };
        let flag = text.parse().ok();
        if flag.is_none() {
            self.fault(at, field, format!("must be true or false, not {text}"));
        }
        flag
    }

    /// Reads a duration such as `500ms`, `2s`, `5m` within `range`.
    pub(crate) fn duration(
        &self,
        field: &'static str,
        range: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let given = self.text(field)?;
        let found = duration(&given.value).filter(|found| range.contains(found));
        if found.is_none() {
            let (low, high) = range.into_inner();
            let form = format!("must be a duration from {low:?} to {high:?}, as in 500ms, 2s, 5m");
            self.fault(given.at, field, format!("{form}; not `{}`", given.value));
        }
        found
    }

    /// Reads a list of texts; in the environment it is separated by commas.
    pub(crate) fn texts(&self, field: &'static str) -> Vec<Given<String>> {
        let node = self.find(field);
        if let Some(Given { value, at }) = self.variable(field) {
            let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
            return items.map(|item| Given { value: item.to_owned(), at: at.clone() }).collect();
        }
        let Some(node) = node else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.fault(
                node.at.clone(),
                field,
                format!("must be a list, not {}", node.value.kind()),
            );
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push(Given { value: text.clone(), at: item.at.clone() }),
                other => {
                    self.fault(
                        item.at.clone(),
                        field,
                        format!("must hold texts, not {}", other.kind()),
                    );
                }
            }
        }
        texts
    }

    /// Reads a path; a relative one begins at the file's folder.
    pub(crate) fn path(&self, field: &'static str) -> Option<Given<PathBuf>> {
        let given = self.text(field)?;
        Some(Given { value: self.reader.folder.join(given.value), at: given.at })
    }

    /// Reads a secret: from the variable, or from the file that `file_field` names. Never from the
    /// YAML itself.
    pub(crate) fn secret(
        &self,
        variable: &'static str,
        file_field: &'static str,
    ) -> Option<Given<SecretString>> {
        let file = self.path(file_field);
        if let Some(given) = self.variable(variable) {
            return Some(Given { value: SecretString::from(given.value.trim()), at: given.at });
        }
        let Given { value: path, at } = file?;
        match read_secret(&path) {
            Ok(value) => Some(Given { value, at }),
            Err(why) => {
                self.fault(at, file_field, format!("cannot read {}: {why}", path.display()));
                None
            }
        }
    }

    /// Returns the section below `field`, empty if it is not there.
    pub(crate) fn section(&self, field: &'static str) -> Section<'a> {
        let node = self.find(field);
        let upper = field.to_ascii_uppercase();
        let variables = self.variables.as_ref().map(|prefix| format!("{prefix}{upper}_"));
        Self::of(self.reader, self.name(field), variables, node)
    }

    /// Returns the sections of a list.
    pub(crate) fn sections(&self, field: &'static str) -> Vec<Section<'a>> {
        let Some(node) = self.find(field) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.fault(
                node.at.clone(),
                field,
                format!("must be a list, not {}", node.value.kind()),
            );
            return Vec::new();
        };
        let path = |n: usize| format!("{}[{n}]", self.name(field));
        items
            .iter()
            .enumerate()
            .map(|(n, item)| Self::of(self.reader, path(n), None, Some(item)))
            .collect()
    }

    /// Returns every field with the section below it, for sections whose fields are names of the
    /// reader's choice.
    pub(crate) fn named(&self) -> Vec<(Given<String>, Section<'a>)> {
        self.entries
            .iter()
            .map(|entry| {
                let name = Given { value: entry.name.clone(), at: entry.at.clone() };
                let below = Self::of(self.reader, self.name(&entry.name), None, Some(&entry.node));
                (name, below)
            })
            .collect()
    }

    /// Returns every field with its text, for sections whose fields are names of the reader's
    /// choice.
    pub(crate) fn pairs(&self) -> Vec<(Given<String>, String)> {
        let mut pairs = Vec::new();
        for Entry { at, name, node } in self.entries {
            match &node.value {
                Value::Text(text) => {
                    pairs.push((Given { value: name.clone(), at: at.clone() }, text.clone()));
                }
                other => {
                    self.fault(
                        node.at.clone(),
                        name,
                        format!("must be text, not {}", other.kind()),
                    );
                }
            }
        }
        pairs
    }

    /// Keeps a fault for every field that nobody asked for.
    pub(crate) fn done(&self) {
        let known = self.known.borrow();
        for Entry { at, name, .. } in self.entries {
            if known.contains(&name.as_str()) {
                continue;
            }
            let file = format!("{name}_file");
            let why = if known.contains(&file.as_str()) {
                format!("secrets do not stand here: put it into a file and name that as `{file}`")
            } else {
                let mut list: Vec<_> = known.iter().map(|field| format!("`{field}`")).collect();
                list.dedup();
                format!("no such field; there are {}", list.join(", "))
            };
            self.fault(at.clone(), name, why);
        }
    }
}

fn read_secret(path: &std::path::Path) -> Result<SecretString, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > SECRET_BYTES_MAX {
        return Err(format!("it has more than {SECRET_BYTES_MAX} bytes"));
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    match text.trim() {
        "" => Err("it is empty".to_owned()),
        secret => Ok(SecretString::from(secret)),
    }
}

/// Reads `500ms`, `2s`, `5m`, `1h`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}
