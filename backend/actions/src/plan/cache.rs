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

/// Who made a plan, and its hash.
type Key = (String, String);

/// The plans. Bounded for each actor and as a whole: the one that expires first makes room.
#[derive(Debug, Default)]
pub(crate) struct PlanCache(Mutex<HashMap<Key, Seen>>);

impl PlanCache {
    /// Keeps a plan that `subject` made and returns until when.
    pub(crate) fn keep(&self, subject: &str, draft: &Draft, now: Timestamp) -> Timestamp {
        let kept_for =
            SignedDuration::try_from(limits::PLAN_KEPT_FOR).unwrap_or(SignedDuration::ZERO);
        let expires_at = now.saturating_add(kept_for).unwrap_or(now);
        let key = (subject.to_owned(), draft.hash.clone());
        let mut plans = self.lock();
        plans.retain(|_, seen| seen.expires_at > now);
        plans.remove(&key);
        make_room(&mut plans, limits::PLANS_PER_SUBJECT_MAX, |(owner, _)| owner == subject);
        make_room(&mut plans, limits::PLANS_MAX, |_| true);
        plans.insert(key, Seen { changes: draft.changes.clone(), expires_at });
        expires_at
    }

    /// Returns the plan of this hash, whoever made it, if its time is not over.
    pub(crate) fn get(&self, hash: &str, now: Timestamp) -> Option<Seen> {
        let plans = self.lock();
        let mut alike = plans.iter().filter(|((_, known), _)| known == hash).map(|(_, seen)| seen);
        alike.find(|seen| seen.expires_at > now).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the plan that expires first among those that `count` if there are `max` of them.
fn make_room(plans: &mut HashMap<Key, Seen>, max: usize, count: impl Fn(&Key) -> bool) {
    let counted = || plans.iter().filter(|(key, _)| count(key));
    if counted().count() < max {
        return;
    }
    let first = counted().min_by_key(|(_, seen)| seen.expires_at).map(|(key, _)| key.clone());
    if let Some(first) = first {
        plans.remove(&first);
    }
}
