//! Presses: what is frozen, what is refused, and what of that is a run.

use identity::Role;
use jiff::SignedDuration;
use runs::{LockMode, UndoRule};

use super::*;
use crate::{
    Plan,
    testing::{Answer, FakePrometheus, House, actor, node, object, start},
};

const PULL: &str = r#"name: pull
title: Pull a lever
target: node
risk: high
allow: [{roles: [Editor]}, {subjects: ["grafana:1:vera"], roles: [Viewer]}]
params: {type: object, properties: {to: {type: string, default: maint}}, additionalProperties: false}
confirm: {reason: required}
limits: {cooldown: 30s, rate: 10/h}
guards: [{name: spare, promql: 'count(up{pool="{{ target.pool }}"})', expect: ">= 2"}]
steps: [{lever.pull: {to: "{{ params.to }}"}}]
verify: {promql: 'sessions{server="{{ target.id }}"}', expect: "== 0", within: 30s, worse: increase}
on_no_effect: undo
"#;
const GUARD: &str = r#"count(up{pool="web"})"#;

struct Scene {
    house: House,
    prometheus: FakePrometheus,
    actor: Actor,
    target: Target,
    params: Map<String, Value>,
}

impl Scene {
    async fn new(yaml: &str) -> Self {
        let prometheus = FakePrometheus::start().await;
        prometheus.tell(GUARD, Answer::Value("3"));
        let house = House::new(yaml, Some(prometheus.client())).await;
        let (target, params) = (node("web-1"), Map::new());
        Self { house, prometheus, actor: actor("ada", Role::Editor), target, params }
    }

    async fn plan(&self) -> Plan {
        let target = node("web-1");
        self.house.actions.plan(&self.actor, "pull", (&target, &Map::new()), start()).await.unwrap()
    }

    async fn press<'a>(
        &'a self,
        plan_hash: Option<&'a str>,
        change: impl FnOnce(&mut Press<'a>),
    ) -> Result<Prepared, Refusal> {
        let mut press = Press {
            actor: &self.actor,
            action: "pull",
            target: &self.target,
            params: &self.params,
            reason: Some(" maintenance "),
            ticket: Some("OPS-1"),
            plan_hash,
        };
        change(&mut press);
        self.house.actions.prepare(&press, start() + SignedDuration::from_secs(1)).await
    }
}

#[track_caller]
fn refused(prepared: Result<Prepared, Refusal>, code: Code) -> Refusal {
    let refusal = match prepared {
        Ok(prepared) => prepared.refusal.expect("a refusal"),
        Err(refusal) => {
            assert!(!refusal.code.is_run(), "{refusal} must be a run");
            refusal
        }
    };
    assert_eq!(refusal.code, code, "{refusal}");
    refusal
}

#[tokio::test]
async fn a_press_with_its_plan_freezes_everything_a_run_needs() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    let prepared = scene.press(Some(&plan.hash), |_| {}).await.unwrap();
    assert_eq!(prepared.refusal, None);
    let request = &prepared.request;
    assert_eq!((request.action.as_str(), request.target.as_str()), ("pull", "node/web-1"));
    assert_eq!(
        (&request.version, &request.steps, &request.params),
        (&plan.version, &plan.steps, &plan.params)
    );
    assert_eq!(request.actor, "grafana:1:ada");
    assert_eq!(request.reason.as_deref(), Some("maintenance"));
    assert_eq!(request.ticket.as_deref(), Some("OPS-1"));
    assert_eq!(request.plan_hash.as_ref(), Some(&plan.hash));
    assert_eq!((request.undo, request.undo_on_no_effect), (UndoRule::Automatic, true));
    let locks: Vec<_> = request.locks.iter().map(|lock| (lock.key.as_str(), lock.mode)).collect();
    assert_eq!(locks, [("node/web-1", LockMode::Exclusive), ("pool/web", LockMode::Shared)]);
    let goal = request.goal.as_ref().unwrap();
    assert_eq!(goal.promql, r#"sessions{server="web-1"}"#);
    assert_eq!((goal.expect.as_str(), goal.within_seconds), ("== 0", 30));
    assert_eq!(goal.worse.as_deref(), Some("increase"));
    assert_eq!(request.guards[0]["value"], 3.0);
    assert_eq!(request.deadline, Some(start() + SignedDuration::from_secs(121)));
    assert_eq!(prepared.limits.cooldown.as_secs(), 30);
    assert_eq!(scene.house.levers.sent(), [""; 0]);
}

