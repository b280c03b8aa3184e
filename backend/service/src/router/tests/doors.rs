//! Who comes in, and what everybody else is told. Nothing of it may reach a target.

use http::{HeaderValue, header};
use identity::{Claims, Role};

use super::house::{Answer, EDITOR, House, LOUD, ORIGIN, PLAN, RUN, VIEWER, note};

const STOP: &str = "/api/v1/stop";

#[tokio::test]
async fn rights_are_decided_by_role_and_only_a_person_acts() {
    let house = House::new().await;
    let (note, stop) = (note("x"), r#"{"stopped": false, "reason": null}"#);
    let roleless = ("nils", Role::None);
    let nobody = ("", Role::Admin);
    let public = ("service", Role::Admin);
    for (who, method, path, body, status, code) in [
        (VIEWER, "POST", RUN, note.as_str(), 403, "auth_forbidden"),
        (VIEWER, "POST", PLAN, &note, 403, "auth_forbidden"),
        (VIEWER, "POST", STOP, r#"{"stopped": true, "reason": null}"#, 403, "auth_forbidden"),
        (EDITOR, "POST", STOP, stop, 403, "auth_forbidden"),
        (("adam", Role::Admin), "POST", STOP, stop, 403, "auth_forbidden"),
        (roleless, "GET", "/api/v1/runs", "", 403, "auth_forbidden"),
        (roleless, "GET", "/api/v1/actions", "", 403, "auth_forbidden"),
        (roleless, "POST", RUN, &note, 403, "auth_forbidden"),
        (nobody, "POST", RUN, &note, 403, "auth_anonymous"),
        (nobody, "POST", PLAN, &note, 403, "auth_anonymous"),
        (nobody, "POST", STOP, stop, 403, "auth_anonymous"),
        (nobody, "GET", "/api/v1/runs", "", 403, "auth_anonymous"),
        (nobody, "GET", "/api/v1/nodes", "", 403, "auth_anonymous"),
        (public, "POST", RUN, &note, 403, "auth_anonymous"),
        (("grafana_scheduler", Role::Admin), "POST", RUN, &note, 403, "auth_anonymous"),
    ] {
        house.ask(who, method, path, body).await.is(status, code);
    }
    for (who, path) in [
        (VIEWER, "/api/v1/runs"),
        (VIEWER, "/api/v1/nodes"),
        (VIEWER, "/api/v1/actions"),
        (VIEWER, "/api/v1/actions/call-node-api"),
        (VIEWER, STOP),
        (nobody, "/api/v1/actions"),
    ] {
        let answer = house.ask(who, "GET", path, "").await;
        assert_eq!(answer.status, 200, "{who:?} {path} {}", answer.text);
    }
    assert!(house.notes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_assertion_is_good_for_one_request_and_once() {
    let house = House::new().await;
    let body = note("once");
    let good = || house.claims(EDITOR, "POST", RUN, &body);
    let wrong: [fn(&mut Claims); 6] = [
        |claims| (claims.iat, claims.exp) = (claims.iat - 100, claims.exp - 100),
        |claims| claims.aud = "http://elsewhere:8642".to_owned(),
        |claims| claims.bh = identity::assertion::body_hash(b"{}"),
        |claims| claims.htm = "GET".to_owned(),
        |claims| claims.htu = PLAN.to_owned(),
        |claims| claims.exp += 60,
    ];
    for spoil in wrong {
        let mut claims = good();
        spoil(&mut claims);
        let answer = house.send(house.signed(House::request("POST", RUN, &body), &claims)).await;
        answer.is(401, "auth_assertion");
    }
    assert!(house.notes.lock().unwrap().is_empty());
    let claims = good();
    let once = house.send(house.signed(House::request("POST", RUN, &body), &claims)).await;
    assert_eq!(once.status, 202, "{}", once.text);
    let again = house.send(house.signed(House::request("POST", RUN, &body), &claims)).await;
    again.is(401, "auth_assertion");
}

#[tokio::test]
async fn a_name_in_a_header_is_worth_nothing() {
    let house = House::new().await;
    let mut request = House::request("POST", RUN, &note("x"));
    for header in ["x-grafana-user", "x-grafana-id", "x-forwarded-user", "x-request-id"] {
        request.headers_mut().insert(header, HeaderValue::from_static("admin"));
    }
    let answer = house.send(request).await;
    answer.is(401, "auth_token");
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    assert_ne!(answer.headers["x-request-id"], "admin");
    for bearer in ["Bearer", "Bearer x", "Basic YTpi", "Bearer lf_00", "Bearer a.b.c"] {
        let mut request = House::request("GET", "/api/v1/runs", "");
        request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
        assert_eq!(house.send(request).await.status, 401, "{bearer}");
    }
}

#[tokio::test]
async fn strange_hosts_paths_and_methods_find_nothing() {
    let house = House::new().await;
    let mut request = House::request("GET", "/healthz", "");
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("evil.test"));
    house.send(request).await.is(403, "auth_forbidden");
    for path in
        ["/", "/api/v1/../runs", "/api/v1//runs", "/api/v1/runs/", "/api/v2/runs", "/sd/", "/x"]
    {
        house.send(House::request("GET", path, "")).await.is(404, "not_found");
    }
    for (method, path, allow) in [
        ("TRACE", "/api/v1/runs", "GET, HEAD"),
        ("DELETE", "/api/v1/stop", "GET, HEAD, POST"),
        ("GET", RUN, "POST"),
        ("PUT", RUN, "POST"),
    ] {
        let answer = house.send(House::request(method, path, "")).await;
        answer.is(405, "method");
        assert_eq!(answer.headers[header::ALLOW], allow);
    }
    for id in ["..", "a%2fb", "a%20b", "x"] {
        let path = format!("/api/v1/runs/{id}");
        assert_eq!(house.ask(VIEWER, "GET", &path, "").await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn bodies_are_small_strict_json() {
    let house = House::new().await;
    let big = "x".repeat(1 << 20);
    house.ask(EDITOR, "POST", RUN, &big).await.is(413, "too_large");
    let claims = house.claims(EDITOR, "POST", RUN, &note("x"));
    let mut text = house.signed(House::request("POST", RUN, &note("x")), &claims);
    text.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    house.send(text).await.is(415, "media_type");
    for (body, code, pointer) in [
        ("{\"target\": node-api/workers}", "invalid_json", None),
        (r#"{"target": "node-api/workers", "force": 1}"#, "invalid_body", Some("/force")),
        (r#"{"target": 7}"#, "invalid_body", Some("/target")),
        (r#"{"target": "node-api/workers"}"#, "invalid_params", Some("/params/text")),
        (
            r#"{"target": "node-api/workers", "params": {"text": 7}}"#,
            "invalid_params",
            Some("/params/text"),
        ),
        (r#"{"target": "node/web-1", "params": {"text": "x"}}"#, "invalid_body", Some("/target")),
        (
            r#"{"target": "node-api/workers", "break_glass": {}}"#,
            "not_available",
            Some("/break_glass"),
        ),
    ] {
        let answer = house.ask(EDITOR, "POST", RUN, body).await;
        answer.is(400, code);
        assert_eq!(answer.json()["pointer"].as_str(), pointer, "{body} {}", answer.text);
        assert_eq!(answer.json()["line"].is_u64(), code == "invalid_json", "{body}");
    }
    house.ask(EDITOR, "GET", "/api/v1/runs?limt=1", "").await.is(400, "invalid_params");
    assert!(house.notes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn every_refusal_is_kept_and_strangers_are_summed() {
    let house = House::new().await;
    house.ask(VIEWER, "POST", RUN, &note("x")).await.is(403, "auth_forbidden");
    house.ask(EDITOR, "POST", &format!("{LOUD}/run"), &note("x")).await.is(409, "plan_required");
    for _ in 0..50 {
        house.send(House::request("POST", RUN, &note("x"))).await.is(401, "auth_token");
    }
    house.app.audit.flush(house.app.clock.now(), true).await;
    let rows = house.store.audit_list(None, 100).await.unwrap();
    let of = |code: &str| {
        let rows = rows.iter().map(|row| &row.record);
        rows.filter(|record| record.code.as_deref() == Some(code)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("auth_forbidden")[0].subject.as_deref(), Some("grafana:1:vic"));
    assert_eq!(of("auth_forbidden")[0].action.as_deref(), Some("call-node-api"));
    assert_eq!(of("plan_required")[0].subject.as_deref(), Some("grafana:1:eda"));
    let strangers = of("auth_token");
    assert_eq!(strangers.len(), 2, "{strangers:?}");
    assert!(strangers[0].detail.as_deref().unwrap().contains("49 more"), "{strangers:?}");
}

#[tokio::test]
async fn open_routes_are_open_to_this_machine_alone() {
    let house = House::new().await;
    for path in ["/metrics", "/healthz", "/readyz", "/openapi.json", "/sd/workers"] {
        let answer = house.send(House::request("GET", path, "")).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.text);
    }
    let house = House::with("proxy: declared\n", |store| store).await;
    for path in ["/metrics", "/openapi.json", "/sd/workers"] {
        house.send(House::request("GET", path, "")).await.is(401, "auth_token");
    }
    let healthy = |answer: Answer| assert_eq!(answer.status, 200, "{}", answer.text);
    healthy(house.send(House::request("GET", "/healthz", "")).await);
}

#[tokio::test]
async fn callers_without_a_person_see_no_names_if_they_see_anything() {
    let house = House::with("grants: {anonymous_reads: true}\n", |store| store).await;
    let run = house.press("a secret note").await.run();
    house.ended(&run.id).await;
    let public = ("service", Role::Admin);
    let runs = house.ask(public, "GET", "/api/v1/runs", "").await;
    assert_eq!(runs.json()["items"][0]["id"], run.id);
    for hidden in ["eda", "a secret note"] {
        assert!(!runs.text.contains(hidden), "{}", runs.text);
    }
    let nodes = house.ask(public, "GET", "/api/v1/nodes", "").await;
    assert_eq!(nodes.json()["items"][0]["address"], serde_json::Value::Null);
    assert!(!nodes.text.contains("127.0.0.1"), "{}", nodes.text);
    let actions = house.ask(public, "GET", "/api/v1/actions", "").await;
    assert_eq!(actions.json()["items"], serde_json::json!([]));
    house.ask(public, "POST", RUN, &note("x")).await.is(403, "auth_anonymous");
}

#[tokio::test]
async fn nothing_that_is_shown_holds_a_secret() {
    let house = House::new().await;
    house.press("x").await;
    let mut shown = format!("{:?} {:?} {ORIGIN}", house.app, house.app.door());
    for path in ["/metrics", "/openapi.json", "/readyz", "/sd/workers"] {
        shown.push_str(&house.send(House::request("GET", path, "")).await.text);
    }
    let rows = house.store.audit_list(None, 100).await.unwrap();
    shown.extend(rows.iter().map(|row| format!("{row:?}")));
    assert!(!shown.contains("canary"), "{shown}");
}
