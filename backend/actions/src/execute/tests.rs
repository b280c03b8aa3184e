//! The work of runs over fakes: every answer of a target becomes the right word, and the start is
//! decided again.

mod whole;

use identity::Role;
use jiff::SignedDuration;
use runs::{RunId, State};
use serde_json::json;

use super::*;
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
steps: [{lever.pull: {to: "{{ params.to }}"}}, {lever.wait: {seconds: 1}}]
verify: {promql: 'sessions{server="{{ target.id }}"}', expect: "== 0", within: 30s, worse: increase}
"#;
const GUARD: &str = r#"count(up{pool="web"})"#;
const GOAL: &str = r#"sessions{server="web-1"}"#;

/// A run of `pull` on web-1, as it is right after it was accepted.
async fn run(house: &House, to: &str) -> Run {
    let (ada, target) = (actor("ada", Role::Editor), node("web-1"));
    let params = json!({ "to": to }).as_object().unwrap().clone();
    let plan = house.actions.plan(&ada, "pull", (&target, &params), start()).await.unwrap();
    let press = Press {
        actor: &ada,
        action: "pull",
        target: &target,
        params: &params,
        reason: None,
        ticket: None,
        plan_hash: Some(&plan.hash),
    };
    let request = house.actions.prepare(&press, start()).await.unwrap().request;
    Run {
        id: RunId(uuid::Uuid::nil()),
        seq: 1,
        request,
        state: State::Queued,
        created: start(),
        updated: start(),
        started: None,
        ended: None,
        fence: None,
        steps: Vec::new(),
        refusal: None,
        cause: None,
        baseline: None,
        value: None,
        verdict: None,
        verify_deadline: None,
        steps_ended: None,
        unknown: None,
        effects_left: Vec::new(),
    }
}

async fn house() -> (House, FakePrometheus) {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(GUARD, Answer::Value("3"));
    (House::new(PULL, Some(prometheus.client())).await, prometheus)
}

async fn send(house: &House, run: &Run) -> Sent {
    let step = &run.request.steps[0];
    let before = house.actions.observe(run, step).await.unwrap();
    house.actions.send(step, &before, "key-1", &CancelFlag::new()).await
}

#[tokio::test]
async fn a_step_is_sent_seen_and_taken_back() {
    let (house, _prometheus) = house().await;
    let run = run(&house, "maint").await;
    let step = &run.request.steps[0];
    let before = house.actions.observe(&run, step).await.unwrap();
    assert_eq!(before, json!({"state": "ready"}));
    let back = house.actions.inverse(step, &before).unwrap();
    assert_eq!((back.n, back.title.as_str()), (1, "Pull web-1 to ready"));
    assert_eq!(send(&house, &run).await, Sent::Done { reply: Some("pulled".to_owned()) });
    assert_eq!(house.levers.sent(), ["key-1"]);
    let after = house.actions.observe(&run, step).await.unwrap();
    assert_eq!(house.actions.judge(step, &before, &after), Verdict::Done);
    assert_eq!(house.actions.judge(step, &before, &before), Verdict::NotDone);
    assert_eq!(house.actions.judge(step, &before, &json!({"state": "x"})), Verdict::Foreign);
    house.actions.send(&back, &after, "key-2", &CancelFlag::new()).await;
    assert_eq!(house.levers.position(&node("web-1")), "ready");
    assert!(house.actions.has_effect(step) && house.actions.observable(step, &before));
    assert_eq!(house.actions.settle(step), Duration::from_secs(7));
    let wait = &run.request.steps[1];
    assert!(!house.actions.has_effect(wait) && !house.actions.observable(wait, &before));
    assert_eq!(house.actions.inverse(wait, &before), None);
}

#[tokio::test(start_paused = true)]
async fn each_answer_of_a_target_becomes_the_right_word() {
    let house = House::new(&PULL.replace("guards:", "# guards:"), None).await;
    let failed = Sent::Failed(Failure::retry("it is stuck"));
    let lost = |cause: &str| Sent::Lost { cause: cause.to_owned() };
    assert_eq!(send(&house, &run(&house, "stuck").await).await, failed);
    assert_eq!(send(&house, &run(&house, "fog").await).await, lost("no answer"));
    assert_eq!(send(&house, &run(&house, "forever").await).await, lost("no end within 1 s"));
    let run = run(&house, "maint").await;
    let stop = CancelFlag::new();
    stop.cancel();
    let stopped = house.actions.send(&run.request.steps[0], &Value::Null, "k", &stop).await;
    assert_eq!(stopped, Sent::Failed(Failure::fail("stopped")));
    house.levers.hide();
    let unseen = house.actions.observe(&run, &run.request.steps[0]).await.unwrap_err();
    assert!(unseen.retry, "{unseen}");
}

