//! A store in memory, as strict as the durable ones: for tests, here and in other rooms.

mod ledger;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    Admission, Admitted, IdempotencyKey, Page, RunFilter, RunStore,
    admission::{self, Bound, extend},
};
use crate::{Error, Event, LockKey, LockMode, Run, RunId};

/// Runs in memory. They end with the process.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    runs: BTreeMap<RunId, Run>,
    logs: HashMap<RunId, Vec<Event>>,
    /// In the order of acceptance.
    claims: Vec<Claim>,
    keys: HashMap<(String, String), Bound>,
    jtis: HashMap<String, Timestamp>,
    fence: u64,
}

/// A place in the queue of a lock, or the lock.
#[derive(Debug)]
struct Claim {
    lock: LockKey,
    run: RunId,
    held: bool,
}

impl MemoryStore {
    /// Makes an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a store that holds one run, by its log or a prefix of it: what a crash leaves.
    ///
    /// # Errors
    /// Those of [`crate::fold`].
    pub fn from_log(log: Vec<Event>) -> Result<Self, Error> {
        let Some(first) = log.first() else { return Ok(Self::new()) };
        let run = crate::fold(first.run, &log)?;
        let mut tables = Tables { fence: run.fence.unwrap_or(0), ..Tables::default() };
        tables.settle_claims(&run)?;
        tables.runs.insert(run.id, run.clone());
        tables.logs.insert(run.id, log);
        Ok(Self(Mutex::new(tables)))
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn run(&self, run: RunId) -> Result<&Run, Error> {
        self.runs.get(&run).ok_or(Error::NotFound(run))
    }

    /// Gives a run the claims that its state asks for.
    fn settle_claims(&mut self, run: &Run) -> Result<(), Error> {
        if !run.claims_locks() {
            self.claims.retain(|claim| claim.run != run.id);
            return Ok(());
        }
        if !self.claims.iter().any(|claim| claim.run == run.id) {
            let claim = |lock: &LockKey| Claim { lock: lock.clone(), run: run.id, held: false };
            self.claims.extend(run.request.locks.iter().map(claim));
        }
        if run.holds_locks() {
            self.take(run)?;
        }
        Ok(())
    }

    /// Takes all locks of a run, or none: not while held by another, and not past one who asked
    /// earlier.
    fn take(&mut self, run: &Run) -> Result<(), Error> {
        for (place, claim) in self.claims.iter().enumerate().filter(|(_, c)| c.run == run.id) {
            let in_the_way = self.claims.iter().enumerate().find(|(other, before)| {
                before.run != run.id
                    && before.lock.conflicts(&claim.lock)
                    && (before.held || *other < place)
            });
            if let (Some((_, other)), false) = (in_the_way, claim.held) {
                return Err(Error::LockHeld { holder: other.run, key: other.lock.key.clone() });
            }
        }
        for claim in self.claims.iter_mut().filter(|claim| claim.run == run.id) {
            claim.held = true;
        }
        Ok(())
    }
}

fn fits(filter: &RunFilter, run: &Run) -> bool {
    let is = |wanted: &Option<String>, it: &str| wanted.as_ref().is_none_or(|w| w == it);
    is(&filter.action, &run.request.action)
        && is(&filter.target, &run.request.target)
        && is(&filter.actor, &run.request.actor)
        && (filter.states.is_empty() || filter.states.contains(&run.state))
}

#[async_trait]
impl RunStore for MemoryStore {
    async fn admit(&self, admission: Admission) -> Result<Admitted, Error> {
        admission::admit(admission, &mut *self.tables())
    }

    async fn replayed(
        &self,
        actor: &str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error> {
        admission::replayed(&mut *self.tables(), actor, key, now)
    }

    async fn append(
        &self,
        run: RunId,
        expected_seq: u64,
        events: Vec<Event>,
    ) -> Result<Run, Error> {
        let mut tables = self.tables();
        let next = extend(tables.run(run)?.clone(), expected_seq, &events)?;
        tables.settle_claims(&next)?;
        tables.logs.entry(run).or_default().extend(events);
        tables.runs.insert(run, next.clone());
        Ok(next)
    }

    async fn load(&self, run: RunId) -> Result<Run, Error> {
        self.tables().run(run).cloned()
    }

    async fn log(&self, run: RunId) -> Result<Vec<Event>, Error> {
        self.tables().logs.get(&run).cloned().ok_or(Error::NotFound(run))
    }

    async fn list(&self, filter: RunFilter) -> Result<Page, Error> {
        let tables = self.tables();
        let older = |run: &&Run| filter.before.is_none_or(|before| run.id < before);
        let newest = tables.runs.values().rev().filter(older).filter(|run| fits(&filter, run));
        let mut runs: Vec<Run> = newest.take(filter.limit.saturating_add(1)).cloned().collect();
        let more = runs.len() > filter.limit;
        runs.truncate(filter.limit);
        Ok(Page { next: runs.last().filter(|_| more).map(|run| run.id), runs })
    }

    async fn open_runs(&self) -> Result<Vec<Run>, Error> {
        Ok(self.tables().runs.values().filter(|run| !run.state.is_terminal()).cloned().collect())
    }

    async fn next_fence(&self) -> Result<u64, Error> {
        let mut tables = self.tables();
        tables.fence += 1;
        Ok(tables.fence)
    }

    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error> {
        let holds = |claim: &&Claim| {
            claim.held && claim.lock.key == key && claim.lock.mode == LockMode::Exclusive
        };
        Ok(self.tables().claims.iter().find(holds).map(|claim| claim.run))
    }

    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        admission::rests_until(&mut *self.tables(), (action, target), cooldown, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    #[tokio::test]
    async fn the_memory_store_passes_the_suite() {
        conformance::run_all(&|| Box::pin(async { MemoryStore::new() })).await;
    }
}
