//! Tests of the query types against servers on loopback, their frames read by an independent Arrow
//! reader.

mod server;

use std::{collections::HashMap, io::Cursor, sync::Arc};

use arrow_array::{Array, RecordBatch, cast::AsArray as _};
use arrow_ipc::reader::FileReader;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use self::server::{Reply, Server};
use super::*;
use crate::{
    caller::Caller,
    instance::{Instance, Instances},
    metrics::Metrics,
    proto::pluginv2::{DataSourceInstanceSettings, PluginContext, User},
    query_data::Query,
};

fn instance(json: &Value, secure: &[(&str, &str)]) -> Arc<Instance> {
    let secure = secure.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Instances::new(Arc::new(Metrics::new())).get(
        1,
        &DataSourceInstanceSettings {
            json_data: Bytes::from(json.to_string()),
            decrypted_secure_json_data: secure.collect::<HashMap<_, _>>(),
            ..Default::default()
        },
    )
}

fn call(instance: &Arc<Instance>, kind: &str, json: &Value) -> QueryCall {
    let user = User { login: "ann".to_owned(), role: "Editor".to_owned(), ..Default::default() };
    QueryCall {
        instance: Arc::clone(instance),
        caller: Arc::new(Caller::of(&PluginContext { user: Some(user), ..Default::default() })),
        query: Query {
            ref_id: "A".to_owned(),
            kind: kind.to_owned(),
            json: Bytes::from(json.to_string()),
            interval_ms: 15_000,
            max_data_points: 100,
            from_ms: 1_767_225_600_500,
            to_ms: 1_767_225_661_000,
        },
        place: Arc::new(Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap()),
    }
}

async fn ask(instance: &Arc<Instance>, kind: &str, json: Value) -> Result<Vec<Value>, Error> {
    let frames = Queries::default().answer(call(instance, kind, &json)).await?;
    Ok(frames.into_chunks().chunks(2).map(|pair| decoded(&pair[1])).collect())
}

/// Reads a frame back: metadata, and for each field its name, configuration, labels and values as
/// text.
fn decoded(file: &[u8]) -> Value {
    let reader = FileReader::try_new(Cursor::new(file), None).unwrap();
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let of = |text: Option<&String>| {
        text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
    };
    let fields = schema.fields().iter().enumerate().map(|(n, field)| {
        let values: Vec<_> = batches.iter().flat_map(|batch| values(batch.column(n))).collect();
        json!({
            "name": field.name(),
            "type": field.data_type().to_string(),
            "labels": of(field.metadata().get("labels")),
            "config": of(field.metadata().get("config")),
            "values": values,
        })
    });
    json!({
        "name": schema.metadata()["name"],
        "refId": schema.metadata()["refId"],
        "meta": of(schema.metadata().get("meta")),
        "fields": fields.collect::<Vec<_>>(),
    })
}

fn values(array: &dyn Array) -> Vec<Value> {
    use arrow_array::types::{Float64Type, TimestampNanosecondType};
    let cell = |n| match array.data_type().to_string().as_str() {
        _ if array.is_null(n) => Value::Null,
        "Float64" => json!(array.as_primitive::<Float64Type>().value(n)),
        "Boolean" => json!(array.as_boolean().value(n)),
        "Utf8" => json!(array.as_string::<i32>().value(n)),
        _ => json!(array.as_primitive::<TimestampNanosecondType>().value(n) / 1_000_000),
    };
    (0..array.len()).map(cell).collect()
}

fn of_prometheus(server: &Server) -> Arc<Instance> {
    instance(&json!({"prometheusUrl": server.url(), "timeoutSeconds": 5}), &[])
}

const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[
    {"metric":{"__name__":"up","job":"a"},"values":[[1767225600,"1"],[1767225615,"0.5"]]},
    {"metric":{"job":"b"},"values":[[1767225615,"2"]]}]},"warnings":["w"]}"#;

const VECTOR: &str = r#"{"status":"success","data":{"resultType":"vector","result":[
    {"metric":{"__name__":"up","job":"a"},"value":[1767225661,"1"]},
    {"metric":{"job":"b"},"value":[1767225661,"2"]}]}}"#;

