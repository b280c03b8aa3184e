//! The memory store's tables, as a decision sees them.

use jiff::{SignedDuration, Timestamp};

use super::{Claim, Tables};
use crate::{
    Error, Event, LockKey, Run, RunId,
    run::State,
    store::admission::{Bound, KEY_KEPT, Ledger},
};

impl Tables {
    /// Returns the newest run that fits, and is open or ended after `since`.
    fn newest(&self, since: Timestamp, fits: impl Fn(&Run) -> bool) -> Option<RunId> {
        let recent = |run: &&Run| run.ended.is_none_or(|ended| ended > since) && fits(run);
        self.runs.values().rev().find(recent).map(|run| run.id)
    }

    /// Tells whether another run on the same target was accepted after this one.
    fn has_later(&self, run: &Run) -> bool {
        let later = |other: &Run| {
            other.id > run.id
                && other.state != State::Refused
                && other.request.target == run.request.target
        };
        self.runs.values().rev().any(later)
    }
}

impl Ledger for Tables {
    fn spend_jti(&mut self, jti: &str, expires: Timestamp, now: Timestamp) -> Result<bool, Error> {
        self.jtis.retain(|_, expires| *expires > now);
        Ok(self.jtis.insert(jti.into(), expires).is_none())
    }

    fn bound(&mut self, actor: &str, key: &str, now: Timestamp) -> Result<Option<Bound>, Error> {
        let Some(bound) = self.keys.get(&(actor.into(), key.into())) else { return Ok(None) };
        let kept = SignedDuration::try_from(KEY_KEPT).unwrap_or(SignedDuration::MAX);
        let ended = self.run(bound.run)?.ended;
        let expired = ended.is_some_and(|ended| now.duration_since(ended) > kept);
        Ok((!expired).then(|| bound.clone()))
    }

    fn bind(&mut self, actor: &str, key: &str, bound: Bound, _now: Timestamp) -> Result<(), Error> {
        self.keys.insert((actor.into(), key.into()), bound);
        Ok(())
    }

    fn recent(&mut self, fingerprint: &str, since: Timestamp) -> Result<Option<RunId>, Error> {
        Ok(self.newest(since, |run| {
            run.state != State::Refused
                && run.request.fingerprint == fingerprint
                && (run.ended.is_none() || !self.has_later(run))
        }))
    }

    fn refused(
        &mut self,
        fingerprint: &str,
        code: &str,
        since: Timestamp,
    ) -> Result<Option<RunId>, Error> {
        Ok(self.newest(since, |run| {
            run.request.fingerprint == fingerprint
                && run.refusal.as_ref().is_some_and(|refusal| refusal.code == code)
        }))
    }

    fn claimant(&mut self, keys: &[LockKey]) -> Result<Option<(RunId, String)>, Error> {
        let in_the_way = |claim: &&Claim| keys.iter().any(|key| key.conflicts(&claim.lock));
        Ok(self.claims.iter().find(in_the_way).map(|claim| (claim.run, claim.lock.key.clone())))
    }

    fn ends(
        &mut self,
        action: &str,
        target: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>, Error> {
        let of = |run: &&Run| {
            run.request.action == action
                && run.request.target == target
                && run.state != State::Refused
        };
        let mut ends: Vec<Timestamp> =
            self.runs.values().filter(of).filter_map(|run| run.ended).collect();
        ends.retain(|end| *end > since);
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends.truncate(limit as usize);
        Ok(ends)
    }

    fn load(&mut self, run: RunId) -> Result<Run, Error> {
        self.run(run).cloned()
    }

    fn create(&mut self, event: &Event, run: &Run) -> Result<(), Error> {
        self.settle_claims(run)?;
        self.logs.insert(run.id, vec![event.clone()]);
        self.runs.insert(run.id, run.clone());
        Ok(())
    }
}
