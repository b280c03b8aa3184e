//! Keeps refusals: each of somebody known as a row of its own, those of strangers summed by the
//! minute.
//!
//! A stranger can knock a thousand times a second. The first knock of a kind is written at once,
//! the others of that minute are counted and written as one row, so that nobody can fill the disk
//! or hide among the noise.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use api::ProblemCode;
use identity::Actor;
use jiff::Timestamp;
use store::AuditRecord;

use crate::{app::durable::Durable, metrics::Metrics, problem::Told, request::auth::Caller};

/// Length of the window in which strangers' refusals are summed, in seconds.
const WINDOW_SECONDS: i64 = 60;

/// Most kinds of refusals that are summed; there are a few dozen pairs of route and code.
const KINDS_MAX: usize = 1024;

/// The audit of refusals.
pub(crate) struct Audit {
    store: Arc<dyn Durable>,
    metrics: Arc<Metrics>,
    sums: Mutex<BTreeMap<(&'static str, &'static str), Sum>>,
}

struct Sum {
    since: Timestamp,
    more: u64,
}

/// A request that was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Denied<'a> {
    /// Who, if anybody was recognised.
    pub(crate) caller: Option<&'a Caller>,
    /// The route's template.
    pub(crate) route: &'static str,
    /// The action that the path names.
    pub(crate) action: Option<&'a str>,
    /// What was answered.
    pub(crate) told: &'a Told,
    /// When.
    pub(crate) now: Timestamp,
}

impl Audit {
    /// Makes an audit that writes into `store`.
    pub(crate) fn new(store: Arc<dyn Durable>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics, sums: Mutex::default() }
    }

    /// Keeps that a request was refused. A refusal that is also a run is kept with the run.
    pub(crate) async fn refused(&self, denied: Denied<'_>) {
        let Denied { caller, route, action, told, now } = denied;
        if told.run.is_some() || !is_kept(told.code) {
            return;
        }
        let code = told.code.as_str();
        if caller.is_none() && !self.is_first(route, code, now) {
            return;
        }
        let actor = caller.map(|caller| &*caller.actor);
        let record = record("denied", actor, format!("{route}: {}", told.detail), now);
        let code = Some(code.to_owned());
        self.write(AuditRecord { code, action: action.map(str::to_owned), ..record }).await;
    }

    /// Keeps what somebody did that is no run.
    pub(crate) async fn did(
        &self,
        kind: &'static str,
        actor: Option<&Actor>,
        detail: String,
        now: Timestamp,
    ) {
        self.write(record(kind, actor, detail, now)).await;
    }

    /// Writes the sums whose minute is over; all of them at the end.
    pub(crate) async fn flush(&self, now: Timestamp, all: bool) {
        for ((route, code), count) in self.over(now, all) {
            let detail = format!("{route}: {count} more within the minute");
            let record = record("denied", None, detail, now);
            self.write(AuditRecord { code: Some(code.to_owned()), ..record }).await;
        }
    }

    fn sums(&self) -> MutexGuard<'_, BTreeMap<(&'static str, &'static str), Sum>> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether this is the first refusal of its kind in its minute; others are counted.
    fn is_first(&self, route: &'static str, code: &'static str, now: Timestamp) -> bool {
        let mut sums = self.sums();
        if let Some(sum) = sums.get_mut(&(route, code)) {
            sum.more += 1;
            return false;
        }
        if sums.len() < KINDS_MAX {
            sums.insert((route, code), Sum { since: now, more: 0 });
        }
        true
    }

    fn over(&self, now: Timestamp, all: bool) -> Vec<((&'static str, &'static str), u64)> {
        let mut sums = self.sums();
        let mut over = Vec::new();
        sums.retain(|kind, sum| {
            let keep = !all && now.as_second() - sum.since.as_second() < WINDOW_SECONDS;
            if !keep && sum.more > 0 {
                over.push((*kind, sum.more));
            }
            keep
        });
        over
    }

    /// A refusal stands whether or not it could be written; that it was not is counted and logged.
    async fn write(&self, record: AuditRecord) {
        if let Err(error) = self.store.keep_audit(record).await {
            self.metrics.audit_failed();
            tracing::error!(%error, "an audit row could not be written");
        }
    }
}

fn record(kind: &str, actor: Option<&Actor>, detail: String, at: Timestamp) -> AuditRecord {
    AuditRecord {
        at,
        kind: kind.to_owned(),
        subject: actor.map(|actor| actor.subject.clone()),
        action: None,
        target: None,
        code: None,
        run: None,
        detail: (!detail.is_empty()).then_some(detail),
    }
}

/// Tells whether a refusal with this code is kept: what the caller did wrong or was not allowed,
/// not what we could not do.
fn is_kept(code: ProblemCode) -> bool {
    code == ProblemCode::PlanRequired
        || code == ProblemCode::IllegalTransition
        || matches!(code.status(), 400 | 401 | 403 | 404 | 405 | 413 | 415 | 422)
}

#[cfg(test)]
mod tests;
