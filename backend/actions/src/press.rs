//! A press: what somebody asks to be run, checked and frozen into the request of a run.

use identity::Actor;
use jiff::{SignedDuration, Timestamp};
use runs::Request;
use serde_json::{Map, Value, json};
use targets::{Change, Target};

use crate::{
    Actions, Definition, ReasonRule, Risk, canonical,
    definition::{Limits, OnNoEffect},
    guard::{self, Outcome},
    limits,
    plan::{Draft, Seen},
    refusal::{Code, Refusal},
};

/// What somebody asks to be run.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// Which action.
    pub action: &'a str,
    /// On what.
    pub target: &'a Target,
    /// With what.
    pub params: &'a Map<String, Value>,
    /// Why.
    pub reason: Option<&'a str>,
    /// A reference into another system.
    pub ticket: Option<&'a str>,
    /// The hash of the plan that was seen.
    pub plan_hash: Option<&'a str>,
}

/// A press that has passed rights and form. It is admitted to the store, also if it is refused.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What the run's first event freezes.
    pub request: Request,
    /// A refusal that is already certain: it becomes a run in state `refused`.
    pub refusal: Option<Refusal>,
    /// Cooldown, rate and collision, which the store counts.
    pub limits: Limits,
    /// The guards as they were judged.
    pub guards: Vec<Outcome>,
    /// What would be different afterwards.
    pub changes: Vec<Change>,
}

impl Actions {
    /// Checks a press and freezes it: rights, form, plan, guards.
    ///
    /// # Errors
    /// A [`Refusal`] whose code is audited only ([`Code::is_run`] is false). One that is also a run
    /// comes inside [`Prepared::refusal`].
    pub async fn prepare(&self, press: &Press<'_>, now: Timestamp) -> Result<Prepared, Refusal> {
        let (definition, params) =
            self.checked(press.actor, press.action, press.target, press.params)?;
        let reason = reason(&definition, press)?;
        let seen = match press.plan_hash {
            Some(hash) => Some((hash, self.plans.get(hash, now))),
            None if definition.risk == Risk::High => {
                let detail = format!("{} is of high risk: make a plan first", definition.name);
                return Err(Refusal::new(Code::PlanRequired, detail).at("/plan_hash"));
            }
            None => None,
        };
        let mut prepared = Prepared {
            request: request(press, &definition, &params, reason),
            refusal: None,
            limits: definition.limits.clone(),
            guards: Vec::new(),
            changes: Vec::new(),
        };
        prepared.request.deadline = deadline(now);
        let (draft, guards) = match self.look(&definition, press.target, params, now).await {
            Ok(seen) => seen,
            Err(refusal) if refusal.code.is_run() => {
                prepared.refusal = Some(refusal);
                return Ok(prepared);
            }
            Err(refusal) => return Err(refusal),
        };
        prepared.refusal = changed(seen, &draft).or_else(|| guard::refusal(&guards));
        prepared.request.guards = guard::stored(&guards);
        prepared.guards = guards;
        prepared.request.steps = draft.steps;
        prepared.request.locks = draft.locks;
        prepared.request.goal = draft.goal;
        prepared.changes = draft.changes;
        Ok(prepared)
    }
}

/// Compares the plan that was seen with what is true now.
fn changed(seen: Option<(&str, Option<Seen>)>, draft: &Draft) -> Option<Refusal> {
    let (hash, seen) = seen?;
    let Some(seen) = seen else {
        let seconds = limits::PLAN_KEPT_FOR.as_secs();
        let detail =
            format!("no such plan is kept; a plan is good for {seconds} s: make a new one");
        return Some(Refusal::new(Code::PlanExpired, detail).at("/plan_hash"));
    };
    if hash == draft.hash {
        return None;
    }
    let changes = difference(&seen.changes, draft);
    let detail = if changes.is_empty() {
        "the plan was made for another version, target, parameters, steps or goal".to_owned()
    } else {
        format!("since the plan was made something has changed; now: {}", draft.summary)
    };
    Some(Refusal { changes, ..Refusal::new(Code::PlanChanged, detail).at("/plan_hash") })
}

/// Returns today's changes that the plan did not have, and those of the plan that are no longer
/// any.
fn difference(seen: &[Change], draft: &Draft) -> Vec<Change> {
    let same = |a: &Change, b: &Change| a.target == b.target && a.field == b.field;
    let new = draft.changes.iter().filter(|change| !seen.contains(change)).cloned();
    let gone = seen
        .iter()
        .filter(|change| change.target == draft.target)
        .filter(|change| !draft.changes.iter().any(|other| same(change, other)))
        .map(|change| Change { from: change.to.clone(), ..change.clone() });
    new.chain(gone).collect()
}

fn reason(definition: &Definition, press: &Press<'_>) -> Result<Option<String>, Refusal> {
    for (field, text) in [("reason", press.reason), ("ticket", press.ticket)] {
        if text.is_some_and(|text| text.chars().count() > limits::REASON_CHARS_MAX) {
            let detail = format!("{field} is longer than {} characters", limits::REASON_CHARS_MAX);
            return Err(Refusal::new(Code::InvalidBody, detail).at(format!("/{field}")));
        }
    }
    let reason = press.reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_none() && definition.confirm.reason == ReasonRule::Required {
        let detail = format!("{} needs a reason", definition.name);
        return Err(Refusal::new(Code::InvalidBody, detail).at("/reason"));
    }
    Ok(reason.map(str::to_owned))
}

/// Freezes what is known before planning.
fn request(
    press: &Press<'_>,
    definition: &Definition,
    params: &Map<String, Value>,
    reason: Option<String>,
) -> Request {
    let actor = press.actor.subject.clone();
    let fingerprint = canonical::hash(&json!({
        "actor": actor,
        "action": definition.name,
        "version": definition.version,
        "target": press.target,
        "params": params,
    }));
    Request {
        action: definition.name.clone(),
        version: definition.version.clone(),
        target: press.target.to_string(),
        actor,
        params: params.clone(),
        reason,
        ticket: press.ticket.map(str::to_owned),
        plan_hash: press.plan_hash.map(str::to_owned),
        fingerprint,
        locks: Vec::new(),
        steps: Vec::new(),
        guards: Value::Array(Vec::new()),
        goal: None,
        undo: definition.undo,
        undo_on_no_effect: definition.on_no_effect == OnNoEffect::Undo,
        deadline: None,
    }
}

fn deadline(now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(limits::QUEUED_FOR_MAX).ok()?).ok()
}

#[cfg(test)]
mod tests;
