//! What a test of the runner works with: a store, a world, a clock, and runs to press.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};
use tokio::{sync::watch, time::Instant};

use super::world::{FakeHandler, TestClock, World};
use crate::{
    Admission, Admitted, Clock, Collision, Event, Feed, Goal, Limits, LockKey, LockMode, Parts,
    Request, Run, RunId, RunStore, Runner, State, StepPlan, UndoRule, store::memory::MemoryStore,
};

/// Everything that a test of the runner needs.
pub(super) struct Bench {
    pub(super) world: Arc<World>,
    pub(super) store: Arc<MemoryStore>,
    pub(super) feed: Feed,
    pub(super) clock: Arc<TestClock>,
    limits: Limits,
    stop: watch::Sender<bool>,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A bench after a crash: the store holds a log, and the world is as it was left.
    pub(super) fn after(log: Vec<Event>, state: &str) -> Self {
        let bench = Self { store: Arc::new(MemoryStore::from_log(log).unwrap()), ..Self::new() };
        bench.world.set("node/a", state);
        bench
    }

    pub(super) fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        Self {
            world: Arc::default(),
            store: Arc::new(MemoryStore::new()),
            feed: Feed::new(),
            clock: Arc::new(TestClock(Instant::now())),
            limits,
            stop: watch::Sender::new(false),
        }
    }

    pub(super) fn parts(&self, store: Arc<dyn RunStore>) -> Parts {
        Parts {
            store,
            handler: Arc::new(FakeHandler(Arc::clone(&self.world))),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            owner: "test".into(),
            stop: self.stop.subscribe(),
            feed: self.feed.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Starts a runner, as a new process would.
    pub(super) async fn runner(&self) -> Runner {
        let store = Arc::clone(&self.store) as Arc<dyn RunStore>;
        Runner::start(self.parts(store)).await.unwrap()
    }

    pub(super) fn stop(&self, stopped: bool) {
        self.stop.send_replace(stopped);
    }

    pub(super) async fn press(&self, mut request: Request) -> RunId {
        let now = self.clock.now();
        // The deadline of a test counts from its press.
        request.deadline = request.deadline.map(|d| now + d.duration_since(Timestamp::UNIX_EPOCH));
        let admission = Admission {
            run: RunId::at(now),
            now,
            request,
            refusal: None,
            key: None,
            jti: None,
            collision: Collision::Reject,
            cooldown: Duration::ZERO,
            rate: None,
        };
        let admitted = self.store.admit(admission).await.unwrap();
        let Admitted::New(run) = admitted else { panic!("{admitted:?}") };
        assert_eq!(run.state, State::Queued, "{:?}", run.refusal);
        run.id
    }

    pub(super) async fn load(&self, run: RunId) -> Run {
        self.store.load(run).await.unwrap()
    }

    pub(super) async fn log(&self, run: RunId) -> Vec<Event> {
        self.store.log(run).await.unwrap()
    }

    pub(super) async fn names(&self, run: RunId) -> Vec<&'static str> {
        self.log(run).await.iter().map(|event| event.kind.name()).collect()
    }

    /// Follows a run until it looks as wanted; fails after a day of the tests' time.
    pub(super) async fn until(&self, run: RunId, wanted: impl Fn(&Run) -> bool) -> Run {
        let mut changes = self.feed.subscribe();
        let looking = async {
            loop {
                let loaded = self.load(run).await;
                if wanted(&loaded) {
                    return loaded;
                }
                // Lagging is harmless: the store has the truth.
                drop(changes.recv().await);
            }
        };
        match tokio::time::timeout(Duration::from_hours(24), looking).await {
            Ok(run) => run,
            Err(late) => {
                let state = self.load(run).await.state;
                panic!("{run} hangs ({late}): {state} {:?}", self.names(run).await)
            }
        }
    }

    pub(super) async fn ended(&self, run: RunId) -> Run {
        let ended = self.until(run, |run| run.state.is_terminal()).await;
        assert_eq!(crate::fold(run, &self.log(run).await).unwrap(), ended);
        ended
    }

    /// Lets time pass, and everybody go on in it.
    pub(super) async fn pass(&self, time: Duration) {
        for _ in 0..100 {
            tokio::time::advance(time / 100).await;
            tokio::task::yield_now().await;
        }
    }

    /// Lets everybody go on until a step waits.
    pub(super) async fn until_waiting(&self) {
        while self.world.waits.load(Ordering::SeqCst) == 0 {
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    }

    /// Lets everybody go on until a runner has no task.
    pub(super) async fn until_idle(&self, runner: &Runner) {
        while runner.open() > 0 {
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    }
}

/// A drain of `node/a` in three steps: drain, wait, maintenance.
pub(super) fn drain() -> Request {
    let step = |n, operation: &str, to: &str| StepPlan {
        n,
        operation: operation.into(),
        title: format!("{to} a"),
        target: "node/a".into(),
        args: json!({ "to": to }),
        attempts_max: 1,
    };
    Request {
        action: "drain-node".into(),
        version: "1".into(),
        target: "node/a".into(),
        actor: "ann".into(),
        params: Map::new(),
        reason: None,
        ticket: None,
        plan_hash: None,
        fingerprint: "ann drains a".into(),
        locks: vec![LockKey { key: "node/a".into(), mode: LockMode::Exclusive }],
        steps: vec![
            step(1, "fake.set", "drain"),
            step(2, "fake.wait", "idle"),
            step(3, "fake.set", "maint"),
        ],
        guards: json!([]),
        goal: None,
        undo: UndoRule::Automatic,
        undo_on_no_effect: false,
        deadline: None,
    }
}

/// Holds for 3 s within 30 s.
pub(super) fn goal() -> Goal {
    Goal {
        promql: "sessions".into(),
        expect: "== 0".into(),
        within_seconds: 30,
        stable_for_seconds: 3,
        worse: Some("increase".into()),
    }
}

impl Request {
    pub(super) fn with_goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    pub(super) fn with_deadline_in(mut self, seconds: i64) -> Self {
        self.deadline = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds));
        self
    }

    pub(super) fn on(mut self, node: &str) -> Self {
        self.target = format!("node/{node}");
        self.fingerprint = format!("ann drains {node}");
        self.locks[0].key.clone_from(&self.target);
        for step in &mut self.steps {
            step.target.clone_from(&self.target);
        }
        self
    }

    pub(super) fn trying(mut self, attempts_max: u32) -> Self {
        self.steps.iter_mut().for_each(|step| step.attempts_max = attempts_max);
        self
    }

    pub(super) fn keeping(mut self) -> Self {
        self.undo = UndoRule::None;
        self
    }

    /// The effect of step `n` cannot be seen.
    pub(super) fn with_unseen(mut self, n: usize) -> Self {
        self.steps[n - 1].operation = "fake.call".into();
        self
    }

    /// Step `n` cannot be taken back.
    pub(super) fn with_final(mut self, n: usize) -> Self {
        self.steps[n - 1].args["final"] = json!(true);
        self
    }
}