#[tokio::test]
async fn a_step_of_an_operation_that_is_gone_is_never_guessed() {
    let (house, _prometheus) = house().await;
    let run = run(&house, "maint").await;
    let gone = StepPlan { operation: "lever.turn".to_owned(), ..run.request.steps[0].clone() };
    assert!(!house.actions.observe(&run, &gone).await.unwrap_err().retry);
    let sent = house.actions.send(&gone, &Value::Null, "k", &CancelFlag::new()).await;
    assert!(matches!(sent, Sent::Failed(Failure { retry: false, .. })), "{sent:?}");
    assert_eq!(house.actions.judge(&gone, &Value::Null, &Value::Null), Verdict::Undecided);
    assert!(house.actions.has_effect(&gone));
    assert_eq!(house.actions.inverse(&gone, &Value::Null), None);
}

#[tokio::test]
async fn the_start_is_decided_again() {
    let (house, prometheus) = house().await;
    let run = run(&house, "maint").await;
    assert_eq!(house.actions.admit(&run).await, Ok(()));

    prometheus.tell(GUARD, Answer::Value("1"));
    assert_eq!(house.actions.admit(&run).await.unwrap_err().code, "guard_unmet");
    prometheus.tell(GUARD, Answer::Value("3"));

    house.levers.set(&node("web-1"), "drain");
    assert_eq!(house.actions.admit(&run).await.unwrap_err().code, "plan_changed");
    let mut planless = run.clone();
    planless.request.plan_hash = None;
    assert_eq!(
        house.actions.admit(&planless).await,
        Ok(()),
        "no plan was seen, so none can change"
    );
    house.levers.set(&node("web-1"), "ready");

    // What would be done, held or proven now is not what was accepted.
    for differ in [
        |request: &mut runs::Request| request.steps[0].args = json!({"to": "drain"}),
        |request: &mut runs::Request| request.steps[1].target = "node/web-2".to_owned(),
        |request: &mut runs::Request| request.locks[1].key = "pool/db".to_owned(),
        |request: &mut runs::Request| request.goal.as_mut().unwrap().promql = "up".to_owned(),
    ] {
        let mut other = planless.clone();
        differ(&mut other.request);
        assert_eq!(house.actions.admit(&other).await.unwrap_err().code, "plan_changed");
    }

    let mut other = run.clone();
    other.request.version = "000000000000".to_owned();
    assert_eq!(house.actions.admit(&other).await.unwrap_err().code, "plan_changed");
    other.request.action = "gone".to_owned();
    assert_eq!(house.actions.admit(&other).await.unwrap_err().code, "plan_changed");

    let mut nowhere = run.clone();
    nowhere.request.target = "node/web-9".to_owned();
    let refused = house.actions.admit(&nowhere).await.unwrap_err();
    assert_eq!(refused.code, "plan_changed", "not_found is a word for presses alone");

    house.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(house.actions.admit(&run).await.unwrap_err().code, "inventory_unsure");
    assert_eq!(house.levers.sent(), [""; 0]);
}

#[tokio::test]
async fn a_goal_is_measured_against_the_baseline_of_its_run() {
    let (house, prometheus) = house().await;
    let mut run = run(&house, "maint").await;
    prometheus.tell(GOAL, Answer::Value("5"));
    run.baseline = house.actions.baseline(&run).await;
    assert_eq!(run.baseline, Some(5.0));
    assert!(matches!(house.actions.measure(&run, start()).await, Measured::Unreadable(_)));
    house.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(house.actions.measure(&run, start()).await, Measured::HoldsNot(5.0));
    prometheus.tell(GOAL, Answer::Value("6"));
    assert_eq!(house.actions.measure(&run, start()).await, Measured::Worse(6.0));
    prometheus.tell(GOAL, Answer::Value("0"));
    assert_eq!(house.actions.measure(&run, start()).await, Measured::Holds(0.0));
    run.request.goal = None;
    assert_eq!(house.actions.baseline(&run).await, None);
    assert!(matches!(house.actions.measure(&run, start()).await, Measured::Unreadable(_)));
}
