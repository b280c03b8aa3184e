//! The audit: who did what, and what was denied. Rows are added, never changed.

use jiff::Timestamp;
use runs::{Error, Event, EventKind, Run, RunId};
use rusqlite::{Connection, Row, params};

use crate::{
    Store,
    error::failed,
    sqlite::{micros, run_id, time},
};

/// Longest detail that is kept, in bytes.
const DETAIL_MAX: usize = 1024;
/// Longest list of rows.
const LIST_MAX: usize = 1000;

/// What is to be remembered. Secrets, tokens and whole bodies never are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// What, as in `run_accepted`, `denied`, `stop`.
    pub kind: String,
    /// Who: a stable subject; none if nobody was recognised.
    pub subject: Option<String>,
    /// Which action.
    pub action: Option<String>,
    /// On what, as `kind/id`.
    pub target: Option<String>,
    /// The problem code of what was refused.
    pub code: Option<String>,
    /// Which run.
    pub run: Option<RunId>,
    /// For people; cut after 1 KiB.
    pub detail: Option<String>,
}

/// A remembered record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, growing without a gap.
    pub n: u64,
    /// What it says.
    pub record: AuditRecord,
}

impl Store {
    /// Remembers something that is no event of a run: those are remembered with the event itself.
    /// Durable when it returns.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn audit(&self, record: AuditRecord) -> Result<(), Error> {
        self.write(move |conn| put(conn, &record).map_err(failed)).await
    }

    /// Lists what was remembered before row `before`, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn audit_list(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditRow>, Error> {
        let before = before.and_then(|n| i64::try_from(n).ok()).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit.min(LIST_MAX)).unwrap_or(i64::MAX);
        self.read(move |conn| list(conn, before, limit).map_err(failed)).await
    }
}

fn list(conn: &Connection, before: i64, limit: i64) -> rusqlite::Result<Vec<AuditRow>> {
    conn.prepare_cached(
        "SELECT n, at, kind, subject, action, target, code, run, detail FROM audit
         WHERE n < ?1 ORDER BY n DESC LIMIT ?2",
    )?
    .query_map([before, limit], read)?
    .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    let n: i64 = row.get(0)?;
    let run: Option<[u8; 16]> = row.get(7)?;
    let record = AuditRecord {
        at: time(row.get(1)?),
        kind: row.get(2)?,
        subject: row.get(3)?,
        action: row.get(4)?,
        target: row.get(5)?,
        code: row.get(6)?,
        run: run.map(run_id),
        detail: row.get(8)?,
    };
    Ok(AuditRow { n: n.unsigned_abs(), record })
}

pub(crate) fn put(conn: &Connection, record: &AuditRecord) -> rusqlite::Result<()> {
    let detail = record.detail.as_deref().map(|text| &text[..text.floor_char_boundary(DETAIL_MAX)]);
    conn.prepare_cached(
        "INSERT INTO audit (at, kind, subject, action, target, code, run, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        micros(record.at),
        record.kind,
        record.subject,
        record.action,
        record.target,
        record.code,
        record.run.as_ref().map(|run| &run.0.as_bytes()[..]),
        detail,
    ])
    .map(drop)
}

/// Remembers what an actor did to a run, in the transaction of the event. What its owner does is in
/// its log.
pub(crate) fn put_event(conn: &Connection, event: &Event, run: &Run) -> rusqlite::Result<()> {
    if event.kind.is_owners() {
        return Ok(());
    }
    let asked = &run.request;
    let (code, detail) = match &event.kind {
        EventKind::RunRefused { refusal, .. } => {
            (Some(refusal.code.clone()), Some(refusal.detail.clone()))
        }
        EventKind::RunAccepted { .. } => (None, asked.reason.clone()),
        EventKind::CancelRequested { reason } => (None, reason.clone()),
        EventKind::RunRejected { reason, .. } | EventKind::ResolutionDeclared { reason, .. } => {
            (None, Some(reason.clone()))
        }
        _ => (None, None),
    };
    let record = AuditRecord {
        at: event.at,
        kind: event.kind.name().into(),
        subject: Some(event.by.clone()),
        action: Some(asked.action.clone()),
        target: Some(asked.target.clone()),
        code,
        run: Some(event.run),
        detail,
    };
    put(conn, &record)
}
