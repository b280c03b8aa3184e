//! Queries fail alone, and what is laid by hand is what prost reads.

use std::collections::HashMap;

use futures::FutureExt as _;
use prost::Message as _;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::proto::pluginv2::{DataSourceInstanceSettings, PluginContext, QueryDataResponse};

/// Answers by the query's type: `ok` with its name as a frame, `panic`, `hang`, else an error.
struct Scripted;

impl Answer for Scripted {
    async fn answer(&self, call: QueryCall) -> Result<Frames, Error> {
        match call.query.kind.as_str() {
            "ok" => Ok(Frames::from_iter([Bytes::from(call.query.ref_id)])),
            "panic" => panic!("inside a query"),
            "hang" => std::future::pending().await,
            kind => Err(Error::BadQuery { message: format!("no {kind}") }),
        }
    }
}

fn request(kinds: &[&str], settings: Option<&str>) -> QueryDataRequest {
    let source = settings.map(|json| DataSourceInstanceSettings {
        json_data: Bytes::copy_from_slice(json.as_bytes()),
        ..Default::default()
    });
    let query = |(place, kind): (usize, &&str)| DataQuery {
        ref_id: format!("q{place}"),
        query_type: (*kind).to_owned(),
        ..Default::default()
    };
    QueryDataRequest {
        plugin_context: Some(PluginContext {
            data_source_instance_settings: source,
            ..Default::default()
        }),
        headers: HashMap::new(),
        queries: kinds.iter().enumerate().map(query).collect(),
    }
}

fn shell() -> Arc<Shell> {
    Arc::new(Shell::new(CancellationToken::new()))
}

async fn ask(request: QueryDataRequest) -> QueryDataResponse {
    let bytes = wire::laid(query_data(&shell(), &Arc::new(Scripted), request).await);
    assert_eq!(bytes[0], 0);
    let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap());
    assert_eq!(length as usize, bytes.len() - 5);
    QueryDataResponse::decode(&bytes[5..]).unwrap()
}

#[tokio::test]
async fn each_query_fails_alone() {
    let answer = ask(request(&["ok", "bad", "panic", "ok"], Some("{}"))).await;
    let of = |name: &str| &answer.responses[name];
    assert_eq!((of("q0").status, &of("q0").frames[0][..]), (200, &b"q0"[..]));
    assert_eq!((of("q1").status, of("q1").error.as_str()), (400, "no bad"));
    assert_eq!(of("q1").error_source, "downstream");
    assert_eq!((of("q2").status, of("q2").error_source.as_str()), (500, "plugin"));
    assert_eq!(of("q3").status, 200);
}

#[tokio::test]
async fn more_queries_than_places_are_all_answered_up_to_the_limit() {
    let kinds = vec!["ok"; QUERIES_PER_CALL_MAX + 1];
    let answer = ask(request(&kinds, Some("{}"))).await;
    let good = answer.responses.values().filter(|answer| answer.status == 200).count();
    assert_eq!(good, QUERIES_PER_CALL_MAX);
    assert_eq!(answer.responses[&format!("q{QUERIES_PER_CALL_MAX}")].status, 503);
}

#[tokio::test]
async fn without_a_data_source_every_query_is_refused() {
    let answer = ask(request(&["ok", "ok"], None)).await;
    assert!(answer.responses.values().all(|answer| answer.status == 404), "{answer:?}");
}

#[tokio::test]
async fn matchers_that_nothing_enforces_refuse_every_query() {
    let answer = ask(request(&["ok"], Some(r#"{"enforcedMatchers": ["tenant=\"a\""]}"#))).await;
    let refused = &answer.responses["q0"];
    assert_eq!(refused.status, 400);
    assert!(refused.error.contains("enforcedMatchers"), "{}", refused.error);
}

#[tokio::test]
async fn the_end_of_the_plugin_ends_waiting_queries() {
    let shell = shell();
    shell.stop.cancel();
    let answers = query_data(&shell, &Arc::new(Scripted), request(&["hang"], Some("{}"))).await;
    assert!(matches!(answers[0].1, Err(Error::Stopping)));
}

#[tokio::test]
async fn a_dropped_call_gives_its_place_back() {
    let shell = shell();
    let answers = Arc::new(Scripted);
    let mut call = Box::pin(query_data(&shell, &answers, request(&["hang"], Some("{}"))));
    while shell.queries.available_permits() == crate::limits::QUERIES_AT_ONCE {
        assert!((&mut call).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(call);
    while shell.queries.available_permits() != crate::limits::QUERIES_AT_ONCE {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_message_that_is_cut_compressed_or_padded_is_refused() {
    let framed = |flag: u8, length: u32, body: &[u8]| {
        let mut bytes = vec![flag];
        bytes.extend(length.to_be_bytes());
        bytes.extend(body);
        wire::read_message(bytes).map(|request| request.queries.len())
    };
    assert_eq!(framed(0, 0, b"").unwrap(), 0);
    for (flag, length, body) in
        [(0, 1, &b""[..]), (0, 0, b"x"), (2, 0, b""), (1, 0, b""), (0, 1, b"\xff")]
    {
        assert!(framed(flag, length, body).is_err(), "{flag} {length}");
    }
    assert!(wire::read_message(vec![0, 0]).is_err());
}
