//! The press: durable before it is answered, once however often it comes.

use api::{RunState, StepState};
use futures::future::join_all;
use http::header;
use serde_json::json;

use super::house::{EDITOR, House, LOUD, PLAN, VIEWER, note};

#[tokio::test]
async fn a_press_is_accepted_and_really_happens() {
    let house = House::new().await;
    let answer = house.press("hello").await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let accepted = answer.run();
    assert_eq!(answer.headers[header::LOCATION], format!("/api/v1/runs/{}", accepted.id));
    assert_eq!((accepted.actor.as_str(), accepted.seq), ("grafana:1:eda", 1));
    let run = house.ended(&accepted.id).await;
    assert_eq!((run.state, run.verified), (RunState::Succeeded, Some(false)), "{run:?}");
    assert_eq!(run.steps[0].state, StepState::Done);
    assert_eq!(run.progress, Some(1.0));
    assert_eq!(*house.notes.lock().unwrap(), ["hello"]);
}

#[tokio::test]
async fn a_run_has_the_shape_of_the_contract() {
    let house = House::new().await;
    let run = house.ended(&house.press("hello").await.run().id).await;
    insta::assert_json_snapshot!(run, {
        ".id" => "[id]",
        ".created" => "[time]",
        ".updated" => "[time]",
        ".ended" => "[time]",
        ".elapsed" => "[seconds]",
        ".version" => "[version]",
        ".steps[].started" => "[time]",
        ".steps[].ended" => "[time]",
    });
}

#[tokio::test]
async fn a_hundred_equal_presses_at_once_are_one_run() {
    let house = House::new().await;
    let answers = join_all((0..100).map(|_| house.press("storm"))).await;
    let ids: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.run().id).collect();
    assert_eq!(ids.len(), 1);
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    let met = answers.iter().filter(|answer| answer.run().deduplicated).count();
    assert_eq!((accepted, met), (1, 99));
    house.ended(ids.first().unwrap()).await;
    assert_eq!(house.notes.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn high_risk_needs_the_hash_of_a_plan_that_was_seen() {
    let house = House::new().await;
    let run = format!("{LOUD}/run");
    house.ask(EDITOR, "POST", &run, &note("x")).await.is(409, "plan_required");
    let plan = house.ask(EDITOR, "POST", &format!("{LOUD}/plan"), &note("x")).await;
    assert_eq!(plan.status, 200, "{}", plan.text);
    assert!(house.notes.lock().unwrap().is_empty(), "a plan changes nothing");
    let with = |hash: &str| {
        json!({"target": "node-api/workers", "params": {"text": "x"}, "plan_hash": hash})
            .to_string()
    };
    let unknown = house.ask(EDITOR, "POST", &run, &with(&"0".repeat(64))).await;
    unknown.is(409, "plan_expired");
    let refused = unknown.json()["run_id"].as_str().unwrap().to_owned();
    let refused = house.ended(&refused).await;
    assert_eq!(refused.state, RunState::Refused);
    let hash = plan.json()["hash"].as_str().unwrap().to_owned();
    let accepted = house.ask(EDITOR, "POST", &run, &with(&hash)).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text);
    assert_eq!(house.ended(&accepted.run().id).await.state, RunState::Succeeded);
}

#[tokio::test]
async fn a_rest_after_a_run_is_told_with_its_end() {
    let house = House::new().await;
    house.ended(&house.press("one").await.run().id).await;
    let answer = house.press("two").await;
    answer.is(429, "cooldown");
    assert!(answer.headers.contains_key(header::RETRY_AFTER), "{:?}", answer.headers);
    assert!(answer.json()["next_allowed"].is_string(), "{}", answer.text);
    assert!(answer.json()["run_id"].is_string(), "{}", answer.text);
    let path = "/api/v1/actions?target=node-api/workers";
    let listed = house.ask(VIEWER, "GET", path, "").await.json();
    assert!(listed["items"][0]["cooldown_until"].is_string(), "{listed}");
    assert_eq!(listed["items"][0]["allowed"], false, "{listed}");
}

#[tokio::test]
async fn a_plan_is_shown_whole() {
    let house = House::new().await;
    let plan = house.ask(EDITOR, "POST", PLAN, &note("x")).await.json();
    let plan: api::Plan = serde_json::from_value(plan).unwrap();
    assert_eq!((plan.hash.len(), plan.steps.len()), (64, 1));
    assert!(plan.confirm.text.unwrap().contains("workers"));
}
