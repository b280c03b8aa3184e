//! Presses and events of the suite.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    Admission, Admitted, Collision, Direction, Error, Event, EventKind, LockKey, LockMode, Refusal,
    Request, Run, RunId, RunStore, StepPlan, UndoRule,
    event::EVENT_VERSION,
    run::uuid_at,
    store::{IdempotencyKey, Rate},
};

/// The suite's time: whole seconds after a fixed point.
pub(super) fn at(seconds: i64) -> Timestamp {
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000);
    start + SignedDuration::from_secs(seconds)
}

/// A press of `drain` on `node/<node>` by `actor`.
pub(super) fn press(node: &str, actor: &str, seconds: i64) -> Admission {
    let now = at(seconds);
    let lock = |key: String, mode| LockKey { key, mode };
    let request = Request {
        action: "drain".into(),
        version: "1".into(),
        target: format!("node/{node}"),
        actor: actor.into(),
        params: Map::new(),
        reason: None,
        ticket: None,
        plan_hash: None,
        fingerprint: format!("drain {node} {actor}"),
        locks: vec![
            lock(format!("node/{node}"), LockMode::Exclusive),
            lock("pool/web".into(), LockMode::Shared),
        ],
        steps: vec![step(1)],
        guards: Value::Array(Vec::new()),
        goal: None,
        undo: UndoRule::Automatic,
        undo_on_no_effect: false,
        deadline: None,
    };
    Admission {
        run: RunId::at(now),
        now,
        request,
        refusal: None,
        key: None,
        jti: None,
        collision: Collision::Reject,
        cooldown: Duration::ZERO,
        rate: None,
    }
}

fn step(n: u32) -> StepPlan {
    StepPlan {
        n,
        operation: "fake.set".into(),
        title: format!("set {n}"),
        target: "node/a".into(),
        args: json!({}),
        attempts_max: 1,
    }
}

impl Admission {
    pub(super) fn keyed(mut self, key: &str, digest: &str) -> Self {
        self.key = Some(IdempotencyKey { key: key.into(), digest: digest.into() });
        self
    }

    pub(super) fn with_jti(mut self, jti: &str) -> Self {
        self.jti = Some((jti.into(), self.now + SignedDuration::from_secs(60)));
        self
    }

    pub(super) fn refused(mut self, code: &str) -> Self {
        let detail = "no".into();
        self.refusal =
            Some(Refusal { code: code.into(), detail, next_allowed: None, holder: None });
        self
    }

    pub(super) fn resting(mut self, seconds: u64) -> Self {
        self.cooldown = Duration::from_secs(seconds);
        self
    }

    pub(super) fn rated(mut self, runs: u32, seconds: u64) -> Self {
        self.rate = Some(Rate { runs, window: Duration::from_secs(seconds) });
        self
    }
}

pub(super) async fn admit(store: &impl RunStore, press: Admission) -> Admitted {
    store.admit(press).await.expect("the store decides")
}

/// Presses and expects a new, queued run.
pub(super) async fn accept(store: &impl RunStore, press: Admission) -> Run {
    let admitted = admit(store, press).await;
    let Admitted::New(run) = admitted else { panic!("not new: {admitted:?}") };
    assert!(run.refusal.is_none(), "refused: {:?}", run.refusal);
    *run
}

/// Presses and expects a new, refused run.
pub(super) async fn refuse(store: &impl RunStore, press: Admission) -> (RunId, Refusal) {
    let admitted = admit(store, press).await;
    let Admitted::New(run) = admitted else { panic!("not new: {admitted:?}") };
    (run.id, run.refusal.expect("refused"))
}

/// Makes the next event of `run`, `seconds` after the fixed point.
pub(super) fn event(run: &Run, seconds: i64, fence: u64, kind: EventKind) -> Event {
    let fence = kind.is_owners().then_some(fence);
    let (run, seq, at) = (run.id, run.seq + 1, at(seconds));
    let event_id = uuid_at(at);
    Event { run, seq, event_id, v: EVENT_VERSION, at, by: "suite".into(), fence, kind }
}

pub(super) async fn append(
    store: &impl RunStore,
    run: &Run,
    seconds: i64,
    kind: EventKind,
) -> Result<Run, Error> {
    store.append(run.id, run.seq, vec![event(run, seconds, 1, kind)]).await
}

pub(super) fn started() -> EventKind {
    EventKind::RunStarted { owner: "suite".into(), baseline: None }
}

pub(super) fn failed() -> EventKind {
    EventKind::RunFailed { cause: "suite".into(), effects_left: Vec::new() }
}

pub(super) fn intended(attempt: u32) -> EventKind {
    EventKind::StepIntended {
        dir: Direction::Do,
        step: 1,
        attempt,
        before: json!("before"),
        undo: None,
        effect_key: "key".into(),
        effect: true,
    }
}

/// Accepts, starts and ends a run.
pub(super) async fn ended(store: &impl RunStore, press: Admission, seconds: i64) -> Run {
    let run = accept(store, press).await;
    let run = append(store, &run, seconds, started()).await.expect("starts");
    append(store, &run, seconds, failed()).await.expect("ends")
}
