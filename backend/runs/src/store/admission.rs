//! The one order in which a press is decided. A store lends its tables; the decision is the same in
//! each.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Admission, Admitted, Collision, IdempotencyKey};
use crate::{
    Error, Event, EventKind, LockKey, Refusal, Request, Run, RunId,
    event::EVENT_VERSION,
    run::{State, uuid_at},
};

/// How long after its end an equal press still meets the run: a double click on a fast action.
pub const DEDUPE_AFTER_END: Duration = Duration::from_secs(5);
/// How long an equal refusal is answered with the same refused run.
pub const REFUSAL_REPEAT: Duration = Duration::from_secs(10);
/// How long an `Idempotency-Key` is kept past the run's end.
pub const KEY_KEPT: Duration = Duration::from_hours(24);

/// What an `Idempotency-Key` is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The run of the first answer.
    pub run: RunId,
    /// The digest of what was asked.
    pub digest: String,
    /// The number of the run's last event when the press met it; none if the press made it.
    pub met: Option<u64>,
}

/// The tables that a decision reads and writes, inside the store's own transaction.
pub trait Ledger {
    /// Stores a `jti` until `expires`. Says whether it is new.
    fn spend_jti(&mut self, jti: &str, expires: Timestamp, now: Timestamp) -> Result<bool, Error>;

    /// Returns what `actor` bound to `key`, unless that has expired. Writes nothing.
    fn bound(&mut self, actor: &str, key: &str, now: Timestamp) -> Result<Option<Bound>, Error>;

    /// Binds a key of `actor`; what has expired may be cleared away in passing.
    fn bind(&mut self, actor: &str, key: &str, bound: Bound, now: Timestamp) -> Result<(), Error>;

    /// Returns the newest run with this fingerprint that is not refused, and is open, or ended
    /// after `since` with no other run on its target accepted since: after one, the same press is
    /// no second click but a wish for something new.
    fn recent(&mut self, fingerprint: &str, since: Timestamp) -> Result<Option<RunId>, Error>;

    /// Returns the newest refused run with this fingerprint and code that ended after `since`.
    fn refused(
        &mut self,
        fingerprint: &str,
        code: &str,
        since: Timestamp,
    ) -> Result<Option<RunId>, Error>;

    /// Returns a run that holds, or waits for, something that cannot be held together with `keys`,
    /// and what.
    fn claimant(&mut self, keys: &[LockKey]) -> Result<Option<(RunId, String)>, Error>;

