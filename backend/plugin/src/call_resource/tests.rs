//! Who is refused, and with which words; what reaches a service is checked by the test host.

use std::{collections::HashMap, fmt::Write as _};

use api::route;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::proto::pluginv2::{DataSourceInstanceSettings, PluginContext, User};

fn context(login: &str, role: &str) -> PluginContext {
    // A service that is configured but not there: who gets as far as 502 was let through.
    let settings = json!({"serviceUrl": "http://127.0.0.1:1", "timeoutSeconds": 5});
    let key = "0123456789abcdef0123456789abcdef".to_owned();
    PluginContext {
        org_id: 1,
        user: Some(User { login: login.to_owned(), role: role.to_owned(), ..Default::default() }),
        data_source_instance_settings: Some(DataSourceInstanceSettings {
            json_data: settings.to_string().into(),
            decrypted_secure_json_data: HashMap::from([("assertionKey".to_owned(), key)]),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn post(path: &str, body: &str) -> CallResourceRequest {
    let headers = [("content-type", "application/json; charset=utf-8")];
    let list = |value: &str| StringList { values: vec![value.to_owned()] };
    CallResourceRequest {
        plugin_context: Some(context("ann", "Editor")),
        path: path.to_owned(),
        method: "POST".to_owned(),
        url: path.to_owned(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), list(value))).collect(),
        body: bytes::Bytes::copy_from_slice(body.as_bytes()),
    }
}

fn get(path: &str) -> CallResourceRequest {
    CallResourceRequest { method: "GET".to_owned(), headers: HashMap::new(), ..post(path, "") }
}

async fn ask(request: CallResourceRequest) -> (i32, Value) {
    ask_of(Arc::new(Shell::new(CancellationToken::new())), request).await
}

async fn ask_of(shell: Arc<Shell>, request: CallResourceRequest) -> (i32, Value) {
    let service = ResourceService::new(shell);
    let answer = service.call_resource(tonic::Request::new(request)).await.unwrap();
    let messages: Vec<_> = answer.into_inner().collect().await;
    assert_eq!(messages.len(), 1);
    let message = messages[0].as_ref().unwrap();
    let body: Value = serde_json::from_slice(&message.body).unwrap();
    assert_eq!(body["message"], body["detail"], "Grafana's toast reads message");
    (message.code, body)
}

#[track_caller]
fn refused(answer: &(i32, Value), status: i32, code: &str) {
    assert_eq!((answer.0, &answer.1["code"]), (status, &code.into()), "{}", answer.1);
}

const RUN: &str = "actions/drain-node/run";
const BODY: &str = r#"{"target": "node/web-1"}"#;

#[tokio::test]
async fn who_is_nobody_or_has_no_role_gets_nothing() {
    for (login, role, code) in [
        ("", "Admin", "auth_anonymous"),
        ("grafana_scheduler", "Admin", "auth_anonymous"),
        ("ann", "None", "auth_forbidden"),
        ("ann", "", "auth_forbidden"),
        ("ann", "Root", "auth_forbidden"),
    ] {
        for request in [post(RUN, BODY), get("actions"), get("runs/x/events"), get("nowhere")] {
            let request =
                CallResourceRequest { plugin_context: Some(context(login, role)), ..request };
            refused(&ask(request).await, 403, code);
        }
    }
    let mut request = post(RUN, BODY);
    request.plugin_context.as_mut().unwrap().user = None;
    refused(&ask(request).await, 403, "auth_anonymous");
}

#[tokio::test]
async fn without_context_or_data_source_there_is_nothing() {
    let mut request = post(RUN, BODY);
    request.plugin_context.as_mut().unwrap().data_source_instance_settings = None;
    refused(&ask(request.clone()).await, 404, "not_found");
    request.plugin_context = None;
    refused(&ask(request).await, 500, "internal");
}

#[tokio::test]
async fn only_the_table_exists() {
    for path in
        ["", "actions/../stop", "actions//run", "metrics", "runs/a/b/cancel", "actions/x/run/"]
    {
        refused(&ask(post(path, BODY)).await, 404, "not_found");
    }
    refused(&ask(get(RUN)).await, 404, "not_found");
    for method in ["DELETE", "PUT", "HEAD", "post", ""] {
        let request = CallResourceRequest { method: method.to_owned(), ..post(RUN, BODY) };
        refused(&ask(request).await, 404, "not_found");
    }
}

#[tokio::test]
async fn an_acting_call_is_json_of_a_bounded_size() {
    let mut request = post(RUN, BODY);
    request.headers.clear();
    refused(&ask(request.clone()).await, 415, "media_type");
    for kind in ["text/plain", "application/jsonx", "application/x-www-form-urlencoded", ""] {
        let list = StringList { values: vec![kind.to_owned()] };
        request.headers.insert("Content-Type".to_owned(), list);
        refused(&ask(request.clone()).await, 415, "media_type");
    }
    let mut long = BODY.to_owned();
    long.extend(std::iter::repeat_n(' ', BODY_BYTES_MAX + 1 - BODY.len()));
    refused(&ask(post(RUN, &long)).await, 413, "too_large");
    refused(&ask(post(RUN, &long[..BODY_BYTES_MAX])).await, 502, "service_unreachable");
    // A cancel needs no body, but it is still said what it would be.
    refused(&ask(post("runs/x/cancel", "")).await, 502, "service_unreachable");
}

#[tokio::test]
async fn text_that_is_no_json_is_told_with_its_place() {
    for (body, line, column) in [
        ("", 1, 1),
        ("{'target': 1}", 1, 2),
        ("{\"target\": \"node/web-1\",\n}", 2, 1),
        ("{} {}", 1, 4),
        ("{\"target\": NaN}", 1, 12),
        ("{\"target\": \"node/\u{7}\"}", 1, 17),
    ] {
        let answer = ask(post(RUN, body)).await;
        refused(&answer, 400, "invalid_json");
        assert_eq!(
            (&answer.1["line"], &answer.1["column"]),
            (&line.into(), &column.into()),
            "{body}"
        );
    }
    let mut request = post(RUN, "");
    request.body = bytes::Bytes::from_static(b"{\n\"a\xff\": 1}");
    let answer = ask(request).await;
    assert_eq!((&answer.1["line"], &answer.1["column"]), (&2.into(), &3.into()));
    let mut deep = String::new();
    for _ in 0..200 {
        deep.push('[');
    }
    refused(&ask(post(RUN, &deep)).await, 400, "invalid_json");
}

#[tokio::test]
async fn a_wrong_shape_is_told_with_a_pointer() {
    for (body, pointer) in [
        (r#"{"target": 7}"#, "/target"),
        (r#"{"target": "web-1"}"#, "/target"),
        (r#"{"target": "node/.."}"#, "/target"),
        (r#"{"target": "node/web-1", "params": []}"#, "/params"),
        (r#"{"target": "node/web-1", "for/ce": true}"#, "/for~1ce"),
        (r#"{"target": "node/a", "target": "node/b"}"#, "/target"),
        (r#"{"target": "node/a", "reason": 1}"#, "/reason"),
        (r#"["node/a"]"#, ""),
        ("{}", "/target"),
        ("7", ""),
    ] {
        let answer = ask(post(RUN, body)).await;
        refused(&answer, 400, "invalid_body");
        assert_eq!(answer.1["pointer"], pointer, "{body}: {}", answer.1);
    }
    for (path, body) in
        [("stop", "{}"), ("stop", r#"{"stopped": 1}"#), ("runs/x/cancel", r#"{"a": 1}"#)]
    {
        refused(&ask(post(path, body)).await, 400, "invalid_body");
    }
    for (path, body) in [("stop", r#"{"stopped": true}"#), ("runs/x/cancel", r#"{"reason": "x"}"#)]
    {
        refused(&ask(post(path, body)).await, 502, "service_unreachable");
    }
}

#[tokio::test]
async fn a_target_stands_in_one_place() {
    let with = |url: &str, body: &str| CallResourceRequest {
        url: format!("{RUN}?{url}"),
        ..post(RUN, body)
    };
    refused(&ask(with("target=node%2Fweb-1", "{}")).await, 502, "service_unreachable");
    refused(&ask(with("target=node%2Fweb-1", BODY)).await, 400, "invalid_body");
    refused(&ask(with("target=node%2Fweb-1", r#"{"reason": "x"}"#)).await, 400, "invalid_body");
    for url in
        ["target=web-1", "target=", "target=node/a&target=node/b", "reason=x", "target=node/a&x=1"]
    {
        refused(&ask(with(url, "{}")).await, 400, "invalid_params");
    }
}

#[tokio::test]
async fn only_known_parameters_are_taken() {
    let with = |path: &str, query: &str| CallResourceRequest {
        url: format!("{path}?{query}"),
        ..get(path)
    };
    let long = format!("cursor={}", "x".repeat(crate::limits::PARAMETER_BYTES_MAX + 1));
    for (path, query) in [
        ("runs", "limit=0"),
        ("runs", "limit=x"),
        ("runs", "after=1"),
        ("runs", long.as_str()),
        ("runs/x", "after=-1"),
        ("runs/x", "state=running"),
        ("stop", "x=1"),
        ("nodes", "pool=a&pool=b"),
    ] {
        refused(&ask(with(path, query)).await, 400, "invalid_params");
    }
    for (path, query) in [
        ("runs", "action=a&limit=5"),
        ("nodes", "pool=web&state=ready&state=down&label=zone%3Da"),
        ("runs/x", "after=3"),
    ] {
        refused(&ask(with(path, query)).await, 502, "service_unreachable");
    }
    refused(
        &ask(CallResourceRequest { body: "{}".into(), ..get("runs") }).await,
        400,
        "invalid_body",
    );
}

#[tokio::test]
async fn an_idempotency_key_is_one_visible_word() {
    let with = |keys: &[&str]| {
        let mut request = post(RUN, BODY);
        let values = keys.iter().map(|key| (*key).to_owned()).collect();
        request.headers.insert("Idempotency-Key".to_owned(), StringList { values });
        request
    };
    for keys in [&["a b"][..], &["a", "b"]] {
        refused(&ask(with(keys)).await, 400, "invalid_params");
    }
    refused(&ask(with(&["a", "b"][..1])).await, 502, "service_unreachable");
}

#[test]
fn what_is_sent_is_written_anew() {
    let body = r#" {"target":"node/a", "params": {"x": 1.50}, "reason": null } "#;
    let sent = body::check(&route::RUN_ACTION, body.as_bytes(), None).unwrap();
    let sent: Value = serde_json::from_slice(&sent).unwrap();
    assert_eq!((&sent["target"], &sent["params"]["x"]), (&"node/a".into(), &1.5.into()));
    let target = "node/b".parse().unwrap();
    let sent = body::check(&route::PLAN, b"{}", Some(&target)).unwrap();
    assert_eq!(sent, r#"{"target":"node/b"}"#);
}

#[test]
fn every_error_becomes_a_problem_and_never_401() {
    let upstream = || "the service".to_owned();
    let mut forged = api::Problem::new(ProblemCode::AuthToken, "who are you");
    forged.status = 401;
    let errors = [
        Error::NoInstance,
        Error::Settings(crate::settings::Faults::default()),
        Error::NotConfigured { upstream: upstream(), setting: "serviceUrl" },
        Error::BadQuery { message: "x".to_owned() },
        Error::Unreachable { upstream: upstream(), why: "x".to_owned() },
        Error::TimedOut { upstream: upstream(), after: std::time::Duration::from_secs(1) },
        Error::TooLarge { upstream: upstream(), limit: "responseBytesLimit", max: 1 },
        Error::Upstream { upstream: upstream(), status: Some(401), why: "x".to_owned() },
        Error::Query {
            status: 422,
            source_kind: crate::error::Source::Downstream,
            message: "x".to_owned(),
        },
        Error::Refused(Box::new(forged)),
        Error::Refused(Box::new(api::Problem::new(ProblemCode::Cooldown, "rests"))),
        Error::AssertionRefused { why: "x".to_owned() },
        Error::OutcomeUnknown { why: "x".to_owned() },
        Error::Busy { what: "things", max: 1 },
        Error::Stopping,
        Error::Panicked,
    ];
    let mut table = String::new();
    for error in errors {
        let problem = of_error(&error);
        assert!(problem.status != 401 && error.status() != 401, "{error}");
        let (query, source) = (error.status(), error.source_kind().as_str());
        let name = format!("{error:?}");
        let name = name.split([' ', '(']).next().unwrap();
        let (status, code) = (problem.status, problem.code.as_str());
        writeln!(table, "{name}: {status} {code} | query {query} {source}").unwrap();
    }
    insta::assert_snapshot!(table, @r"
    NoInstance: 404 not_found | query 404 downstream
    Settings: 502 service_unreachable | query 400 downstream
    NotConfigured: 502 service_unreachable | query 400 downstream
    BadQuery: 400 invalid_params | query 400 downstream
    Unreachable: 502 service_unreachable | query 502 downstream
    TimedOut: 502 service_unreachable | query 502 downstream
    TooLarge: 502 service_unreachable | query 502 downstream
    Upstream: 502 service_unreachable | query 502 downstream
    Query: 502 service_unreachable | query 422 downstream
    Refused: 502 assertion_refused | query 502 downstream
    Refused: 429 cooldown | query 429 downstream
    AssertionRefused: 502 assertion_refused | query 502 downstream
    OutcomeUnknown: 502 outcome_unknown | query 502 downstream
    Busy: 503 store_busy | query 503 downstream
    Stopping: 502 service_unreachable | query 503 downstream
    Panicked: 500 internal | query 500 plugin
    ");
}

#[tokio::test]
async fn an_acting_call_torn_off_by_the_end_of_the_plugin_has_an_unknown_outcome() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut context = context("ann", "Editor");
    let port = listener.local_addr().unwrap().port();
    let settings = json!({"serviceUrl": format!("http://127.0.0.1:{port}")}).to_string();
    context.data_source_instance_settings.as_mut().unwrap().json_data = settings.into();
    for (request, code) in
        [(post(RUN, BODY), "outcome_unknown"), (get("actions"), "service_unreachable")]
    {
        let request = CallResourceRequest { plugin_context: Some(context.clone()), ..request };
        let shell = Arc::new(Shell::new(CancellationToken::new()));
        let stop = shell.stop.clone();
        // The service takes the connection and never answers.
        let taken = async {
            let _connection = listener.accept().await.unwrap();
            stop.cancel();
        };
        let (answer, ()) = tokio::join!(ask_of(shell, request), taken);
        refused(&answer, 502, code);
    }
}

#[test]
fn a_panic_leaves_only_an_acting_call_without_an_outcome() {
    assert_eq!(of_torn(&Error::Panicked, true).code, ProblemCode::OutcomeUnknown);
    assert_eq!(of_torn(&Error::Panicked, false).code, ProblemCode::Internal);
}

#[tokio::test]
async fn calls_beyond_the_places_are_told_that_the_plugin_is_busy() {
    let shell = Arc::new(Shell::new(CancellationToken::new()));
    let places = u32::try_from(RESOURCE_CALLS_AT_ONCE).unwrap();
    let all = shell.resources.try_acquire_many(places).unwrap();
    let answer = ask_of(Arc::clone(&shell), post(RUN, BODY)).await;
    refused(&answer, 503, "store_busy");
    assert!(answer.1["detail"].as_str().unwrap().starts_with("the plugin is busy"));
    drop(all);
    refused(&ask_of(shell, post(RUN, BODY)).await, 502, "service_unreachable");
}
