//! Everybody who may not press knocks at every door: each gets the documented refusal, and nothing
//! happens.

use std::{collections::BTreeMap, fs, time::Duration};

use identity::assertion::Claims;
use leverframe_tests::{
    cluster::{Cluster, until},
    grafana::{Answer, EDITOR, Grafana, User, VIEWER},
    service::{Service, claims, sign},
    store_file::{StoreFile, files},
};
use runs::{Clock as _, SystemClock};
use serde_json::{Value, json};

/// What a refusal must be.
type Refusal = (u16, &'static str);

struct Knocks {
    faults: Vec<String>,
    count: usize,
}

impl Knocks {
    fn expect(&mut self, what: &str, answer: &Answer, (status, code): Refusal) {
        self.count += 1;
        if answer.status.as_u16() != status || answer.json["code"] != code {
            self.faults.push(format!("{what}: {} {}", answer.status, answer.text));
        }
    }
}

fn return_node() -> Value {
    json!({ "target": "node/web-2" })
}

#[tokio::test]
async fn no_door_opens_for_those_who_may_not_press() {
    let cluster = Cluster::start();
    let (grafana, service) = (cluster.grafana(), cluster.service());
    let before = cluster.servers();
    let mut knocks = Knocks { faults: Vec::new(), count: 0 };

    callers(&grafana, &mut knocks).await;
    paths(&grafana, &mut knocks).await;
    bodies(&grafana, &mut knocks).await;
    assertions(&service, &cluster.service.key().unwrap(), &mut knocks).await;
    hosts(&service, &mut knocks).await;

    assert!(knocks.faults.is_empty(), "{} knocks:\n{}", knocks.count, knocks.faults.join("\n"));
    assert!(knocks.count >= 40, "only {} knocks", knocks.count);
    // The replayed assertion was good the first time: exactly that one run exists.
    assert_eq!(service.executions().await.len(), 1);
    assert_eq!(cluster.servers(), before);

    queries_change_nothing(&cluster).await;
    equal_presses_are_one_run(&grafana).await;
    labels_reach_prometheus_intact(&grafana).await;
    no_secret_is_anywhere(&cluster).await;
}

async fn callers(grafana: &Grafana, knocks: &mut Knocks) {
    let anybody = [
        ("role None", User::Is("no", "None"), (403, "auth_forbidden")),
        ("unknown role", User::Is("odd", "Owner"), (403, "auth_forbidden")),
        ("empty login", User::Is("", "Admin"), (403, "auth_anonymous")),
        ("no user", User::Nobody, (403, "auth_anonymous")),
        ("public dashboard", User::Is("service", "Admin"), (403, "auth_anonymous")),
        ("alert rule", User::Is("grafana_scheduler", "Admin"), (403, "auth_anonymous")),
    ];
    for (what, user, refusal) in anybody {
        let answer = grafana.post(user, "actions/return-node/run", &return_node()).await;
        knocks.expect(what, &answer, refusal);
    }
    for action in ["return-node", "set-weight", "drain-node", "call-node-api"] {
        let target = if action == "call-node-api" { "node-api/workers" } else { "node/web-2" };
        let params = match action {
            "set-weight" => json!({ "weight": 10 }),
            "call-node-api" => json!({ "text": "hello" }),
            _ => json!({}),
        };
        let body = json!({ "target": target, "params": params, "reason": "because" });
        let answer = grafana.post(VIEWER, &format!("actions/{action}/run"), &body).await;
        knocks.expect(&format!("Viewer runs {action}"), &answer, (403, "auth_forbidden"));
    }
    let forged = grafana.resource(VIEWER, "POST", "actions/return-node/run");
    let forged = forged.header("X-Grafana-User", "admin").header("X-Grafana-Org-Id", "1");
    let forged = forged.header("X-Grafana-Id", "e30.e30.e30").header("X-WEBAUTH-USER", "admin");
    let forged = forged.header("Content-Type", "application/json").body(return_node().to_string());
    let answer = Answer::of(forged.send().await.unwrap()).await;
    knocks.expect("forged X-Grafana-User", &answer, (403, "auth_forbidden"));
    let side = "/api/plugins/leverframe-operations-datasource/resources/actions/return-node/run";
    let side = grafana.request(EDITOR, "POST", side).header("Content-Type", "application/json");
    let answer = Answer::of(side.body(return_node().to_string()).send().await.unwrap()).await;
    knocks.expect("no instance settings", &answer, (404, "not_found"));
    let stop = grafana.post(EDITOR, "stop", &json!({ "stopped": true, "reason": "x" })).await;
    knocks.expect("stop without the role", &stop, (403, "auth_forbidden"));
}

async fn paths(grafana: &Grafana, knocks: &mut Knocks) {
    for path in [
        "actions/return-node/run",
        "actions/return-node/plan",
        "runs/0190b9a4-6f4e-7000-8000-000000000000/cancel",
        "actions/..%2freturn-node/run",
        "actions/%2e%2e/run",
        "metrics",
        "sd/workers",
        "audit",
        "..%2f..%2fapi%2fv1%2factions",
        "actions%2f%2freturn-node",
        "openapi.json",
    ] {
        let answer = grafana.get(EDITOR, path).await;
        knocks.expect(&format!("GET {path}"), &answer, (404, "not_found"));
    }
    for path in ["actions/%2e%2e%2frun", "actions/return-node/run/x", "actions//run", "runs"] {
        let answer = grafana.post(EDITOR, path, &return_node()).await;
        knocks.expect(&format!("POST {path}"), &answer, (404, "not_found"));
    }
    let unknown = grafana.post(EDITOR, "actions/no-such/run", &return_node()).await;
    knocks.expect("unknown action", &unknown, (404, "not_found"));
    let absent = json!({ "target": "node/web-99" });
    let answer = grafana.post(EDITOR, "actions/return-node/run", &absent).await;
    knocks.expect("unknown target", &answer, (404, "not_found"));
    let query = grafana.post(EDITOR, "actions/return-node/run?role=Admin", &return_node()).await;
    knocks.expect("another query parameter", &query, (400, "invalid_params"));
}

async fn bodies(grafana: &Grafana, knocks: &mut Knocks) {
    let shapes = [
        ("unknown field", json!({ "target": "node/web-2", "force": true }), "invalid_body", ""),
        ("wrong type", json!({ "target": 7 }), "invalid_body", "/target"),
        ("odd target", json!({ "target": "node/.." }), "invalid_body", "/target"),
        ("wrong reason", json!({ "target": "node/web-2", "reason": 1 }), "invalid_body", "/reason"),
        ("no target", json!({}), "invalid_body", ""),
        ("break glass", json!({ "target": "node/web-2", "break_glass": {} }), "not_available", ""),
        (
            "unknown parameter",
            json!({ "target": "node/web-2", "params": { "x": 1 } }),
            "invalid_params",
            "",
        ),
    ];
    for (what, body, code, pointer) in shapes {
        let answer = grafana.post(EDITOR, "actions/return-node/run", &body).await;
        knocks.expect(what, &answer, (400, code));
        if !pointer.is_empty() && answer.json["pointer"] != pointer {
            knocks.faults.push(format!("{what}: no pointer {pointer}: {}", answer.text));
        }
    }
    let weight = json!({ "target": "node/web-2", "params": { "weight": 1000 } });
    let answer = grafana.post(EDITOR, "actions/set-weight/run", &weight).await;
    knocks.expect("schema breach", &answer, (400, "invalid_params"));
    let high = json!({ "target": "node/web-2", "reason": "because" });
    let answer = grafana.post(EDITOR, "actions/drain-node/run", &high).await;
    knocks.expect("high risk without a plan", &answer, (409, "plan_required"));

    let send = |text: String, kind: &'static str| {
        let request = grafana.resource(EDITOR, "POST", "actions/return-node/run");
        let request = request.header("Content-Type", kind).body(text);
        async move { Answer::of(request.send().await.unwrap()).await }
    };
    let json = "application/json";
    let answer = send("{\"target\":\n  \"node/web-2\",}".to_owned(), json).await;
    knocks.expect("JSON-like text", &answer, (400, "invalid_json"));
    if answer.json["line"] != 2 || !answer.json["column"].is_u64() {
        knocks.faults.push(format!("JSON-like text: no position: {}", answer.text));
    }
    let answer = send("{'target': 'node/web-2'}".to_owned(), json).await;
    knocks.expect("single quotes", &answer, (400, "invalid_json"));
    let long = format!("{{\"target\":\"node/web-2\",\"reason\":\"{}\"}}", "x".repeat(1 << 20));
    knocks.expect("1 MiB body", &send(long, json).await, (413, "too_large"));
    let text = send(return_node().to_string(), "text/plain").await;
    knocks.expect("text/plain", &text, (415, "media_type"));
}