    /// Returns the ends of (action, target)'s runs after `since`, newest first, at most `limit`.
    /// Refused runs do not count.
    fn ends(
        &mut self,
        action: &str,
        target: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>, Error>;

    /// Loads a run.
    fn load(&mut self, run: RunId) -> Result<Run, Error>;

    /// Writes a new run with its first event.
    fn create(&mut self, event: &Event, run: &Run) -> Result<(), Error>;
}

/// Decides a press and writes what follows from it. See [`super::RunStore::admit`] for the order.
///
/// # Errors
/// Those of the tables.
pub fn admit(admission: Admission, ledger: &mut dyn Ledger) -> Result<Admitted, Error> {
    let now = admission.now;
    if let Some((jti, expires)) = &admission.jti
        && !ledger.spend_jti(jti, *expires, now)?
    {
        return Ok(Admitted::Replay);
    }
    let actor = admission.request.actor.as_str();
    if let Some(key) = &admission.key
        && let Some(answer) = replayed(ledger, actor, key, now)?
    {
        return Ok(answer);
    }
    let fingerprint = &admission.request.fingerprint;
    if let Some(run) = ledger.recent(fingerprint, before(now, DEDUPE_AFTER_END))? {
        let run = ledger.load(run)?;
        // The caller may lose this answer too: the key has to find it again.
        if let Some(IdempotencyKey { key, digest }) = &admission.key {
            let digest = digest.clone();
            let bound = Bound { run: run.id, digest, met: Some(run.seq) };
            ledger.bind(actor, key, bound, now)?;
        }
        return Ok(Admitted::Duplicate(Box::new(run)));
    }
    let refusal = match &admission.refusal {
        Some(refusal) => Some(refusal.clone()),
        None => refuse(&admission, ledger)?,
    };
    if let Some(refusal) = &refusal
        && let Some(run) =
            ledger.refused(fingerprint, &refusal.code, before(now, REFUSAL_REPEAT))?
    {
        return Ok(Admitted::Duplicate(Box::new(ledger.load(run)?)));
    }
    write(admission, refusal, ledger)
}

/// Returns what was answered to `key` before. See [`super::RunStore::replayed`].
///
/// # Errors
/// Those of the tables.
pub fn replayed(
    ledger: &mut dyn Ledger,
    actor: &str,
    key: &IdempotencyKey,
    now: Timestamp,
) -> Result<Option<Admitted>, Error> {
    let Some(bound) = ledger.bound(actor, &key.key, now)? else { return Ok(None) };
    if bound.digest != key.digest {
        return Ok(Some(Admitted::KeyReused));
    }
    let run = Box::new(ledger.load(bound.run)?);
    Ok(Some(Admitted::Replayed { run, met: bound.met }))
}

/// Collision, then cooldown, then rate.
fn refuse(admission: &Admission, ledger: &mut dyn Ledger) -> Result<Option<Refusal>, Error> {
    let (request, now) = (&admission.request, admission.now);
    let Collision::Reject = admission.collision;
    if let Some((holder, key)) = ledger.claimant(&request.locks)? {
        return Ok(Some(busy(holder, &key)));
    }
    let (action, target) = (request.action.as_str(), request.target.as_str());
    if let Some(until) = rests_until(ledger, (action, target), admission.cooldown, now)? {
        let detail = format!("{action} rests on {target} until {until}");
        return Ok(Some(Refusal {
            code: "cooldown".into(),
            detail,
            next_allowed: Some(until),
            holder: None,
        }));
    }
    let Some(rate) = admission.rate else { return Ok(None) };
    let ends = ledger.ends(action, target, before(now, rate.window), rate.runs.max(1))?;
    if ends.len() < rate.runs as usize {
        return Ok(None);
    }
    // The oldest of the newest `runs` has to leave the window.
    let next_allowed = ends.last().map(|end| after(*end, rate.window));
    let seconds = rate.window.as_secs();
    let detail = format!("{action} ran {} times on {target} in {seconds} s", rate.runs);
    Ok(Some(Refusal { code: "rate".into(), detail, next_allowed, holder: None }))
}

/// Returns until when (action, target) rests; none if it does not, or no longer.
///
/// # Errors
/// Those of the tables.
pub fn rests_until(
    ledger: &mut dyn Ledger,
    (action, target): (&str, &str),
    cooldown: Duration,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    if cooldown.is_zero() {
        return Ok(None);
    }
    let last = ledger.ends(action, target, before(now, cooldown), 1)?;
    Ok(last.first().map(|end| after(*end, cooldown)).filter(|until| *until > now))
}

fn busy(holder: RunId, key: &str) -> Refusal {
    Refusal {
        code: "target_busy".into(),
        detail: format!("run {holder} holds {key}"),
        next_allowed: None,
        holder: Some(holder.to_string()),
    }
}

fn write(
    admission: Admission,
    refusal: Option<Refusal>,
    ledger: &mut dyn Ledger,
) -> Result<Admitted, Error> {
    let Admission { run, now, request, key, .. } = admission;
    let actor = request.actor.clone();
    let event = first_event(run, now, request, refusal);
    let run = Run::first(&event)?;
    ledger.create(&event, &run)?;
    // Bound by acceptance only: a refused press may be pressed again with its key.
    if run.state != State::Refused
        && let Some(IdempotencyKey { key, digest }) = key
    {
        ledger.bind(&actor, &key, Bound { run: run.id, digest, met: None }, now)?;
    }
    Ok(Admitted::New(Box::new(run)))
}

fn first_event(run: RunId, at: Timestamp, request: Request, refusal: Option<Refusal>) -> Event {
    let by = request.actor.clone();
    let request = Box::new(request);
    let kind = match refusal {
        Some(refusal) => EventKind::RunRefused { request: Some(request), refusal },
        None => EventKind::RunAccepted { request, approval: false },
    };
    Event { run, seq: 1, event_id: uuid_at(at), v: EVENT_VERSION, at, by, fence: None, kind }
}

/// Applies events to a run whose last number must be `expected`: what every store does before it
/// writes.
///
/// # Errors
/// [`Error::Conflict`] if the run has moved on, and those of [`Run::apply`].
pub fn extend(mut run: Run, expected: u64, events: &[Event]) -> Result<Run, Error> {
    // A replaced owner has to hear that it is one, rather than load and try again.
    if let Some(ours) = events.iter().find_map(|event| event.fence)
        && let Some(current) = run.fence
        && ours < current
    {
        return Err(Error::StaleFence { ours, current });
    }
    if run.seq != expected {
        return Err(Error::Conflict { run: run.id, seq: run.seq });
    }
    for event in events {
        run.apply(event)?;
    }
    Ok(run)
}

fn before(now: Timestamp, time: Duration) -> Timestamp {
    now.saturating_sub(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
        .unwrap_or(Timestamp::MIN)
}

fn after(then: Timestamp, time: Duration) -> Timestamp {
    then.saturating_add(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
        .unwrap_or(Timestamp::MAX)
}