#[tokio::test]
async fn the_fingerprint_is_of_who_does_what_with_what() {
    let scene = Scene::new(&PULL.replace("risk: high", "risk: low")).await;
    let one = scene.press(None, |_| {}).await.unwrap().request.fingerprint;
    let same =
        scene.press(None, |press| (press.reason, press.ticket) = (Some("other"), None)).await;
    assert_eq!(same.unwrap().request.fingerprint, one, "words are not part of it");
    let params = object(&json!({"to": "maint"}));
    let default = scene.press_with(&params, &scene.actor).await;
    assert_eq!(default.request.fingerprint, one, "a given default is the default");
    let params = object(&json!({"to": "drain"}));
    assert_ne!(scene.press_with(&params, &scene.actor).await.request.fingerprint, one);
    let bob = actor("bob", Role::Editor);
    assert_ne!(scene.press_with(&Map::new(), &bob).await.request.fingerprint, one);
}

impl Scene {
    async fn press_with(&self, params: &Map<String, Value>, actor: &Actor) -> Prepared {
        let target = node("web-1");
        let (reason, ticket, plan_hash) = (Some("x"), None, None);
        let press =
            Press { actor, action: "pull", target: &target, params, reason, ticket, plan_hash };
        self.house.actions.prepare(&press, start()).await.unwrap()
    }
}

#[tokio::test]
async fn rights_come_first_and_are_denied_by_default() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    for (login, role, code) in [
        ("ada", Role::None, Code::AuthForbidden),
        ("ada", Role::Viewer, Code::AuthForbidden),
        ("ada", Role::Admin, Code::AuthForbidden),
        ("vera", Role::Editor, Code::PlanExpired),
        ("vera", Role::Viewer, Code::PlanExpired),
        ("vera", Role::Admin, Code::AuthForbidden),
        ("", Role::Editor, Code::AuthAnonymous),
        ("service", Role::Editor, Code::AuthAnonymous),
        ("grafana_scheduler", Role::Editor, Code::AuthAnonymous),
    ] {
        let who = actor(login, role);
        let target = node("web-1");
        let (params, reason, ticket) = (Map::new(), Some("x"), None);
        let plan_hash = Some("0000");
        let press = Press {
            actor: &who,
            action: "pull",
            target: &target,
            params: &params,
            reason,
            ticket,
            plan_hash,
        };
        refused(scene.house.actions.prepare(&press, start()).await, code);
        let listed = scene.house.actions.list(&who, None);
        let may = code == Code::PlanExpired;
        assert_eq!(listed.first().is_some_and(|l| l.refusal.is_none()), may, "{login} {role}");
        assert_eq!(listed.is_empty(), code == Code::AuthAnonymous, "{login} {role}");
    }
    let pool = Target::new("pool", "web");
    assert!(scene.house.actions.list(&scene.actor, Some(&pool)).is_empty());
    assert_eq!(scene.house.actions.list(&scene.actor, Some(&node("web-1"))).len(), 1);
    assert_eq!(plan.hash.len(), 64);
}