async fn assertions(service: &Service, key: &str, knocks: &mut Knocks) {
    let path = "/api/v1/actions/return-node/run";
    let body = return_node().to_string();
    let now = SystemClock.now();
    let good = || claims(&service.url, path, &body, now);
    let refused = (401, "auth_assertion");

    let at = |iat: i64, exp: i64| Claims { iat, exp, ..good() };
    let (iat, exp) = (good().iat, good().exp);
    let audience = Claims { aud: "http://elsewhere:1".to_owned(), ..good() };
    let method = Claims { htm: "GET".to_owned(), ..good() };
    let other_path = Claims { htu: "/api/v1/actions/set-weight/run".to_owned(), ..good() };
    for (what, claims) in [
        ("expired", at(iat - 120, exp - 120)),
        ("too long-lived", at(iat, iat + 3600)),
        ("issued in the future", at(iat + 60, exp + 60)),
        ("wrong audience", audience),
        ("wrong method", method),
        ("wrong path", other_path),
    ] {
        knocks.expect(what, &service.post_as(path, &sign(key, &claims), &body).await, refused);
    }
    let other = json!({ "target": "node/web-3" }).to_string();
    knocks.expect("wrong body", &service.post_as(path, &sign(key, &good()), &other).await, refused);
    let foreign = sign(&"0".repeat(64), &good());
    knocks.expect("foreign key", &service.post_as(path, &foreign, &body).await, refused);
    let signed = sign(key, &good());
    let unsigned = format!("{}.", signed.rsplit_once('.').unwrap().0);
    knocks.expect("no signature", &service.post_as(path, &unsigned, &body).await, refused);
    let token = service.post_as(path, "lf_0000_0000", &body).await;
    knocks.expect("unknown token", &token, (401, "auth_token"));

    let signed = sign(key, &good());
    let first = service.post_as(path, &signed, &body).await;
    if first.status.as_u16() != 202 {
        knocks.faults.push(format!("a good assertion: {} {}", first.status, first.text));
    }
    knocks.expect("replayed", &service.post_as(path, &signed, &body).await, refused);
}

