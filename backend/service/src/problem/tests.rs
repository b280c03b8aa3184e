//! Every problem, as it goes over the wire.

use api::ProblemCode;
use axum::body::to_bytes;
use runs::RunId;

use super::*;

async fn told(refused: Refused) -> (u16, http::HeaderMap, serde_json::Value) {
    let (parts, body) = refused.into_response().into_parts();
    let bytes = to_bytes(body, 65_536).await.unwrap();
    (parts.status.as_u16(), parts.headers, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn every_code_goes_out_with_its_status_and_words() {
    let mut lines = Vec::new();
    for code in ProblemCode::ALL {
        let (status, headers, json) = told(Refused::new(*code, "why")).await;
        assert_eq!(headers[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(json["type"], format!("urn:leverframe:problem:{}", code.as_str()));
        assert_eq!((&json["status"], &json["detail"]), (&status.into(), &"why".into()));
        lines.push(format!("{status} {} {}", code.as_str(), json["title"]));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn every_error_of_the_store_has_its_problem_and_keeps_its_cause() {
    let run = RunId::at(jiff::Timestamp::UNIX_EPOCH);
    let secret = || "/var/lib/canary".to_owned();
    for (error, status, code, again) in [
        (
            runs::Error::IllegalTransition {
                run,
                state: "succeeded".to_owned(),
                event: "cancel_requested",
                seq: 9,
            },
            409,
            "illegal_transition",
            None,
        ),
        (runs::Error::Conflict { run, seq: 3 }, 409, "illegal_transition", None),
        (runs::Error::LockHeld { holder: run, key: "node/a".to_owned() }, 409, "target_busy", None),
        (runs::Error::NotFound(run), 404, "not_found", None),
        (runs::Error::StaleFence { ours: 1, current: 2 }, 500, "internal", None),
        (runs::Error::Full(secret()), 503, "store_full", Some("30")),
        (runs::Error::ReadOnly(secret()), 503, "store_read_only", None),
        (runs::Error::Busy(secret()), 503, "store_busy", Some("1")),
        (runs::Error::Corrupt(secret()), 503, "store_corrupt", None),
        (runs::Error::Unavailable(secret()), 503, "store_unavailable", Some("1")),
    ] {
        let (told_status, headers, json) = told(error.into()).await;
        assert_eq!((told_status, &json["code"]), (status, &code.into()));
        assert_eq!(headers.get(header::RETRY_AFTER).map(|v| v.to_str().unwrap()), again, "{code}");
        assert!(!json.to_string().contains("canary"), "{json}");
    }
}

#[tokio::test]
async fn the_time_of_the_next_try_is_told_twice_and_never_too_early() {
    let now: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let at: jiff::Timestamp = "2026-01-01T00:00:09.2Z".parse().unwrap();
    let refused = Refused::new(ProblemCode::Cooldown, "rests").again(Some(at), now);
    let (status, headers, json) = told(refused).await;
    assert_eq!((status, &headers[header::RETRY_AFTER]), (429, &HeaderValue::from_static("10")));
    assert_eq!(json["next_allowed"], "2026-01-01T00:00:09.200Z");
}
