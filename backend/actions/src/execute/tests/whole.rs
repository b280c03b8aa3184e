//! Whole runs: a press, the real runner over a store in memory, targets and a Prometheus that are
//! fakes.

use std::sync::Arc;

use identity::Role;
use jiff::SignedDuration;
use runs::{
    Admission, Admitted, Feed, Limits, Parts, Run, RunId, RunStore, Runner, State,
    store::memory::MemoryStore,
};
use serde_json::json;
use tokio::sync::watch;

use crate::{
    Press,
    testing::{Answer, FakePrometheus, House, actor, node, start},
};

const PULL: &str = r#"name: pull
title: Pull a lever
target: node
risk: low
allow: [{roles: [Editor]}]
params: {type: object, properties: {to: {type: string, default: maint}}, additionalProperties: false}
guards: [{name: spare, promql: 'count(up{pool="{{ target.pool }}"})', expect: ">= 2"}]
steps:
  - lever.pull: {to: drain}
  - lever.wait: {seconds: 1}
  - lever.pull: {to: "{{ params.to }}"}
verify: {promql: 'sessions{server="{{ target.id }}"}', expect: "== 0", within: 30s, worse: increase}
"#;
const GUARD: &str = r#"count(up{pool="web"})"#;
const GOAL: &str = r#"sessions{server="web-1"}"#;

struct Stage {
    house: House,
    prometheus: FakePrometheus,
    store: Arc<MemoryStore>,
    runner: Runner,
    _stop: watch::Sender<bool>,
}

impl Stage {
    async fn new() -> Self {
        Self::with(PULL).await
    }

    async fn with(yaml: &str) -> Self {
        let prometheus = FakePrometheus::start().await;
        prometheus.tell(GUARD, Answer::Value("3"));
        prometheus.tell(GOAL, Answer::Value("5"));
        let house = House::new(yaml, Some(prometheus.client())).await;
        let store = Arc::new(MemoryStore::new());
        let (stop, stopped) = watch::channel(false);
        let soon = std::time::Duration::from_millis(5);
        let limits = Limits { measure_every: soon, backoff_min: soon, ..Limits::default() };
        let runner = Runner::start(Parts {
            store: Arc::clone(&store) as Arc<dyn RunStore>,
            handler: Arc::clone(&house.actions) as Arc<dyn runs::Handler>,
            clock: Arc::clone(&house.clock) as Arc<dyn runs::Clock>,
            owner: "test".to_owned(),
            stop: stopped,
            feed: Feed::new(),
            limits,
        });
        let runner = runner.await.unwrap();
        Self { house, prometheus, store, runner, _stop: stop }
    }

    /// Presses, and returns the id of the accepted run without waking it.
    async fn press(&self, to: &str) -> RunId {
        let (ada, target) = (actor("ada", Role::Editor), node("web-1"));
        let params = json!({ "to": to }).as_object().unwrap().clone();
        let press = Press {
            actor: &ada,
            action: "pull",
            target: &target,
            params: &params,
            reason: None,
            ticket: None,
            plan_hash: None,
        };
        let prepared = self.house.actions.prepare(&press, start()).await.unwrap();
        let admission = Admission {
            run: RunId::at(start()),
            now: start(),
            request: prepared.request,
            refusal: prepared.refusal.map(|refusal| refusal.stored()),
            key: None,
            jti: None,
            collision: prepared.limits.collision,
            cooldown: prepared.limits.cooldown,
            rate: prepared.limits.rate,
        };
        match self.store.admit(admission).await.unwrap() {
            Admitted::New(run) => run.id,
            other => panic!("{other:?}"),
        }
    }

    async fn until(&self, run: RunId, reached: impl Fn(State) -> bool) -> Run {
        let mut feed = self.runner.feed().subscribe();
        loop {
            let now = self.store.load(run).await.unwrap();
            if reached(now.state) {
                return now;
            }
            feed.recv().await.unwrap();
        }
    }

    /// Runs to the goal, lets time pass there, and returns how it ended.
    async fn finish(&self, to: &str, goal: Answer) -> Run {
        let run = self.press(to).await;
        self.runner.wake(run);
        self.until(run, |state| state == State::Verifying || state.is_terminal()).await;
        self.prometheus.tell(GOAL, goal);
        // Samples are 1 s old: from now on they are younger than the end of the steps.
        self.house.clock.advance(SignedDuration::from_secs(5));
        self.until(run, State::is_terminal).await
    }
}

#[tokio::test]
async fn a_goal_that_comes_true_is_a_success_with_proof() {
    let stage = Stage::new().await;
    let run = stage.finish("maint", Answer::Value("0")).await;
    assert_eq!(run.state, State::Succeeded, "{:?}", run.cause);
    assert_eq!((run.baseline, run.value), (Some(5.0), Some(0.0)));
    assert_eq!(stage.house.levers.position(&node("web-1")), "maint");
    let keys = stage.house.levers.sent();
    assert_eq!(keys, [format!("{}-1", run.id), format!("{}-3", run.id)]);
}

#[tokio::test]
async fn a_goal_that_gets_worse_takes_everything_back() {
    let stage = Stage::new().await;
    let run = stage.finish("maint", Answer::Value("9")).await;
    assert_eq!(run.state, State::Undone, "{:?}", run.cause);
    assert_eq!(stage.house.levers.position(&node("web-1")), "ready");
}

#[tokio::test]
async fn a_goal_that_is_not_met_keeps_what_was_done() {
    let stage = Stage::with(&PULL.replace("within: 30s", "within: 1s")).await;
    let run = stage.finish("maint", Answer::Value("4")).await;
    assert_eq!(run.state, State::NoEffect, "{:?}", run.cause);
    assert_eq!(stage.house.levers.position(&node("web-1")), "maint");
}

#[tokio::test]
async fn a_step_that_fails_takes_the_steps_before_it_back() {
    let stage = Stage::new().await;
    let run = stage.finish("stuck", Answer::Value("0")).await;
    assert_eq!(run.state, State::Undone, "{:?}", run.cause);
    assert_eq!(stage.house.levers.position(&node("web-1")), "ready");
}

#[tokio::test]
async fn a_guard_that_falls_between_press_and_start_stops_the_run_before_it_begins() {
    let stage = Stage::new().await;
    let run = stage.press("maint").await;
    stage.prometheus.tell(GUARD, Answer::Value("1"));
    stage.runner.wake(run);
    let run = stage.until(run, State::is_terminal).await;
    assert_eq!(run.state, State::Refused);
    assert_eq!(run.refusal.unwrap().code, "guard_unmet");
    assert_eq!(stage.house.levers.sent(), [""; 0]);
}

#[tokio::test]
async fn a_guard_that_does_not_hold_at_the_press_is_a_refused_run_with_its_values() {
    let stage = Stage::new().await;
    stage.prometheus.tell(GUARD, Answer::Value("1"));
    let run = stage.press("maint").await;
    let run = stage.store.load(run).await.unwrap();
    assert_eq!(run.state, State::Refused);
    assert_eq!(run.request.guards[0]["why"], "1 is not >= 2");
}
