//! `load`: its rate, its summary, and its end.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::program::{Program, until};

async fn summary(load: &mut Program) -> Value {
    serde_json::from_str(&load.line().await).unwrap()
}

#[tokio::test]
async fn a_load_ends_by_itself_and_sums_up_what_it_asked() {
    let server = Program::start(&["serve", "--id", "web-1"]).await;
    let url = format!("{}/work?ms=5", server.url);
    let mut load = Program::start(&["load", "--url", &url, "--rate", "40", "--seconds", "1"]).await;
    assert_eq!(load.ready["url"], url);
    let summary = summary(&mut load).await;
    assert_eq!(load.ended().await, Some(0));
    let sent = summary["sent"].as_u64().unwrap();
    assert!((20..=42).contains(&sent), "{summary}");
    assert_eq!((&summary["ok"], &summary["failed"]), (&json!(sent), &json!(0)));
    assert_eq!(summary["by_server"], json!({ "web-1": sent }));
    let ms = |name: &str| summary[name].as_f64().unwrap();
    assert!(ms("p50_ms") >= 5.0 && ms("p99_ms") >= ms("p50_ms"), "{summary}");
}

#[tokio::test]
async fn sigterm_ends_an_endless_load_with_its_summary() {
    let server = Program::start(&["serve"]).await;
    let url = format!("{}/work", server.url);
    let mut load = Program::start(&["load", "--url", &url, "--rate", "200"]).await;
    let metrics = format!("{}/metrics", server.url);
    until(&metrics, |text| !text.contains("_requests_total{outcome=\"ok\"} 0")).await;
    let (took, code) = load.end(Signal::TERM).await;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(code, Some(0));
    let summary = summary(&mut load).await;
    assert!(summary["sent"].as_u64().unwrap() >= 1, "{summary}");
}

#[tokio::test]
async fn answers_that_are_no_success_or_never_come_are_failures() {
    let server = Program::start(&["serve", "--id", "web-1"]).await;
    let url = format!("{}/work?fail=true", server.url);
    let mut load = Program::start(&["load", "--url", &url, "--seconds", "1"]).await;
    let failing = summary(&mut load).await;
    assert_eq!((&failing["ok"], &failing["p50_ms"]), (&json!(0), &Value::Null));
    assert_eq!(failing["failed"], failing["sent"]);
    assert_eq!(failing["by_server"]["web-1"], failing["sent"]);

    let url = format!("{}/work?ms=60000", server.url);
    let args = ["load", "--url", &url, "--seconds", "1", "--rate", "20", "--concurrency", "2"];
    let slow = summary(&mut Program::start(&args).await).await;
    assert_eq!((&slow["sent"], &slow["failed"]), (&json!(2), &json!(2)), "{slow}");
    assert!(slow["missed"].as_u64().unwrap() >= 5, "{slow}");
}