#[tokio::test]
async fn the_form_is_checked_before_anything_is_asked() {
    let (scene, long) = (Scene::new(PULL).await, "x".repeat(501));
    let refusal = refused(scene.press(None, |_| {}).await, Code::PlanRequired);
    assert_eq!(refusal.pointer.as_deref(), Some("/plan_hash"));
    for reason in [None, Some(""), Some("  "), Some(long.as_str())] {
        let hash = Some("00");
        let refusal =
            refused(scene.press(hash, |press| press.reason = reason).await, Code::InvalidBody);
        assert_eq!(refusal.pointer.as_deref(), Some("/reason"));
    }
    let refusal = refused(
        scene.press(Some("00"), |press| press.ticket = Some(&long)).await,
        Code::InvalidBody,
    );
    assert_eq!(refusal.pointer.as_deref(), Some("/ticket"));
    refused(scene.press(Some("00"), |press| press.action = "push").await, Code::NotFound);
    assert!(scene.prometheus.asked().is_empty(), "{:?}", scene.prometheus.asked());
}

#[tokio::test]
async fn a_plan_that_is_unknown_or_too_old_has_expired() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    let unknown = "0".repeat(64);
    refused(scene.press(Some(&unknown), |_| {}).await, Code::PlanExpired);
    // The inventory is fresh for less time than a plan is kept; so the plan is asked of the cache
    // alone.
    assert!(
        scene
            .house
            .actions
            .plans
            .get(&plan.hash, start() + SignedDuration::from_secs(119))
            .is_some()
    );
    assert!(
        scene
            .house
            .actions
            .plans
            .get(&plan.hash, start() + SignedDuration::from_secs(120))
            .is_none()
    );
}

#[tokio::test]
async fn a_from_that_no_longer_holds_is_told_with_the_difference() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    scene.house.levers.set(&node("web-1"), "drain");
    let refusal = refused(scene.press(Some(&plan.hash), |_| {}).await, Code::PlanChanged);
    assert_eq!(
        json!(refusal.changes),
        json!([{"target": "node/web-1", "field": "state", "from": "drain", "to": "maint"}])
    );
    scene.house.levers.set(&node("web-1"), "maint");
    let refusal = refused(scene.press(Some(&plan.hash), |_| {}).await, Code::PlanChanged);
    assert_eq!(
        json!(refusal.changes),
        json!([{"target": "node/web-1", "field": "state", "from": "maint", "to": "maint"}])
    );
    scene.house.levers.set(&node("web-1"), "ready");
    assert_eq!(scene.press(Some(&plan.hash), |_| {}).await.unwrap().refusal, None);
}

#[tokio::test]
async fn a_plan_for_something_else_is_no_plan_for_this() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    let params = object(&json!({"to": "drain"}));
    let target = node("web-2");
    let refusal = refused(
        scene.press(Some(&plan.hash), |press| press.params = &params).await,
        Code::PlanChanged,
    );
    assert!(!refusal.changes.is_empty());
    refused(scene.press(Some(&plan.hash), |press| press.target = &target).await, Code::PlanChanged);
}

#[tokio::test]
async fn a_guard_that_does_not_hold_at_the_press_makes_a_refused_run() {
    let scene = Scene::new(PULL).await;
    let plan = scene.plan().await;
    scene.prometheus.tell(GUARD, Answer::Value("1"));
    let prepared = scene.press(Some(&plan.hash), |_| {}).await.unwrap();
    assert_eq!(prepared.request.guards[0]["ok"], false);
    let refusal = refused(Ok(prepared), Code::GuardUnmet);
    assert_eq!(refusal.guards[0].value, Some(1.0));
    assert_eq!(refusal.stored().code, "guard_unmet");
    scene.house.levers.hide();
    let prepared = scene.press(Some(&plan.hash), |_| {}).await.unwrap();
    assert!(prepared.request.steps.is_empty());
    refused(Ok(prepared), Code::InventoryUnsure);
}

#[test]
fn codes_that_are_runs_are_those_of_the_contract() {
    let audited: Vec<_> =
        Code::ALL.iter().filter(|code| !code.is_run()).map(|c| c.as_str()).collect();
    let expected = [
        "invalid_body",
        "invalid_params",
        "auth_forbidden",
        "auth_anonymous",
        "not_found",
        "plan_required",
    ];
    assert_eq!(audited, expected);
}
