//! Histories: logs that are built event by event, each of which has to fit.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};

use crate::{
    Direction, Event, EventKind, Goal, Request, Run, RunId, StepPlan, UndoRule,
    event::EVENT_VERSION, run::uuid_at,
};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000) + SignedDuration::from_secs(seconds)
}

/// Two steps and a goal, by `ann`.
pub(crate) fn request() -> Request {
    let step = |n| StepPlan {
        n,
        operation: "fake.set".into(),
        title: format!("set {n}"),
        target: "node/a".into(),
        args: json!({ "to": n }),
        attempts_max: 2,
    };
    Request {
        action: "drain".into(),
        version: "1".into(),
        target: "node/a".into(),
        actor: "ann".into(),
        params: Map::new(),
        reason: None,
        ticket: None,
        plan_hash: None,
        fingerprint: "f".into(),
        locks: vec![],
        steps: vec![step(1), step(2)],
        guards: json!([]),
        goal: Some(Goal {
            promql: "up".into(),
            expect: "== 0".into(),
            within_seconds: 30,
            stable_for_seconds: 3,
            worse: None,
        }),
        undo: UndoRule::Automatic,
        undo_on_no_effect: false,
        deadline: None,
    }
}

pub(crate) fn accepted(request: Request, approval: bool) -> EventKind {
    EventKind::RunAccepted { request: Box::new(request), approval }
}

pub(crate) fn intended(dir: Direction, step: u32, attempt: u32) -> EventKind {
    let undo = (dir == Direction::Do).then(|| StepPlan {
        n: step,
        operation: "fake.set".into(),
        title: format!("unset {step}"),
        target: "node/a".into(),
        args: json!({ "to": 0 }),
        attempts_max: 1,
    });
    let (before, effect_key) = (json!(0), "key".into());
    EventKind::StepIntended { dir, step, attempt, before, undo, effect_key, effect: true }
}

/// A log and its fold.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) log: Vec<Event>,
    pub(crate) run: Run,
}

impl History {
    pub(crate) fn new(request: Request) -> Self {
        Self::begin(accepted(request, false))
    }

    pub(crate) fn awaiting(request: Request) -> Self {
        Self::begin(accepted(request, true))
    }

    fn begin(kind: EventKind) -> Self {
        let first = event(RunId::at(at(0)), 1, None, kind);
        let run = Run::first(&first).unwrap();
        Self { log: vec![first], run }
    }

    /// Makes the event that would follow.
    pub(crate) fn event(&self, kind: EventKind) -> Event {
        let fence = kind.is_owners().then_some(self.run.fence.unwrap_or(1));
        let newer = u64::from(matches!(kind, EventKind::RunTakenOver { .. }));
        let fence = fence.map(|fence| fence + newer);
        event(self.run.id, self.run.seq + 1, fence, kind)
    }

    #[track_caller]
    pub(crate) fn and(mut self, kind: EventKind) -> Self {
        let event = self.event(kind);
        self.run.apply(&event).unwrap();
        self.log.push(event);
        self
    }

    pub(crate) fn started(self) -> Self {
        self.and(EventKind::RunStarted { owner: "x".into(), baseline: Some(7.0) })
    }

    pub(crate) fn intended(self, step: u32) -> Self {
        self.and(intended(Direction::Do, step, 1))
    }

    pub(crate) fn undo_intended(self, step: u32) -> Self {
        self.and(intended(Direction::Undo, step, 1))
    }

    fn closed(self, dir: Direction, step: u32) -> Self {
        self.and(EventKind::StepDone { dir, step, attempt: 1, reply: None, after: json!(step) })
    }

    /// Takes a step.
    pub(crate) fn done(self, step: u32) -> Self {
        self.intended(step).closed(Direction::Do, step)
    }

    /// Takes a step back.
    pub(crate) fn undone(self, step: u32) -> Self {
        self.undo_intended(step).closed(Direction::Undo, step)
    }

    fn lost(self, dir: Direction, step: u32) -> Self {
        self.and(EventKind::StepUndecided { dir, step, attempt: 1, cause: "lost".into() })
    }

    pub(crate) fn undecided(self, step: u32) -> Self {
        self.lost(Direction::Do, step)
    }

    pub(crate) fn undo_undecided(self, step: u32) -> Self {
        self.lost(Direction::Undo, step)
    }

    pub(crate) fn verifying(self) -> Self {
        self.and(EventKind::VerificationStarted { baseline: Some(7.0), deadline: at(30) })
    }
}

fn event(run: RunId, seq: u64, fence: Option<u64>, kind: EventKind) -> Event {
    let time = at(i64::try_from(seq).unwrap());
    let by = "test".into();
    Event { run, seq, event_id: uuid_at(time), v: EVENT_VERSION, at: time, by, fence, kind }
}