async fn hosts(service: &Service, knocks: &mut Knocks) {
    let request = leverframe_tests::grafana::client().get(format!("{}/api/v1/runs", service.url));
    let answer = Answer::of(request.header("Host", "evil.example").send().await.unwrap()).await;
    knocks.count += 1;
    if !answer.status.is_client_error() {
        knocks.faults.push(format!("foreign Host: {} {}", answer.status, answer.text));
    }
}

/// A thousand random queries, well-formed or not: every table of the store stays as it is.
async fn queries_change_nothing(cluster: &Cluster) {
    let (grafana, service) = (cluster.grafana(), cluster.service());
    until("the open run to end", Duration::from_mins(1), || async {
        let open = service.executions().await.iter().any(|run| run["ended"].is_null());
        (!open).then_some(())
    })
    .await;
    let (runs, servers) = (service.executions().await, cluster.servers());
    let events = store_of(cluster).count_events();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..1000 {
        let queries: Vec<_> = (0..2).map(|_| random.query()).collect();
        let answer = grafana.query(random.user(), &queries).await;
        assert!(answer.json["results"].is_object(), "{}", answer.text);
    }
    assert_eq!(service.executions().await, runs);
    assert_eq!(cluster.servers(), servers);
    assert_eq!(store_of(cluster).count_events(), events);
}

fn store_of(cluster: &Cluster) -> StoreFile {
    StoreFile::open(&cluster.data)
}