#[tokio::test]
async fn a_range_query_gives_a_frame_per_series() {
    let server = Server::start(vec![Reply::json(200, MATRIX)]).await;
    let query =
        json!({"expr": "up[$__interval]", "legendFormat": "{{job}}", "datasource": {"uid": "x"}});
    let frames = ask(&of_prometheus(&server), "promql", query).await.unwrap();
    assert_eq!(frames.len(), 2);
    let meta = json!({
        "type": "timeseries-multi", "typeVersion": [0, 1],
        "custom": {"resultType": "matrix", "calculatedMinStep": 15_000},
        "notices": [{"severity": "warning", "text": "w"}],
        "executedQueryString": "Expr: up[15s]\nStep: 15s",
    });
    assert_eq!(frames[0]["meta"], meta);
    assert_eq!(
        frames[0]["fields"][0],
        json!({
            "name": "Time", "type": "Timestamp(ns)", "labels": null, "config": {"interval": 15_000.0},
            "values": [1_767_225_600_000_u64, 1_767_225_615_000_u64],
        })
    );
    assert_eq!(
        frames[0]["fields"][1],
        json!({
            "name": "up", "type": "Float64", "labels": {"__name__": "up", "job": "a"},
            "config": {"displayNameFromDS": "a"}, "values": [1.0, 0.5],
        })
    );
    assert_eq!(frames[1]["fields"][1]["name"], "Value");
    assert_eq!(frames[1]["meta"]["executedQueryString"], Value::Null);
    let request = server.requests().await.remove(0);
    // Both ends lie at whole steps.
    let form = "query=up%5B15s%5D&start=1767225600&end=1767225660&step=15";
    assert!(request.ends_with(form), "{request}");
}

#[tokio::test]
async fn both_kinds_are_asked_and_framed() {
    let server = Server::start(vec![Reply::json(200, MATRIX), Reply::json(200, MATRIX)]).await;
    let query = json!({"expr": "up", "both": true, "legendFormat": "__auto"});
    let frames = ask(&of_prometheus(&server), "promql", query).await.unwrap();
    assert_eq!(frames.len(), 4);
    assert_eq!(frames[0]["fields"][1]["config"], Value::Null);
    let requests = server.requests().await;
    assert!(requests.iter().any(|request| request.ends_with("query=up&time=1767225661")));
}

#[tokio::test]
async fn instant_queries_are_numbers_or_a_table() {
    let server = Server::start(vec![Reply::json(200, VECTOR), Reply::json(200, VECTOR)]).await;
    let instance = of_prometheus(&server);
    let query = json!({"expr": "up", "instant": true, "format": "time_series"});
    let frames = ask(&instance, "promql", query).await.unwrap();
    assert_eq!(frames[0]["meta"]["type"], "numeric-multi");
    assert_eq!(frames[0]["fields"][1]["config"]["displayNameFromDS"], "up{job=\"a\"}");
    let query = json!({"expr": "up", "instant": true, "format": "table"});
    let frames = ask(&instance, "promql", query).await.unwrap();
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0]["meta"]["type"], "numeric-long");
    let fields = frames[0]["fields"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| &field["name"]).collect();
    assert_eq!(names, ["Time", "__name__", "job", "Value"]);
    assert_eq!(fields[1]["values"], json!(["up", ""]));
    assert_eq!(fields[3]["values"], json!([1.0, 2.0]));
}

