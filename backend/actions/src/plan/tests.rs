//! Plans: what they see, what they say, what their hash covers.

use identity::Role;
use jiff::SignedDuration;
use serde_json::json;
use targets::inventory::FileNode;

use super::*;
use crate::{
    Code, Refusal, limits,
    testing::{Answer, FakePrometheus, House, actor, inventory_of, node, object, start},
};

const PULL: &str = r#"name: pull
title: Pull a lever
target: node
risk: high
allow: [{roles: [Editor]}]
params:
  type: object
  properties:
    to: {type: string, default: maint}
    seconds: {type: integer, default: 60}
  additionalProperties: false
confirm: {text: "Pull {{ target.name }}? {{ plan.summary }}", reason: required}
guards: [{name: spare, promql: 'count(up{pool="{{ target.pool }}"})', expect: ">= 2"}]
steps:
  - lever.pull: {to: drain}
  - lever.wait: {seconds: "{{ params.seconds }}"}
  - lever.pull: {to: "{{ params.to }}"}
verify: {promql: 'sessions{server="{{ target.id }}"}', expect: "== 0", within: 30s}
"#;

async fn house() -> (House, FakePrometheus) {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(r#"count(up{pool="web"})"#, Answer::Value("3"));
    (House::new(PULL, Some(prometheus.client())).await, prometheus)
}

async fn plan(house: &House, params: &Value) -> Result<Plan, Refusal> {
    let ada = actor("ada", Role::Editor);
    house.actions.plan(&ada, "pull", (&node("web-1"), &object(params)), start()).await
}

#[tokio::test]
async fn a_plan_says_everything_and_changes_nothing() {
    let (house, _prometheus) = house().await;
    let plan = plan(&house, &json!({})).await.unwrap();
    assert_eq!(plan.hash.len(), 64);
    assert_eq!(plan.expires_at, start() + SignedDuration::from_secs(120));
    assert_eq!(Value::Object(plan.params), json!({"to": "maint", "seconds": 60}));
    assert_eq!(
        json!(plan.changes),
        json!([{"target": "node/web-1", "field": "state", "from": "ready", "to": "maint"}])
    );
    let steps: Vec<_> =
        plan.steps.iter().map(|s| (s.n, s.operation.as_str(), s.args.clone())).collect();
    assert_eq!(
        steps,
        [
            (1, "lever.pull", json!({"to": "drain"})),
            (2, "lever.wait", json!({"seconds": 60})),
            (3, "lever.pull", json!({"to": "maint"})),
        ]
    );
    assert_eq!(plan.steps[0].title, "Pull web-1 to drain");
    assert!(plan.guards[0].ok && plan.guards[0].value == Some(3.0), "{:?}", plan.guards);
    assert_eq!(plan.summary, "node/web-1: state ready → maint.");
    assert_eq!(plan.confirm.as_deref(), Some("Pull web-1? node/web-1: state ready → maint."));
    assert_eq!(plan.warnings, [""; 0]);
    assert_eq!(house.levers.sent(), [""; 0]);
}

#[tokio::test]
async fn a_plan_simulates_its_own_steps() {
    let (house, _prometheus) = house().await;
    house.levers.set(&node("web-1"), "maint");
    let plan = plan(&house, &json!({})).await.unwrap();
    // It goes through `drain` and ends where it began.
    assert_eq!(plan.changes, []);
    assert_eq!(plan.summary, "Nothing would change.");
    assert_eq!(plan.warnings, ["Nothing would change."]);
}

#[tokio::test]
async fn the_hash_covers_what_is_agreed_to_and_nothing_else() {
    let (house, prometheus) = house().await;
    let first = plan(&house, &json!({})).await.unwrap().hash;
    prometheus.tell(r#"count(up{pool="web"})"#, Answer::Value("0"));
    let unmet = plan(&house, &json!({"to": "maint", "seconds": 60})).await.unwrap();
    assert_eq!(unmet.hash, first, "guard values are not covered, given defaults are none");
    assert_eq!(unmet.guards[0].code, Some(Code::GuardUnmet));
    for params in [json!({"seconds": 61}), json!({"to": "drain"})] {
        assert_ne!(plan(&house, &params).await.unwrap().hash, first, "{params}");
    }
    let ada = actor("ada", Role::Editor);
    let other = house.actions.plan(&ada, "pull", (&node("web-2"), &Map::new()), start()).await;
    assert_ne!(other.unwrap().hash, first);
    house.levers.set(&node("web-1"), "drain");
    assert_ne!(plan(&house, &json!({})).await.unwrap().hash, first, "another `from`");
}

#[tokio::test]
async fn what_cannot_be_planned_is_refused_with_its_place() {
    let (house, _prometheus) = house().await;
    let ada = actor("ada", Role::Editor);
    let mut cases = Vec::new();
    for (action, target, params) in [
        ("push", "node/web-1", json!({})),
        ("pull", "pool/web", json!({})),
        ("pull", "node/web-9", json!({})),
        ("pull", "node/web-1", json!({"seconds": "soon"})),
        ("pull", "node/web-1", json!({"more": 1})),
        ("pull", "node/web-1", json!({"to": "{{ x }}"})),
    ] {
        let target: Target = target.parse().unwrap();
        let refused = house.actions.plan(&ada, action, (&target, &object(&params)), start()).await;
        let refused = refused.unwrap_err();
        cases.push((refused.code.as_str(), refused.pointer.unwrap_or_default()));
    }
    let expected = [
        ("not_found", ""),
        ("invalid_body", "/target"),
        ("not_found", "/target"),
        ("invalid_params", "/params/seconds"),
        ("invalid_params", "/params/more"),
        ("invalid_params", "/params"),
    ];
    assert_eq!(cases, expected.map(|(code, pointer)| (code, pointer.to_owned())));
}

#[tokio::test]
async fn an_inventory_or_a_target_that_cannot_be_read_is_unsure() {
    let (house, _prometheus) = house().await;
    let ada = actor("ada", Role::Editor);
    let late = start() + SignedDuration::from_secs(60);
    let refused = house.actions.plan(&ada, "pull", (&node("web-1"), &Map::new()), late).await;
    assert_eq!(refused.unwrap_err().code, Code::InventoryUnsure);
    house.levers.hide();
    let refused = plan(&house, &json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::InventoryUnsure);
    assert!(refused.detail.contains("refused"), "{refused}");
}

#[tokio::test]
async fn without_a_prometheus_a_plan_says_that_nothing_will_be_proven() {
    let house = House::new(PULL, None).await;
    let plan = plan(&house, &json!({})).await.unwrap();
    assert_eq!(plan.guards[0].code, Some(Code::GuardUnavailable));
    assert_eq!(plan.warnings, ["No Prometheus is configured: the effect will not be proven."]);
}

#[tokio::test]
async fn a_step_that_cannot_be_taken_back_is_told() {
    let text = PULL.replacen("lever.pull", "lever.push", 1);
    let house = House::new(&text, None).await;
    let plan = plan(&house, &json!({})).await.unwrap();
    assert_eq!(plan.warnings[0], "Step 1 (Pull web-1 to drain) cannot be taken back.");
}

#[tokio::test]
async fn a_text_of_parts_takes_the_type_of_its_field() {
    let text = PULL.replace("{{ params.seconds }}", "1{{ params.seconds }}");
    let house = House::new(&text, None).await;
    let plan = plan(&house, &json!({"seconds": 5})).await.unwrap();
    assert_eq!(plan.steps[1].args, json!({"seconds": 15}));
    let text = PULL.replace("{{ params.seconds }}", "{{ params.seconds }} s");
    let house = House::new(&text, None).await;
    let refused = self::plan(&house, &json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::InvalidParams);
    assert!(refused.detail.contains("step 2 (lever.wait): /seconds"), "{refused}");
}

#[tokio::test]
async fn a_call_to_another_node_api_than_its_target_is_refused() {
    let text = "name: pull\ntitle: T\ntarget: node-api\nrisk: low\nallow: [{roles: [Editor]}]\n\
                steps: [{http.call: {api: workers, method: POST, path: /notes, body: {}}}]\nundo: none\n";
    let house = House::new(text, None).await;
    let ada = actor("ada", Role::Editor);
    let target = |id: &str| Target::new("node-api", id);
    let refused = house.actions.plan(&ada, "pull", (&target("other"), &Map::new()), start()).await;
    assert_eq!(refused.unwrap_err().code, Code::NotFound);
    let plan =
        house.actions.plan(&ada, "pull", (&target("workers"), &Map::new()), start()).await.unwrap();
    assert_eq!(plan.summary, "node-api/workers: POST /notes on workers → {\"sent\":{}}.");
}

#[tokio::test]
async fn a_call_is_an_effect_also_without_a_body_and_two_are_two() {
    let call = "{http.call: {api: workers, method: POST, path: /restart}}";
    let text = format!(
        "name: pull\ntitle: T\ntarget: node-api\nrisk: low\nallow: [{{roles: [Editor]}}]\n\
         steps: [{call}, {call}]\nundo: none\n"
    );
    let house = House::new(&text, None).await;
    let (ada, target) = (actor("ada", Role::Editor), Target::new("node-api", "workers"));
    let plan = house.actions.plan(&ada, "pull", (&target, &Map::new()), start()).await.unwrap();
    let change = json!({"target": "node-api/workers", "field": "POST /restart on workers",
                        "from": null, "to": {"sent": null}});
    assert_eq!(json!(plan.changes), json!([change, change]));
    assert!(!plan.summary.contains("Nothing"), "{}", plan.summary);
    assert_eq!(plan.warnings, [""; 0]);
}

#[tokio::test]
async fn the_hash_covers_the_steps_the_locks_and_the_goal() {
    // The changes are the same in every case: only what is done, held or proven differs.
    let text = "name: pull\ntitle: T\ntarget: node\nrisk: low\nallow: [{roles: [Editor]}]\n\
                steps: [{lever.wait: {seconds: '{{ target.labels.wait }}'}}]\n\
                verify: {promql: 'up{zone=\"{{ target.labels.zone }}\"}', expect: '== 1', within: 9s}\n";
    let prometheus = FakePrometheus::start().await;
    let mut hashes = std::collections::BTreeSet::new();
    for (wait, zone, pool) in
        [("1", "a", "web"), ("2", "a", "web"), ("1", "b", "web"), ("1", "a", "db")]
    {
        let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let node = FileNode {
            id: "web-1".to_owned(),
            pool: Some(pool.to_owned()),
            labels: [label("wait", wait), label("zone", zone)].into(),
            ..FileNode::default()
        };
        let nodes = inventory_of(vec![node]).await;
        let house = House::over(nodes, text, Some(prometheus.client()));
        let again = plan(&house, &json!({})).await.unwrap().hash;
        assert_eq!(plan(&house, &json!({})).await.unwrap().hash, again);
        assert!(hashes.insert(again), "{wait} {zone} {pool}");
    }
}

#[tokio::test]
async fn what_a_template_lacks_is_the_fault_of_its_root_whatever_its_name() {
    let text = "name: pull\ntitle: T\ntarget: node\nrisk: low\nallow: [{roles: [Editor]}]\n\
                params: {type: object, properties: {target_size: {type: integer}}}\n\
                steps: [{lever.pull: {to: STEP}}]\n\
                confirm: {text: 'CONFIRM'}\n\
                verify: {promql: 'up{a=\"GOAL\"}', expect: '== 1', within: 9s}\n";
    let prometheus = FakePrometheus::start().await;
    let (inventory, params) = (Code::InventoryUnsure, Code::InvalidParams);
    let (of_target, of_params) = ("{{ target.labels.rack }}", "{{ params.target_size }}");
    for (place, expression, code) in [
        ("STEP", of_target, inventory),
        ("STEP", of_params, params),
        ("STEP", "{{ target.id ~ params.target_size }}", params),
        ("CONFIRM", of_target, inventory),
        ("CONFIRM", of_params, params),
        ("GOAL", of_target, inventory),
        ("GOAL", of_params, params),
    ] {
        let text = text.replace(place, &format!("x {expression}"));
        let text = text.replace("to: x", "to: 'x").replace("}}}}]", "}}'}}]");
        let house = House::new(&text, Some(prometheus.client())).await;
        let refused = plan(&house, &json!({})).await.unwrap_err();
        assert_eq!(refused.code, code, "{place} {expression}: {refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_never_answers_is_not_waited_for_beyond_the_deadline() {
    let house = House::new(PULL, None).await;
    house.levers.freeze();
    let began = tokio::time::Instant::now();
    let refused = plan(&house, &json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::InventoryUnsure);
    assert_eq!(refused.detail, "node/web-1 could not be read within 10 s");
    assert_eq!(began.elapsed().as_secs(), limits::PLAN_TIMEOUT.as_secs());
}

/// Keeps one plan of `subject` that differs from the others by `n`, and returns its hash.
async fn keep(house: &House, subject: &str, n: usize) -> String {
    let definition = house.actions.definition("pull").unwrap();
    let params = definition.parameters.fill(&object(&json!({ "seconds": n }))).unwrap();
    let at = start() + SignedDuration::from_millis(i64::try_from(n).unwrap());
    let draft = house.actions.draft(&definition, &node("web-1"), params, at).await.unwrap();
    house.actions.plans.keep(subject, &draft, at);
    draft.hash
}

#[tokio::test]
async fn plans_are_kept_in_bounded_number_and_time() {
    let (house, _prometheus) = house().await;
    let mut hashes = Vec::new();
    for n in 0..=limits::PLANS_MAX {
        hashes.push(keep(&house, &format!("grafana:1:{}", n % 100), n).await);
    }
    let at = start() + SignedDuration::from_secs(10);
    let kept = |hash: &String, at| house.actions.plans.get(hash, at).is_some();
    assert!(!kept(&hashes[0], at), "the oldest made room");
    assert!(kept(&hashes[1], at) && kept(hashes.last().unwrap(), at));
    assert!(!kept(hashes.last().unwrap(), start() + SignedDuration::from_secs(200)));
}

#[tokio::test]
async fn an_actor_with_many_plans_pushes_out_their_own() {
    let (house, _prometheus) = house().await;
    let of_bob = keep(&house, "grafana:1:bob", 0).await;
    keep(&house, "grafana:1:ada", 0).await;
    let mut of_ada = Vec::new();
    for n in 1..=limits::PLANS_PER_SUBJECT_MAX {
        of_ada.push(keep(&house, "grafana:1:ada", n).await);
    }
    let kept = |hash: &String| house.actions.plans.get(hash, start()).is_some();
    assert!(kept(&of_bob), "the same plan, made by somebody else, stays");
    assert!(of_ada.iter().all(kept));
    of_ada.push(keep(&house, "grafana:1:ada", 99).await);
    assert!(!kept(&of_ada[0]) && of_ada[1..].iter().all(kept) && kept(&of_bob));
    // A plan that is made again takes no second place.
    keep(&house, "grafana:1:ada", 99).await;
    assert!(kept(&of_ada[1]));
}
