//! What is remembered of a request: one row for each thing that somebody did or was denied, no
//! matter which side of the service has written it.

use std::time::Duration;

use http::{HeaderValue, header};
use runs::{Admission, Admitted, Collision, RunId, RunStore as _};
use store::AuditRecord;

use super::house::{EDITOR, House, LOUD, RUN, VIEWER, note};

/// Returns every row, oldest first, with the sums of strangers.
async fn rows(house: &House) -> Vec<AuditRecord> {
    house.app.audit.flush(house.app.clock.now(), true).await;
    let rows = house.store.audit_list(None, 100).await.unwrap();
    rows.into_iter().rev().map(|row| row.record).collect()
}

/// Leaves a run in the queue, as if every place were taken: nobody is told to go on with it.
async fn queued(house: &House, like: RunId) -> RunId {
    let now = house.app.clock.now();
    let mut request = house.store.load(like).await.unwrap().request;
    request.fingerprint.push_str(" again");
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
    let admitted = house.store.admit(admission).await.unwrap();
    let Admitted::New(run) = admitted else { panic!("{admitted:?}") };
    assert!(run.refusal.is_none(), "{run:?}");
    run.id
}

#[tokio::test]
async fn a_press_a_refusal_and_a_cancel_are_a_row_each() {
    let house = House::new().await;
    let pressed = house.press("one").await.run().id;
    house.ended(&pressed).await;
    let refused = house.press("two").await;
    refused.is(429, "cooldown");
    let refused = refused.json()["run_id"].as_str().unwrap().to_owned();
    let cancelled = queued(&house, pressed.parse().unwrap()).await.to_string();
    let path = format!("/api/v1/runs/{cancelled}/cancel");
    let answer = house.ask(EDITOR, "POST", &path, r#"{"reason": "enough"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.json()["state"].as_str()), (200, Some("cancelled")));
    let rows = rows(&house).await;
    let found: Vec<_> =
        rows.iter().map(|row| (row.kind.as_str(), row.run.unwrap().to_string())).collect();
    let expected = [
        ("run_accepted", pressed),
        ("run_refused", refused),
        ("run_accepted", cancelled.clone()),
        ("cancel_requested", cancelled),
    ];
    assert_eq!(found, expected);
    assert!(rows.iter().all(|row| row.subject.as_deref() == Some("grafana:1:eda")), "{rows:?}");
    assert_eq!(rows[1].code.as_deref(), Some("cooldown"));
    assert_eq!(rows[3].detail.as_deref(), Some("enough"));
}

#[tokio::test]
async fn what_is_only_audited_is_one_row() {
    let house = House::new().await;
    let mut expected = Vec::new();
    let loud = format!("{LOUD}/run");
    let big = "x".repeat(1 << 20);
    for (who, method, path, body, status, code) in [
        (EDITOR, "POST", RUN, "{", 400, "invalid_json"),
        (EDITOR, "POST", RUN, "{}", 400, "invalid_body"),
        (VIEWER, "POST", RUN, &note("x"), 403, "auth_forbidden"),
        (EDITOR, "GET", "/api/v1/runs/none", "", 404, "not_found"),
        (EDITOR, "PUT", RUN, "", 405, "method"),
        (EDITOR, "POST", RUN, &big, 413, "too_large"),
        (EDITOR, "POST", &loud, &note("x"), 409, "plan_required"),
    ] {
        house.ask(who, method, path, body).await.is(status, code);
        expected.push(code);
    }
    house.send(House::request("POST", RUN, &note("x"))).await.is(401, "auth_token");
    let claims = house.claims(EDITOR, "POST", RUN, &note("x"));
    let mut text = house.signed(House::request("POST", RUN, &note("x")), &claims);
    text.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    house.send(text).await.is(415, "media_type");
    expected.extend(["auth_token", "media_type"]);
    let found = rows(&house).await;
    assert!(found.iter().all(|row| row.kind == "denied" && row.run.is_none()), "{found:?}");
    let found: Vec<_> = found.iter().map(|row| row.code.as_deref().unwrap()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_reused_key_is_one_row() {
    let house = House::new().await;
    for (body, status) in [(note("one"), 202), (note("two"), 422)] {
        let claims = house.claims(EDITOR, "POST", RUN, &body);
        let mut request = house.signed(House::request("POST", RUN, &body), &claims);
        request.headers_mut().insert("idempotency-key", HeaderValue::from_static("key-1"));
        assert_eq!(house.send(request).await.status, status);
    }
    let kinds: Vec<_> = rows(&house).await.into_iter().map(|row| (row.kind, row.code)).collect();
    let denied = ("denied".to_owned(), Some("key_reused".to_owned()));
    assert_eq!(kinds, [("run_accepted".to_owned(), None), denied]);
}