#[tokio::test]
async fn scalars_texts_histograms_and_nothing_are_framed() {
    let success = |data: &str| format!(r#"{{"status":"success","data":{data}}}"#);
    let answers = [
        success(r#"{"resultType":"scalar","result":[1,"2"]}"#),
        success(r#"{"resultType":"string","result":[1,"two"]}"#),
        success(
            r#"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","sum":"1"}]}]}"#,
        ),
        success(r#"{"resultType":"vector","result":[]}"#),
    ];
    let server = Server::start(answers.iter().map(|text| Reply::json(200, text)).collect()).await;
    let instance = of_prometheus(&server);
    let mut found = Vec::new();
    for _ in &answers {
        let query = json!({"expr": "x", "instant": true});
        let mut frames = ask(&instance, "promql", query).await.unwrap();
        assert_eq!(frames.len(), 1);
        found.push(frames.remove(0));
    }
    assert_eq!(found[0]["fields"][1]["values"], json!([2.0]));
    assert_eq!(found[0]["fields"][1]["config"]["displayNameFromDS"], "x");
    assert_eq!(found[1]["fields"][1]["values"], json!(["two"]));
    assert_eq!(found[1]["meta"]["typeVersion"], json!([0, 0]));
    assert_eq!(found[2]["name"], "Warnings");
    assert!(found[2]["meta"]["notices"][0]["text"].as_str().unwrap().contains("not available yet"));
    assert_eq!(found[3]["fields"], json!([]));
    assert_eq!(found[3]["meta"]["executedQueryString"], "Expr: x\nStep: 15s");
}

#[track_caller]
fn check_failed(result: Result<Vec<Value>, Error>, status: u16, source: &str, part: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.status(), error.source_kind().as_str()), (status, source), "{error}");
    assert!(error.to_string().contains(part), "{error} does not say {part}");
}

#[tokio::test]
async fn a_failure_of_prometheus_has_its_status_and_source() {
    let told = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
    let cases = [
        (400, told, 400, "downstream", "bad_data: parse error"),
        (422, told, 422, "downstream", "bad_data"),
        (500, "boom", 500, "downstream", "boom"),
        (401, "who", 502, "downstream", "prometheusToken"),
        (405, "post", 405, "plugin", "httpMethod"),
        (302, "there", 502, "downstream", "redirects"),
        (200, "<html>", 502, "downstream", "malformed"),
    ];
    for (sent, body, status, source, part) in cases {
        let server = Server::start(vec![Reply::json(sent, body)]).await;
        let result = ask(&of_prometheus(&server), "promql", json!({"expr": "x"})).await;
        check_failed(result, status, source, part);
    }
}

#[tokio::test]
async fn requests_of_queries_are_counted_by_upstream() {
    let replies = vec![Reply::json(200, VECTOR), Reply::json(500, "boom"), Reply::json(200, "[]")];
    let server = Server::start(replies).await;
    let apis = json!([{"name": "n", "url": server.url(), "paths": ["/nodes"]}]);
    let instance = instance(&json!({"prometheusUrl": server.url(), "nodeApis": apis}), &[]);
    let instant = json!({"expr": "up", "instant": true});
    ask(&instance, "promql", instant.clone()).await.unwrap();
    ask(&instance, "promql", instant).await.unwrap_err();
    let columns = json!({"api": "n", "path": "/nodes", "columns": [{"selector": "a"}]});
    ask(&instance, "json", columns).await.unwrap();
    let text = instance.metrics.text();
    for (upstream, result) in [("prometheus", "ok"), ("prometheus", "error"), ("node-api", "ok")] {
        let line = format!("{{upstream=\"{upstream}\",result=\"{result}\"}} 1\n");
        assert!(text.contains(&line), "{line}{text}");
    }
}

#[tokio::test]
async fn an_upstream_that_hangs_is_a_bad_gateway() {
    let hung = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", hung.local_addr().unwrap());
    let apis = json!([{"name": "n", "url": url, "paths": ["/nodes"]}]);
    let settings = json!({"prometheusUrl": url, "nodeApis": apis, "timeoutSeconds": 1});
    let instance = instance(&settings, &[]);
    let columns = json!({"api": "n", "path": "/nodes", "columns": [{"selector": "a"}]});
    let (promql, json) = tokio::join!(
        ask(&instance, "promql", json!({"expr": "up"})),
        ask(&instance, "json", columns)
    );
    check_failed(promql, 502, "downstream", "timeoutSeconds");
    check_failed(json, 502, "downstream", "timeoutSeconds");
    let line = "upstream=\"prometheus\",result=\"timed_out\"} 1";
    assert!(instance.metrics.text().contains(line));
}

#[tokio::test]
async fn limits_name_their_settings() {
    for (setting, max) in [("seriesLimit", 1), ("responseBytesLimit", 100)] {
        let server = Server::start(vec![Reply::json(200, MATRIX)]).await;
        let instance = instance(&json!({"prometheusUrl": server.url(), setting: max}), &[]);
        let result = ask(&instance, "promql", json!({"expr": "x"})).await;
        check_failed(result, 502, "downstream", setting);
    }
}

#[tokio::test]
async fn queries_that_cannot_be_asked_are_refused() {
    let server = Server::start(vec![]).await;
    let instance = of_prometheus(&server);
    let cases = [
        (json!({"expr": " "}), "empty"),
        (json!({"expr": "x", "format": "heatmap"}), "not available yet"),
        (json!({"expr": "x", "exemplar": true}), "not available yet"),
        (json!({"expr": "x", "format": "pie"}), "field format"),
        (json!({"expr": 1}), "field expr"),
        (json!({"expr": "x", "interval": "soon"}), "interval"),
        (json!({"expr": "x".repeat(70_000)}), "longer"),
        (json!(["x"]), "object"),
    ];
    for (query, part) in cases {
        check_failed(ask(&instance, "promql", query).await, 400, "downstream", part);
    }
    let mut turned = call(&instance, "promql", &json!({"expr": "x"}));
    turned.query.from_ms = i64::MAX;
    assert_eq!(Queries::default().answer(turned).await.unwrap_err().status(), 400);
    check_failed(ask(&instance, "pie", json!({})).await, 400, "downstream", "promql, nodes");
    let bare = self::instance(&json!({}), &[]);
    for kind in ["promql", "nodes", "runs", "actions", "json"] {
        let query = json!({"expr": "x", "api": "a", "path": "/"});
        check_failed(ask(&bare, kind, query).await, 400, "downstream", "not configured");
    }
    assert!(server.requests().await.is_empty());
}

fn of_service(server: &Server) -> Arc<Instance> {
    let key = [("assertionKey", "0123456789abcdef0123456789abcdef")];
    instance(&json!({"serviceUrl": server.url()}), &key)
}

fn page(items: &Value) -> Reply {
    Reply::json(200, &json!({"items": items, "next": null}).to_string())
}

fn run() -> Value {
    json!({
        "id": "r1", "seq": 3, "created": "2026-01-01T00:00:10.000Z", "updated": "2026-01-01T00:00:12.000Z",
        "ended": "2026-01-01T00:00:12.000Z", "action": "drain-node", "version": "v",
        "target": "node/web-1", "actor": "grafana:1:ann", "params": {}, "reason": "<b>tests</b>",
        "ticket": null, "plan_hash": null, "state": "no_effect", "phase": null, "progress": 1.0,
        "elapsed": 2.0, "result": "no_effect", "verified": false, "why": null,
        "next_allowed": null, "steps": [], "guards": [], "verify": null, "unknown": null,
        "effects_left": [], "deduplicated": false,
    })
}

#[tokio::test]
async fn runs_are_rows_and_annotations() {
    let late =
        json!({"id": "r2", "created": "2027-01-01T00:00:00.000Z", "ended": null, "result": null});
    let mut other = run();
    other.as_object_mut().unwrap().extend(late.as_object().unwrap().clone());
    let server =
        Server::start(vec![page(&json!([other, run()])), page(&json!([other, run()]))]).await;
    let instance = of_service(&server);
    let query = json!({"action": "drain-node", "target": "", "state": "no_effect", "limit": 7});
    let frames = ask(&instance, "runs", query).await.unwrap();
    let fields = frames[0]["fields"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    let expect = "id created action target actor state phase progress elapsed result verified reason why \
                  next_allowed";
    assert_eq!(names.join(" "), expect);
    assert_eq!(fields[0]["values"], json!(["r2", "r1"]));
    assert_eq!(fields[9]["values"], json!([null, "no_effect"]));
    let requests = server.requests().await;
    let line = "GET /api/v1/runs?action=drain-node&state=no_effect&limit=7 HTTP/1.1";
    assert!(requests[0].starts_with(line), "{}", requests[0]);

    let frames = ask(&instance, "runs", json!({"format": "annotations"})).await.unwrap();
    let fields = frames[0]["fields"].as_array().unwrap();
    assert_eq!(fields[5]["values"], json!(["r1"]), "only runs of the range");
    assert_eq!(fields[2]["values"], json!(["drain-node node/web-1"]));
    let text = "no effect, not verified: &lt;b&gt;tests&lt;/b&gt;";
    assert_eq!(fields[3]["values"], json!([text]));
    assert_eq!(fields[4]["values"], json!(["drain-node,no_effect"]));
}

fn open_page(items: &Value) -> Reply {
    Reply::json(200, &json!({"items": items, "next": "more"}).to_string())
}

fn told(frames: &[Value]) -> Option<&str> {
    frames[0]["meta"]["notices"][0]["text"].as_str()
}

#[tokio::test]
async fn a_list_that_was_cut_says_so_unless_it_was_asked_for() {
    let hundred = vec![run(); 100];
    let empty = json!([]);
    let mut replies = vec![open_page(&json!(hundred)), open_page(&json!(hundred))];
    replies.push(page(&json!(hundred)));
    replies.extend((0..100).map(|_| open_page(&empty)));
    let server = Server::start(replies).await;
    let instance = of_service(&server);
    let frames = ask(&instance, "runs", json!({})).await.unwrap();
    assert_eq!(told(&frames), Some("the list was cut at 100: there are more than are shown here"));
    assert_eq!(frames[0]["meta"]["notices"][0]["severity"], "warning");
    let frames = ask(&instance, "runs", json!({"limit": 100})).await.unwrap();
    assert_eq!(told(&frames), None, "a hundred were asked for");
    let frames = ask(&instance, "runs", json!({})).await.unwrap();
    assert_eq!(told(&frames), None, "there are no more");
    let frames = ask(&instance, "nodes", json!({})).await.unwrap();
    assert!(told(&frames).unwrap().starts_with("the list was cut at 0"), "a cursor without end");
}

#[tokio::test]
async fn annotations_are_looked_for_until_before_the_range() {
    let of = |id: &str, created: &str| {
        let mut run = run();
        let times = json!({"id": id, "created": created, "ended": created});
        run.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
        run
    };
    let later = json!([of("later", "2026-02-01T00:00:00.000Z")]);
    let within = json!([run(), of("before", "2025-12-31T00:00:00.000Z")]);
    let all: Vec<_> = (0..200).map(|_| of("later", "2026-02-01T00:00:00.000Z")).collect();
    let mut replies = vec![open_page(&later), open_page(&within)];
    replies.extend((0..25).map(|_| open_page(&json!(all))));
    let server = Server::start(replies).await;
    let instance = of_service(&server);
    let query = json!({"format": "annotations", "limit": 1});
    let frames = ask(&instance, "runs", query).await.unwrap();
    assert_eq!(frames[0]["fields"][5]["values"], json!(["r1"]), "the limit is of the range");
    assert_eq!((told(&frames), server.requests().await.len()), (None, 2));
    let frames = ask(&instance, "runs", json!({"format": "annotations"})).await.unwrap();
    assert!(told(&frames).unwrap().starts_with("the list was cut at 5000"));
}

#[tokio::test]
async fn nodes_and_actions_are_rows() {
    let node = |id: &str, zone: &str| {
        json!({
            "id": id, "name": id, "address": "10.0.0.1:80", "pool": "web", "state": "ready",
            "state_since": null, "weight": 100, "sessions": 3, "labels": {"zone": zone},
            "source": ["haproxy"], "observed_at": "2026-01-01T00:00:00.000Z", "busy_run": null,
        })
    };
    let action = json!({
        "name": "drain-node", "title": "Drain node", "description": "", "version": "v",
        "target": "node", "risk": "high", "allowed": false, "why_not": "role",
        "cooldown_until": null, "params": {"type": "object"},
        "confirm": {"text": null, "reason": "optional", "typed": null},
    });
    let nodes = page(&json!([node("web-1", "a"), node("web-2", "b")]));
    let server = Server::start(vec![nodes, page(&json!([action]))]).await;
    let instance = of_service(&server);
    let query = json!({"pool": "web", "state": "ready", "labels": {"zone": "b"}});
    let frames = ask(&instance, "nodes", query).await.unwrap();
    let fields = frames[0]["fields"].as_array().unwrap();
    assert_eq!(fields[0]["values"], json!(["web-2"]));
    assert_eq!(fields[6]["values"], json!([100.0]));
    assert_eq!(fields[8]["values"], json!([r#"{"zone":"b"}"#]));
    let frames = ask(&instance, "actions", json!({"target": "node/web-1"})).await.unwrap();
    let fields = frames[0]["fields"].as_array().unwrap();
    assert_eq!(fields[3]["values"], json!(["high"]));
    assert_eq!(fields[4]["values"], json!([false]));
    let requests = server.requests().await;
    assert!(requests[1].starts_with("GET /api/v1/actions?target=node%2Fweb-1 "), "{}", requests[1]);
}

#[tokio::test]
async fn wrong_fields_never_reach_the_service() {
    let server = Server::start(vec![]).await;
    let instance = of_service(&server);
    let cases = [
        ("runs", json!({"limit": 0}), "limit"),
        ("runs", json!({"limit": -1}), "limit"),
        ("runs", json!({"target": "web-1"}), "target"),
        ("runs", json!({"action": "../x"}), "action"),
        ("runs", json!({"state": "done"}), "state"),
        ("runs", json!({"format": "pie"}), "format"),
        ("nodes", json!({"labels": {"a": 1}}), "labels"),
        ("nodes", json!({"state": "asleep"}), "state"),
        ("actions", json!({"target": "node/.."}), "target"),
    ];
    for (kind, query, part) in cases {
        check_failed(ask(&instance, kind, query).await, 400, "downstream", part);
    }
    assert!(server.requests().await.is_empty());
}

#[tokio::test]
async fn a_listed_path_of_a_node_api_is_a_table() {
    let body = r#"[{"Node_id":"web-1","load":0.5},{"Node_id":"web-2","load":"x"}]"#;
    let replies = vec![Reply::json(200, body), Reply::json(404, "secret"), Reply::json(200, "{")];
    let server = Server::start(replies).await;
    let apis = json!({"nodeApis": [{"name": "n", "url": server.url(), "paths": ["/nodes"]}]});
    let instance = instance(&apis, &[("nodeApi.n.token", "planted")]);
    let query = json!({
        "api": "n", "path": "/nodes", "params": {"a b": "c&d", "n": 1},
        "columns": [{"selector": "Node_id"}, {"selector": "$.load", "text": "Load", "type": "number"}],
    });
    let frames = ask(&instance, "json", query.clone()).await.unwrap();
    assert_eq!(frames[0]["fields"][0]["values"], json!(["web-1", "web-2"]));
    assert_eq!(frames[0]["fields"][1]["values"], json!([0.5, null]));
    assert_eq!(frames[0]["meta"]["notices"][0]["severity"], "warning");
    let request = server.requests().await.remove(0);
    assert!(request.starts_with("GET /nodes?a+b=c%26d&n=1 HTTP/1.1"), "{request}");
    assert!(request.to_lowercase().contains("authorization: bearer planted"), "{request}");
    let result = ask(&instance, "json", query.clone()).await;
    assert!(!result.as_ref().unwrap_err().to_string().contains("secret"));
    check_failed(result, 404, "downstream", "HTTP 404");
    check_failed(ask(&instance, "json", query).await, 502, "downstream", "no JSON");
    let refused = [
        (json!({"api": "m", "path": "/nodes"}), "api"),
        (json!({"api": "n", "path": "/nodes/../x"}), "path"),
        (json!({"api": "n", "path": "/nodes", "params": {"a": []}}), "params"),
        (json!({"api": "n", "path": "/nodes"}), "columns"),
        (
            json!({"api": "n", "path": "/nodes", "rows": "$[", "columns": [{"selector": "a"}]}),
            "rows",
        ),
    ];
    for (query, part) in refused {
        check_failed(ask(&instance, "json", query).await, 400, "downstream", part);
    }
    assert_eq!(server.requests().await.len(), 3);
}
