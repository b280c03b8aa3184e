//! Rows and typed columns out of a JSON document, by RFC 9535 paths.

mod cell;
mod path;

#[cfg(test)]
mod tests;

use frames::{Column, Field, Notice, Severity};
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use cell::Kind;
use path::Path;

/// Most rows of one answer.
const ROWS_MAX: usize = 100_000;

/// Most columns of one query.
const COLUMNS_MAX: usize = 64;

/// A column as the query names it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ColumnSpec {
    /// A path from the row (`$.Node_id`), or the bare name of a member.
    pub(crate) selector: String,
    /// The column's name; the selector where it is empty.
    pub(crate) text: String,
    /// The column's type: `string`, `number`, `boolean` or `time`.
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
}

/// Where rows are, and what is taken of each. The types come from the query, never from the values.
#[derive(Debug)]
pub(crate) struct Columns {
    rows: Path,
    columns: Vec<(String, Path, Kind)>,
}

impl Columns {
    /// Reads paths; without `rows` the document's own elements are the rows.
    ///
    /// # Errors
    /// [`Error::BadQuery`] naming the path that is wrong.
    pub(crate) fn new(rows: &str, specs: Vec<ColumnSpec>) -> Result<Self, Error> {
        let refused = |message: String| Err(Error::BadQuery { message });
        if specs.is_empty() {
            return refused("field columns: at least one column is needed".to_owned());
        }
        if specs.len() > COLUMNS_MAX {
            return refused(format!("field columns: more than {COLUMNS_MAX}"));
        }
        let rows = if rows.trim().is_empty() { "$" } else { rows };
        let rows = Path::parse("rows", rows)?;
        let mut columns = Vec::with_capacity(specs.len());
        for (n, spec) in specs.into_iter().enumerate() {
            let path = Path::parse(&format!("columns[{n}].selector"), &spec.selector)?;
            let name = if spec.text.is_empty() { spec.selector } else { spec.text };
            columns.push((name, path, spec.kind));
        }
        Ok(Self { rows, columns })
    }

    /// Reads a document. A value that does not fit its column's type becomes null, and a notice
    /// says so.
    ///
    /// # Errors
    /// When there are too many rows, or a selector finds several values in one row.
    pub(crate) fn read(&self, tree: &Value) -> Result<(Vec<Field>, Vec<Notice>), Error> {
        let mut rows = self.rows.query(tree);
        // One list found means its elements, so that `$.items` and `$.items[*]` are the same rows.
        if let [Value::Array(elements)] = rows.as_slice() {
            rows = elements.iter().collect();
        }
        if rows.len() > ROWS_MAX {
            let limit = "a fixed limit for rows";
            let upstream = "the node API".to_owned();
            return Err(Error::TooLarge { upstream, limit, max: ROWS_MAX as u64 });
        }
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut notices = Vec::new();
        for (name, path, kind) in &self.columns {
            let (column, misfits) = column(&rows, path, *kind)?;
            if misfits > 0 {
                let text =
                    format!("column {name}: {misfits} values are no {} and left out", kind.name());
                notices.push(Notice { severity: Severity::Warning, text });
            }
            fields.push(Field::new(name.as_str(), column));
        }
        Ok((fields, notices))
    }
}

fn column(rows: &[&Value], path: &Path, kind: Kind) -> Result<(Column, usize), Error> {
    let mut cells = kind.column();
    let mut misfits = 0;
    for row in rows {
        let value = match path.query(row).as_slice() {
            [] | [Value::Null] => None,
            [value] => Some(*value),
            found => {
                let message = format!(
                    "the selector {path} finds {} values in one row, one is due",
                    found.len()
                );
                return Err(Error::BadQuery { message });
            }
        };
        if !cell::push(&mut cells, value) {
            misfits += 1;
        }
    }
    Ok((cells, misfits))
}
