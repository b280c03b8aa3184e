//! Looking: lists, entity tags, streams, and what Prometheus gets.

use http::header;

use super::house::{EDITOR, House, VIEWER};

#[tokio::test]
async fn a_run_is_sent_again_only_when_it_has_moved() {
    let house = House::new().await;
    let run = house.ended(&house.press("x").await.run().id).await;
    let path = format!("/api/v1/runs/{}", run.id);
    let first = house.ask(VIEWER, "GET", &path, "").await;
    let tag = first.headers[header::ETAG].clone();
    let claims = house.claims(VIEWER, "GET", &path, "");
    let mut again = house.signed(House::request("GET", &path, ""), &claims);
    again.headers_mut().insert(header::IF_NONE_MATCH, tag);
    assert_eq!(house.send(again).await.status, 304);
    let newer = format!("{path}?after={}", run.seq);
    assert_eq!(house.ask(VIEWER, "GET", &newer, "").await.status, 204);
    let older = format!("{path}?after={}", run.seq - 1);
    assert_eq!(house.ask(VIEWER, "GET", &older, "").await.run(), run);
}

#[tokio::test]
async fn a_stream_tells_whole_runs_and_closes_after_the_end() {
    let house = House::new().await;
    let id = house.press("x").await.run().id;
    let path = format!("/api/v1/runs/{id}/events");
    let stream = house.ask(VIEWER, "GET", &path, "").await;
    assert_eq!(stream.headers[header::CONTENT_TYPE], "text/event-stream");
    let events: Vec<api::Run> = stream
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let last = events.last().unwrap();
    assert!(last.state.is_terminal());
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert!(stream.text.contains(&format!("id: {}", last.seq)), "{}", stream.text);
    let claims = house.claims(VIEWER, "GET", &path, "");
    let mut again = house.signed(House::request("GET", &path, ""), &claims);
    again.headers_mut().insert("last-event-id", last.seq.to_string().parse().unwrap());
    assert_eq!(house.send(again).await.status, 204);
}

#[tokio::test]
async fn streams_are_bounded_and_end_when_the_service_does() {
    let house = House::with("limits: {streams: 1}\n", |store| store).await;
    let id = house.ended(&house.press("x").await.run().id).await.id;
    let path = format!("/api/v1/runs/{id}/events");
    let place = std::sync::Arc::clone(&house.app.streams).acquire_owned().await.unwrap();
    let answer = house.ask(VIEWER, "GET", &path, "").await;
    answer.is(503, "store_busy");
    drop(place);
    house.app.closing.cancel();
    assert_eq!(house.ask(VIEWER, "GET", &path, "").await.status, 200);
    house.send(House::request("GET", "/readyz", "")).await.is(503, "store_unavailable");
}

#[tokio::test]
async fn lists_are_bounded_and_go_on_at_their_cursor() {
    let house = House::new().await;
    let first = house.ask(VIEWER, "GET", "/api/v1/nodes?limit=1", "").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    let next = format!("/api/v1/nodes?limit=1&cursor={}", first["next"].as_str().unwrap());
    let second = house.ask(VIEWER, "GET", &next, "").await.json();
    assert_eq!(
        (&second["items"][0]["id"], &second["next"]),
        (&"web-2".into(), &serde_json::Value::Null)
    );
    for text in ["one", "two"] {
        house.press(text).await;
    }
    let first = house.ask(VIEWER, "GET", "/api/v1/runs?limit=1", "").await.json();
    let next = format!("/api/v1/runs?limit=1&cursor={}", first["next"].as_str().unwrap());
    let second = house.ask(VIEWER, "GET", &next, "").await.json();
    assert!(first["items"][0]["id"].as_str() > second["items"][0]["id"].as_str());
    assert_eq!(
        house.ask(EDITOR, "GET", "/api/v1/nodes?state=ready", "").await.json()["items"][0]["id"],
        "web-1"
    );
    house.ask(EDITOR, "GET", "/api/v1/nodes?state=fine", "").await.is(400, "invalid_params");
}

#[tokio::test]
async fn prometheus_gets_a_list_or_a_503_and_never_an_empty_one() {
    let house = House::new().await;
    let list = house.send(House::request("GET", "/sd/workers", "")).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(list.json()[0]["targets"][0], "127.0.0.1:9101");
    let mut again = House::request("GET", "/sd/workers", "");
    again.headers_mut().insert(header::IF_NONE_MATCH, list.headers[header::ETAG].clone());
    assert_eq!(house.send(again).await.status, 304);
    house.send(House::request("GET", "/sd/others", "")).await.is(404, "not_found");

    let dead = "  none: {pools: [gone]}\n";
    let house = House::with(dead, |store| store).await;
    let answer = house.send(House::request("GET", "/sd/none", "")).await;
    answer.is(503, "inventory_unsure");
}

#[tokio::test]
async fn a_handler_that_panics_is_a_500_and_leaks_no_gauge() {
    let house = House::new().await;
    let broken = axum::Router::new()
        .route(api::route::HEALTHZ.path, axum::routing::get(broken))
        .layer(axum::middleware::from_fn_with_state(
            std::sync::Arc::clone(&house.app),
            crate::request::gate::gate,
        ));
    let response =
        tower::ServiceExt::oneshot(broken, House::request("GET", "/healthz", "")).await.unwrap();
    assert_eq!(response.status(), 500);
    let metrics = house.send(House::request("GET", "/metrics", "")).await.text;
    // The request that asks is itself in flight.
    assert!(metrics.contains("leverframe_http_requests_in_flight 1\n"), "{metrics}");
    assert!(metrics.contains(
        "leverframe_http_requests_total{route=\"/healthz\",method=\"GET\",status=\"500\"} 1"
    ));
}

async fn broken() -> &'static str {
    std::panic::resume_unwind(Box::new("broken"))
}