/// A small generator (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn choose<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.next() % of.len() as u64).unwrap()]
    }

    fn user(&mut self) -> User {
        *self.choose(&[
            EDITOR,
            VIEWER,
            User::Nobody,
            User::Is("admin", "Admin"),
            User::Is("", "Admin"),
        ])
    }

    fn query(&mut self) -> Value {
        let kinds = ["promql", "nodes", "runs", "actions", "json", "run", "", "drain-node"];
        let exprs = ["up", "rate(", "1+1", "", "sum(rate(haproxy_server_sessions_total[5s]))"];
        let mut query = json!({
            "queryType": self.choose(&kinds),
            "expr": self.choose(&exprs),
            "instant": self.next().is_multiple_of(2),
            "action": self.choose(&["drain-node", "return-node", ""]),
            "target": self.choose(&["node/web-1", "node/web-2", "pool/web"]),
            "api": "workers",
            "path": self.choose(&["/nodes", "/notes", "/nodes/../notes", "/v1/nodes"]),
            "method": self.choose(&["POST", "DELETE", "GET"]),
            "body": { "id": "web-9" },
            "rows": "$[*]",
        });
        if self.next().is_multiple_of(7) {
            query =
                json!({ "queryType": "run", "actions/drain-node/run": query, "state": [1, {}] });
        }
        query
    }
}

/// A hundred equal presses at once are one run with one id.
async fn equal_presses_are_one_run(grafana: &Grafana) {
    let body = json!({ "target": "node/web-3", "params": { "weight": 50 }, "reason": "test" });
    let presses = (0..100).map(|_| grafana.post(EDITOR, "actions/set-weight/run", &body));
    let answers = futures::future::join_all(presses).await;
    let mut ids = BTreeMap::<String, usize>::new();
    for answer in &answers {
        assert!(matches!(answer.status.as_u16(), 200 | 202), "{}", answer.text);
        *ids.entry(answer.json["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
    let new = answers.iter().filter(|answer| answer.json["deduplicated"] == false).count();
    assert_eq!(new, 1, "one press made the run");
}

/// Label values with quotes and backslashes come back from the real Prometheus as they were asked.
async fn labels_reach_prometheus_intact(grafana: &Grafana) {
    let value = r#"C:\dir "x" {{y}} ünï"#;
    let text = value.replace('\\', r"\\").replace('"', r#"\""#);
    let expr = format!(r#"label_replace(vector(1), "odd", "{text}", "", "")"#);
    let answer = grafana
        .query(VIEWER, &[json!({ "queryType": "promql", "expr": expr, "instant": true })])
        .await;
    let frame = &answer.json["results"]["Q0"]["frames"][0];
    let fields = frame["schema"]["fields"].as_array().expect("fields");
    let label = fields.iter().find_map(|field| field["labels"]["odd"].as_str());
    assert_eq!(label, Some(value), "{}", answer.text);
}

/// The planted secrets are in no log, answer or metric. (That `Debug` shows none is tested in each
/// room.)
async fn no_secret_is_anywhere(cluster: &Cluster) {
    let secrets = [
        cluster.service.key().unwrap(),
        fs::read_to_string(&cluster.service.token_file).unwrap().trim().to_owned(),
    ];
    let mut texts: Vec<(String, String)> = files(&cluster.data.join("logs"))
        .into_iter()
        .map(|file| {
            (
                file.display().to_string(),
                String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned(),
            )
        })
        .collect();
    assert!(texts.len() >= 6, "the logs of every program");
    let (grafana, service) = (cluster.grafana(), cluster.service());
    let health = format!("/api/datasources/uid/{}/health", leverframe_tests::grafana::UID);
    for path in [health.as_str(), "/metrics/plugins/leverframe-operations-datasource"] {
        let answer = Answer::of(grafana.request(VIEWER, "GET", path).send().await.unwrap()).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text);
        texts.push((path.to_owned(), answer.text));
    }
    for path in ["/metrics", "/openapi.json", "/api/v1/runs", "/api/v1/nodes", "/api/v1/actions"] {
        texts.push((path.to_owned(), service.get(path).await.text));
    }
    for (place, text) in &texts {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret stands in {place}");
        }
    }
}
