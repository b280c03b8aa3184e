//! `host`: the node API, its children, and the notes.

use std::time::Duration;

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::program::{Program, ask, client, until, until_gone};

async fn host(workers: &str) -> Program {
    Program::start(&["host", "--workers", workers, "--prefix", "web"]).await
}

async fn list(host: &Program) -> Value {
    ask("GET", &format!("{}/v1/nodes", host.url), None).await.1
}

#[tokio::test]
async fn both_lists_show_the_workers_that_really_answer() {
    let host = host("2").await;
    let (status, classic) = ask("GET", &format!("{}/nodes", host.url), None).await;
    let plain = list(&host).await;
    assert_eq!((status, classic.as_array().unwrap().len()), (200, 2));
    for (n, row) in classic.as_array().unwrap().iter().enumerate() {
        let id = format!("web-{}", n + 1);
        assert_eq!((&row["Node_id"], &row["status"]), (&json!(id), &json!("running")));
        let same = json!({ "id": id, "address": row["Node_ip"], "status": "running" });
        assert_eq!(plain[n], same);
        let work = format!("http://{}/work", row["Node_ip"].as_str().unwrap());
        assert_eq!(ask("GET", &work, None).await.1["server"], id);
    }
}

#[tokio::test]
async fn a_start_is_idempotent_and_a_stop_forgets() {
    let host = host("0").await;
    let nodes = format!("{}/nodes", host.url);
    let (status, first) = ask("POST", &nodes, Some(r#"{"id":"a:1"}"#)).await;
    assert_eq!((status, &first["id"], &first["status"]), (201, &json!("a:1"), &json!("running")));
    assert_eq!(ask("POST", &nodes, Some(r#"{"id":"a:1"}"#)).await, (200, first.clone()));
    assert_eq!(list(&host).await, json!([first]));
    assert_eq!(ask("DELETE", &format!("{nodes}/a:1"), None).await.0, 204);
    assert_eq!(list(&host).await, json!([]));
    until_gone(first["address"].as_str().unwrap()).await;
    let (status, body) = ask("DELETE", &format!("{nodes}/a:1"), None).await;
    assert_eq!((status, body["error"].is_string()), (404, true));
    assert_eq!(ask("POST", &format!("{nodes}/a:1/restart"), None).await.0, 404);
}

#[tokio::test]
async fn a_restart_keeps_the_address_and_a_dead_worker_is_shown_and_started_again() {
    let host = host("1").await;
    let before = list(&host).await[0].clone();
    let first = host.children();
    let (status, after) = ask("POST", &format!("{}/nodes/web-1/restart", host.url), None).await;
    assert_eq!((status, &after), (200, &before));
    let second = host.children();
    assert!(first.len() == 1 && second.len() == 1 && first != second, "{first:?} {second:?}");

    kill_process(second[0], Signal::KILL).unwrap();
    until(&format!("{}/nodes", host.url), |text| text.contains("stopped")).await;
    let (status, again) =
        ask("POST", &format!("{}/nodes", host.url), Some(r#"{"id":"web-1"}"#)).await;
    assert_eq!((status, again), (200, before));
}

#[tokio::test]
async fn wrong_bodies_and_names_are_refused_as_json_and_start_nothing() {
    let host = host("0").await;
    let nodes = format!("{}/nodes", host.url);
    for body in
        ["", "{", "[]", r#"{"id":1}"#, r#"{"id":"a","x":1}"#, r#"{"id":"a/b"}"#, r#"{"id":""}"#]
    {
        let (status, answer) = ask("POST", &nodes, Some(body)).await;
        assert_eq!((status, answer["error"].is_string()), (400, true), "{body:?}");
    }
    assert_eq!(ask("POST", &nodes, None).await.0, 415);
    assert_eq!(ask("DELETE", &format!("{nodes}/a%2Fb"), None).await.0, 400);
    let large = format!(r#"{{"id":"{}"}}"#, "a".repeat(70_000));
    assert_eq!(ask("POST", &nodes, Some(&large)).await.0, 413);
    assert_eq!(list(&host).await, json!([]));
}

#[tokio::test]
async fn workers_die_with_their_host_however_it_ends() {
    for (signal, code) in [(Signal::KILL, None), (Signal::TERM, Some(0))] {
        let mut host = host("2").await;
        let nodes = list(&host).await;
        let (took, ended) = host.end(signal).await;
        assert_eq!(ended, code);
        assert!(took < Duration::from_secs(2), "{took:?}");
        for node in nodes.as_array().unwrap() {
            until_gone(node["address"].as_str().unwrap()).await;
        }
    }
}

#[tokio::test]
async fn a_note_is_seen_and_a_repeated_key_adds_no_second_one() {
    let host = host("0").await;
    let notes = format!("{}/notes", host.url);
    let latest = format!("{notes}/latest");
    let none = json!({ "n": 0, "text": null, "key": null });
    assert_eq!(ask("GET", &latest, None).await, (200, none));
    let first = json!({ "n": 1, "text": "hello 你好", "key": "k-1" });
    for (text, status) in [("hello 你好", 201), ("another", 200)] {
        let body = json!({ "text": text }).to_string();
        let request = client().post(&notes).header("idempotency-key", "k-1");
        let request = request.header("content-type", "application/json").body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(answer, first);
    }
    assert_eq!(ask("POST", &notes, Some(r#"{"text":"b"}"#)).await.0, 201);
    assert_eq!(ask("GET", &latest, None).await.1, json!({ "n": 2, "text": "b", "key": null }));
    for body in [r#"{"text":""}"#, r#"{"text":1}"#, "{}", r#"{"text":"a","more":1}"#] {
        assert_eq!(ask("POST", &notes, Some(body)).await.0, 400, "{body}");
    }
}
