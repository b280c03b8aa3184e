//! Lists of runs, newest first.

use runs::{Error, Page, Run, RunFilter};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::rows::{id, run_of};
use crate::error::failed;

/// Longest piece of a list.
const PAGE_MAX: usize = 1000;

pub(super) fn list(conn: &Connection, filter: &RunFilter) -> Result<Page, Error> {
    let limit = filter.limit.min(PAGE_MAX);
    let (sql, values) = query(filter, limit);
    let rows: Vec<String> = conn
        .prepare_cached(&sql)
        .and_then(|mut query| {
            query.query_map(params_from_iter(values), |row| row.get(0))?.collect()
        })
        .map_err(failed)?;
    let more = rows.len() > limit;
    let runs: Vec<Run> =
        rows.iter().take(limit).map(|row| run_of(row)).collect::<Result<_, _>>()?;
    Ok(Page { next: runs.last().filter(|_| more).map(|run| run.id), runs })
}

/// Only the conditions that were given become text; every value is bound.
fn query(filter: &RunFilter, limit: usize) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql = "SELECT snapshot FROM run WHERE 1".to_owned();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let columns =
        [("action", &filter.action), ("target", &filter.target), ("actor", &filter.actor)];
    for (column, wanted) in columns {
        if let Some(wanted) = wanted {
            sql.extend([" AND ", column, " = ?"]);
            values.push(Box::new(wanted.clone()));
        }
    }
    if let Some(before) = &filter.before {
        sql.push_str(" AND id < ?");
        values.push(Box::new(id(before).to_vec()));
    }
    if !filter.states.is_empty() {
        let marks = vec!["?"; filter.states.len()].join(", ");
        sql.extend([" AND state IN (", &marks, ")"]);
        values.extend(filter.states.iter().map(|state| Box::new(state.as_str()) as Box<dyn ToSql>));
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    // One more tells whether there is a next piece.
    values.push(Box::new(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)));
    (sql, values)
}
