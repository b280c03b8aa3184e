//! The plans somebody has seen, kept for two minutes under their hash.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use targets::Change;

use super::Draft;
use crate::limits;

/// What is remembered of a plan: its hash says the rest.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) changes: Vec<Change>,
    pub(crate) expires_at: Timestamp,
}

/// The plans. Bounded: the one that expires first makes room.
#[derive(Debug, Default)]
pub(crate) struct PlanCache(Mutex<HashMap<String, Seen>>);

impl PlanCache {
    /// Keeps a plan and returns until when.
    pub(crate) fn keep(&self, draft: &Draft, now: Timestamp) -> Timestamp {
        let kept_for =
            SignedDuration::try_from(limits::PLAN_KEPT_FOR).unwrap_or(SignedDuration::ZERO);
        let expires_at = now.saturating_add(kept_for).unwrap_or(now);
        let mut plans = self.lock();
        plans.retain(|_, seen| seen.expires_at > now);
        if plans.len() >= limits::PLANS_MAX && !plans.contains_key(&draft.hash) {
            let first = plans.iter().min_by_key(|(_, seen)| seen.expires_at);
            if let Some(first) = first.map(|(hash, _)| hash.clone()) {
                plans.remove(&first);
            }
        }
        plans.insert(draft.hash.clone(), Seen { changes: draft.changes.clone(), expires_at });
        expires_at
    }

    /// Returns the plan of this hash if its time is not over.
    pub(crate) fn get(&self, hash: &str, now: Timestamp) -> Option<Seen> {
        self.lock().get(hash).filter(|seen| seen.expires_at > now).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
