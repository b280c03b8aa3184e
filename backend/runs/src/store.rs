//! The contract of the durable place. One transaction writes an event with its locks and keys, or
//! nothing.

pub mod admission;
pub mod conformance;
pub mod memory;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{Error, Event, Refusal, Request, Run, RunId, run::State};

/// A press that has passed rights, plan and guards, with what the store must check in the same
/// transaction.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The id to use if a run is written.
    pub run: RunId,
    /// The wall time.
    pub now: Timestamp,
    /// What was asked for.
    pub request: Request,
    /// A refusal that is already certain (guard, stop): written as a run in state `refused`. Dedupe
    /// and keys come first, so that a repeated press gets its first answer.
    pub refusal: Option<Refusal>,
    /// The caller's `Idempotency-Key`, bound to the actor, with the digest of the body that came
    /// with it.
    pub key: Option<IdempotencyKey>,
    /// The assertion's `jti` with its expiry: refused if seen before.
    pub jti: Option<(String, Timestamp)>,
    /// What happens when the target is held.
    pub collision: Collision,
    /// How long (action, target) rests after a run ended.
    pub cooldown: Duration,
    /// How many runs of (action, target) may end in a window.
    pub rate: Option<Rate>,
}

/// A caller's key (RFC draft `idempotency-key-header`): 1-255 visible ASCII, per actor, kept 24 h.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key.
    pub key: String,
    /// SHA-256 in hex of what was asked with it.
    pub digest: String,
}

/// What happens when the target is held by another run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collision {
    /// Refused; the answer names the holder.
    Reject,
}

/// How many in how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub runs: u32,
    /// In how long.
    pub window: Duration,
}

/// How an admission went. Refused presses are runs too.
#[derive(Clone, Debug)]
pub enum Admitted {
    /// A new run: queued, or refused if its state says so.
    New(Box<Run>),
    /// The same press is in flight, or ended less than 5 s ago.
    Duplicate(Box<Run>),
    /// The same `Idempotency-Key` with the same content: the first answer is to be repeated.
    Replayed {
        /// The run as it stands now.
        run: Box<Run>,
        /// The number of its last event when the key's press met it under way; none if that press
        /// made the run.
        met: Option<u64>,
    },
    /// The same `Idempotency-Key` with other content.
    KeyReused,
    /// The assertion was used before.
    Replay,
}

/// Which runs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only of this action.
    pub action: Option<String>,
    /// Only on this target (`kind/id`).
    pub target: Option<String>,
    /// Only in these states; empty means all.
    pub states: Vec<State>,
    /// Only of this actor.
    pub actor: Option<String>,
    /// Only older than this run (the cursor).
    pub before: Option<RunId>,
    /// At most so many.
    pub limit: usize,
}

/// A piece of a list, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The runs.
    pub runs: Vec<Run>,
    /// The cursor of the next piece.
    pub next: Option<RunId>,
}

/// The durable place of runs.
#[async_trait]
pub trait RunStore: Send + Sync + 'static {
    /// Decides and writes a press in one transaction, in this order: `jti`, key, fingerprint (in
    /// flight and 5 s after the end), refusal, collision, cooldown, rate; then `run_accepted` or
    /// `run_refused`. Durable when it returns. An equal refusal (fingerprint and code) within 10 s
    /// answers with the same refused run.
    async fn admit(&self, admission: Admission) -> Result<Admitted, Error>;

    /// Looks up what `actor` was answered to `key` before, without writing anything:
    /// [`Admitted::Replayed`], [`Admitted::KeyReused`], or nothing for a key that is not bound. To
    /// be asked before a press is judged anew, for a first answer outlives the definitions, nodes
    /// and rights that led to it. It is no promise: [`RunStore::admit`] looks again.
    async fn replayed(
        &self,
        actor: &str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error>;

    /// Appends events to a run whose last number is `expected_seq`, all or none. The fold decides
    /// whether they may follow. `run_started` takes the request's locks in the same transaction, a
    /// terminal event frees them, and `unknown(goal)` frees them too. An older `fence` than the
    /// run's is refused.
    async fn append(&self, run: RunId, expected_seq: u64, events: Vec<Event>)
    -> Result<Run, Error>;

    /// Loads a run.
    async fn load(&self, run: RunId) -> Result<Run, Error>;

    /// Loads a run's log.
    async fn log(&self, run: RunId) -> Result<Vec<Event>, Error>;

    /// Lists runs, newest first.
    async fn list(&self, filter: RunFilter) -> Result<Page, Error>;

    /// Lists every run that is not terminal, oldest first.
    async fn open_runs(&self) -> Result<Vec<Run>, Error>;

    /// Returns a fencing number greater than every one before, durable when it returns.
    async fn next_fence(&self) -> Result<u64, Error>;

    /// Returns the run that holds `key` (`kind/id`) exclusively, if any.
    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error>;

    /// Returns until when (action, target) rests, given its cooldown.
    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error>;
}
