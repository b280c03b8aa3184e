//! The service dies in the middle of a drain and comes back: what it then says is true. While it
//! cannot be sure of its nodes, Prometheus keeps the targets it has.

use std::{collections::BTreeSet, time::Duration};

use leverframe_tests::{
    cluster::{Cluster, until},
    grafana::client,
    service::Service,
    store_file::StoreFile,
};
use serde_json::{Value, json};

const END_LIMIT: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_killed_service_comes_back_to_the_truth_and_prometheus_keeps_its_targets() {
    let mut cluster = Cluster::start();
    // A node each, so that nobody waits for a cool-down.
    for (node, seq) in [("web-1", 2), ("web-2", 4), ("web-3", 6)] {
        drain_killed_at(&mut cluster, node, seq).await;
    }
    targets_survive_doubt(&mut cluster).await;
}

/// Kills the service when the drain's log has `seq` events, starts it again, and follows the run to
/// its end.
async fn drain_killed_at(cluster: &mut Cluster, node: &str, seq: u64) {
    let service = cluster.service();
    let slow = hold_a_request_open(cluster);
    let id = press(&service, "drain-node", node, &json!({ "wait_seconds": 30 })).await;
    let path = format!("/api/v1/runs/{id}");
    until("the drain to get going", END_LIMIT, || async {
        let run = service.get(&path).await.json;
        (run["seq"].as_u64() >= Some(seq)).then_some(())
    })
    .await;

    cluster.crash_service();
    let service = cluster.service();
    let run = ended(&service, &path).await;

    let state = run["state"].as_str().unwrap();
    let server = cluster.haproxy.state_of(node).unwrap();
    match state {
        "succeeded" => assert!(server.contains("MAINT"), "{server}: {run}"),
        "undone" | "cancelled" => assert!(server.contains("UP"), "{server}: {run}"),
        other => panic!("killed at {seq}, it ended {other} with {server}: {run}"),
    }
    let sent: BTreeSet<_> =
        run["steps"].as_array().unwrap().iter().map(|s| s["n"].as_u64()).collect();
    assert_eq!(sent.len(), run["steps"].as_array().unwrap().len(), "no step twice: {run}");
    let folded = StoreFile::open(&cluster.data).fold(&id);
    assert_eq!(serde_json::to_value(folded.state).unwrap(), run["state"], "shown is the fold");
    assert_eq!(json!(folded.seq), run["seq"], "shown is the fold");
    assert_eq!(slow.await.unwrap(), 200, "a request that ran during the drain");

    let id = press(&service, "return-node", node, &json!({})).await;
    let run = ended(&service, &format!("/api/v1/runs/{id}")).await;
    assert_eq!(run["state"], "succeeded", "{run}");
}

/// Sends requests that take a while to the balancer, so that one of them is open on every node.
fn hold_a_request_open(cluster: &Cluster) -> tokio::task::JoinHandle<u16> {
    let url = format!("{}/work?ms=3000", cluster.haproxy.url);
    let many = async move {
        let client = client();
        let asked = (0..12).map(|_| client.get(&url).send());
        let answers = futures::future::join_all(asked).await;
        let worst = answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).max();
        worst.unwrap()
    };
    #[expect(clippy::disallowed_methods, reason = "the test awaits it")]
    tokio::spawn(many)
}

/// Plans and runs an action as soon as its guards allow it; returns the
/// run's id.
async fn press(service: &Service, action: &str, node: &str, params: &Value) -> String {
    let path = format!("/api/v1/actions/{action}");
    until(&format!("{action} to be accepted"), END_LIMIT, || async {
        let target = format!("node/{node}");
        let mut body = json!({ "target": target, "params": params, "reason": "a test" });
        let plan = service.post(&format!("{path}/plan"), &body).await;
        assert_eq!(plan.status.as_u16(), 200, "{}", plan.text);
        body["plan_hash"] = plan.json["hash"].clone();
        let answer = service.post(&format!("{path}/run"), &body).await;
        // 200 is the last press once more, while its end is less than 5 s ago.
        assert!(matches!(answer.status.as_u16(), 200 | 202 | 409 | 429 | 503), "{}", answer.text);
        (answer.status == 202).then(|| answer.json["id"].as_str().unwrap().to_owned())
    })
    .await
}

async fn ended(service: &Service, path: &str) -> Value {
    until("the run to end", END_LIMIT, || async {
        let run = service.get(path).await.json;
        (!run["ended"].is_null()).then_some(run)
    })
    .await
}

/// Without HAProxy a restarted service has no complete list: it answers 503, and no target is lost.
async fn targets_survive_doubt(cluster: &mut Cluster) {
    let prometheus = cluster.prometheus.url.clone();
    let nodes = cluster.nodes.len();
    assert_eq!(worker_targets(&prometheus).await, nodes, "found only through /sd/workers");
    cluster.haproxy.kill().unwrap();
    cluster.crash_service();
    let sd = format!("{}/sd/workers", cluster.service.url);
    let polls = polls(&prometheus).await;
    until("Prometheus to poll several times", END_LIMIT, || async {
        let answer = client().get(&sd).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 503);
        (self::polls(&prometheus).await >= polls + 3.0).then_some(())
    })
    .await;
    assert_eq!(worker_targets(&prometheus).await, nodes, "no target is lost while nothing is sure");
}

/// Counts the active targets whose discovery came from us.
async fn worker_targets(prometheus: &str) -> usize {
    let url = format!("{prometheus}/api/v1/targets?state=active");
    let text = client().get(url).send().await.unwrap().text().await.unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    let targets = answer["data"]["activeTargets"].as_array().unwrap();
    let found = |target: &&Value| !target["discoveredLabels"]["__meta_leverframe_node"].is_null();
    targets.iter().filter(found).count()
}

/// How often Prometheus has failed to read a discovery, by its own count.
async fn polls(prometheus: &str) -> f64 {
    let text = client().get(format!("{prometheus}/metrics")).send().await.unwrap().text().await;
    let text = text.unwrap();
    let lines = text.lines().filter(|line| line.starts_with("prometheus_sd_http_failures_total"));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
