//! The operations against a real HAProxy, which must be on the PATH.

use std::{os::fd::OwnedFd, os::unix::net, path::Path, process::Stdio, time::Duration};

use jiff::Timestamp;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    process::{Child, Command},
};

use super::*;
use crate::{
    Call, CancelFlag, Target,
    inventory::{HaproxySource, IdFrom, NodeState, Source},
};

/// Starts HAProxy in a folder that holds its configuration. It inherits a socket that listens
/// already, so a question asked at once is only answered later; on a busy machine it is repeated.
async fn launch(dir: &Path) -> Child {
    let admin = dir.join("admin");
    std::fs::remove_file(&admin).ok();
    let listening: OwnedFd = net::UnixListener::bind(&admin).unwrap().into();
    let child = Command::new("haproxy")
        .args(["-db", "-f"])
        .arg(dir.join("cfg"))
        .stdin(Stdio::from(listening))
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let child = child.expect("haproxy must be on the PATH: `cargo xtask test` installs it");
    let haproxy = Haproxy::new("lb", Address::Unix(admin));
    let up = async { while haproxy.pid().await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(20), up).await.unwrap();
    child
}

/// A HAProxy with a backend of three servers, of which `web-1` is this test; and the inventory.
struct Fixture {
    dir: TempDir,
    inventory: Arc<Inventory>,
    worker: UnixListener,
    child: Child,
}

impl Fixture {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        let config = format!(
            "global\n  stats socket fd@0 level admin\n\
             defaults\n  mode http\n  timeout connect 1s\n  timeout client 9s\n  timeout server 9s\n\
             frontend fe\n  bind unix@{}\n  default_backend web\n\
             backend web\n  server web-1 unix@{} weight 100\n\
             \x20 server web-2 127.0.0.1:9 weight 100\n  server web-3 127.0.0.1:9 weight 100\n",
            at("front"),
            at("worker")
        );
        std::fs::write(at("cfg"), config).unwrap();
        let worker = UnixListener::bind(at("worker")).unwrap();
        let haproxy = Arc::new(Haproxy::new("lb", Address::Unix(at("admin").into())));
        let backends = [("web".to_owned(), "web".to_owned())].into();
        let source = HaproxySource { haproxy, backends, id_from: IdFrom::Server };
        let inventory = Arc::new(Inventory::new(vec![Source::Haproxy(source)]).unwrap());
        let child = launch(dir.path()).await;
        let fixture = Self { dir, inventory, worker, child };
        fixture.poll(1).await;
        fixture
    }

    async fn poll(&self, second: i64) {
        self.inventory.poll(Timestamp::from_second(second).unwrap()).await;
    }

    /// Opens a request that `web-1` has received, and returns both ends of it.
    async fn open_request(&self) -> (UnixStream, UnixStream) {
        let mut client = UnixStream::connect(self.dir.path().join("front")).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let (mut worker, _) = self.worker.accept().await.unwrap();
        assert!(worker.read(&mut [0; 512]).await.unwrap() > 0);
        (client, worker)
    }
}

fn call(operation: &str, node: &str, args: Value) -> Call {
    Call {
        operation: operation.to_owned(),
        target: Target::node(node),
        args,
        effect_key: "run-1-1".to_owned(),
    }
}

/// Does one call as the engine does: observe, apply, observe, judge. Returns its inverse.
async fn press(operation: &dyn Operation, call: &Call) -> (Sent, Verdict, Option<Call>) {
    let before = operation.observe(call).await.unwrap();
    let inverse = operation.inverse(call, &before);
    let sent = operation.apply(call, &before, &CancelFlag::new()).await;
    let now = operation.observe(call).await.unwrap();
    (sent, operation.judge(call, &before, &now), inverse)
}

#[tokio::test]
async fn drain_maint_and_ready_are_done_and_their_inverse_restores_what_was() {
    let fixture = Fixture::start().await;
    let operation = SetState::new(Arc::clone(&fixture.inventory));
    for (second, state, seen) in [
        (2, "drain", NodeState::Draining),
        (3, "maint", NodeState::Maintenance),
        (4, "ready", NodeState::Ready),
    ] {
        let call = call("haproxy.set_state", "web-2", json!({ "state": state }));
        let before = operation.observe(&call).await.unwrap();
        let changes = operation.changes(&call, &before);
        assert_eq!((changes.len(), &changes[0].to), (1, &json!(state)));
        let (sent, verdict, inverse) = press(&operation, &call).await;
        assert_eq!((sent, verdict), (Sent::Done { reply: String::new() }, Verdict::Done));
        let inverse = inverse.unwrap();
        assert_eq!(inverse.args["state"], before["state"]);
        assert_ne!(inverse.effect_key, call.effect_key);
        assert!(operation.changes(&call, &operation.observe(&call).await.unwrap()).is_empty());
        fixture.poll(second).await;
        let snapshot = fixture.inventory.last().unwrap();
        assert_eq!(snapshot.node("web-2").unwrap().state, seen);
        let since = Timestamp::from_second(second).unwrap();
        assert_eq!(snapshot.node("web-2").unwrap().state_since, Some(since));
        assert_eq!(snapshot.node("web-3").unwrap().state_since, None);
    }
}

#[tokio::test]
async fn a_weight_is_set_and_put_back() {
    let fixture = Fixture::start().await;
    let operation = SetWeight::new(Arc::clone(&fixture.inventory));
    let call = call("haproxy.set_weight", "web-1", json!({ "weight": 30 }));
    let (sent, verdict, inverse) = press(&operation, &call).await;
    assert_eq!((sent, verdict), (Sent::Done { reply: String::new() }, Verdict::Done));
    let (_, verdict, _) = press(&operation, &inverse.unwrap()).await;
    assert_eq!(verdict, Verdict::Done);
    assert_eq!(operation.observe(&call).await.unwrap()["weight"], 100);
}

#[tokio::test]
async fn a_crowd_waits_for_its_turn_instead_of_failing() {
    let fixture = Fixture::start().await;
    let place = fixture.inventory.place(&Target::node("web-1")).unwrap();
    let looks = (0..300).map(|_| place.haproxy.servers("web"));
    for servers in futures::future::join_all(looks).await {
        assert_eq!(servers.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn words_of_haproxy_are_a_failure_with_its_words_as_proof() {
    let fixture = Fixture::start().await;
    let place = fixture.inventory.place(&Target::node("web-1")).unwrap();
    let stop = CancelFlag::new();
    for (backend, server, weight, words) in [
        ("web", "web-9", 1, "No such server."),
        ("nope", "web-1", 1, "No such backend."),
        ("web", "web-1", 257, "Absolute weight can only be between 0 and 256 inclusive."),
    ] {
        let server = ServerName::new(backend, server).unwrap();
        let sent = place.haproxy.set_weight(&server, weight, &stop).await;
        assert_eq!(sent, Sent::Failed { proof: words.to_owned(), retry: false });
    }
    let refused = place.haproxy.servers("nope").await.unwrap_err();
    assert_eq!(refused.to_string(), "lb refused: Can't find backend.");
    let unknown = SetState::new(Arc::clone(&fixture.inventory));
    let call = call("haproxy.set_state", "web-9", json!({ "state": "drain" }));
    assert!(matches!(unknown.observe(&call).await, Err(Error::UnknownTarget { .. })));
    let sent = unknown.apply(&call, &json!(null), &stop).await;
    assert!(matches!(sent, Sent::Failed { retry: false, .. }), "{sent:?}");
}

#[tokio::test]
async fn an_open_request_is_waited_for_and_ends_with_its_answer() {
    let fixture = Fixture::start().await;
    let state = SetState::new(Arc::clone(&fixture.inventory));
    for node in ["web-2", "web-3"] {
        press(&state, &call("haproxy.set_state", node, json!({ "state": "maint" }))).await;
    }
    let (mut client, mut worker) = fixture.open_request().await;
    press(&state, &call("haproxy.set_state", "web-1", json!({ "state": "drain" }))).await;

    let idle = WaitIdle::new(Arc::clone(&fixture.inventory));
    let wait =
        |seconds: u64| call("haproxy.wait_idle", "web-1", json!({"timeout_seconds": seconds}));
    let sent = idle.apply(&wait(1), &json!(null), &CancelFlag::new()).await;
    assert_eq!(sent, Sent::Failed { proof: "still has 1 sessions".to_owned(), retry: false });

    let stop = CancelFlag::new();
    let waiting = wait(600);
    let (sent, ()) = tokio::join!(idle.apply(&waiting, &json!(null), &stop), async {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    assert_eq!(sent, Sent::Failed { proof: "stopped while waiting".to_owned(), retry: false });

    let answer = async {
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
        worker.write_all(text.as_bytes()).await.unwrap();
        worker.shutdown().await.unwrap();
        let mut head = [0; 15];
        client.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 200 OK");
    };
    let waiting = wait(60);
    let stop = CancelFlag::new();
    let (sent, ()) = tokio::join!(idle.apply(&waiting, &json!(null), &stop), answer);
    assert_eq!(sent, Sent::Done { reply: "no sessions".to_owned() });
    assert_eq!(idle.observe(&waiting).await.unwrap(), json!({ "sessions": 0 }));
}

#[tokio::test]
async fn a_killed_haproxy_proves_that_nothing_was_sent_and_a_new_one_voids_what_was_seen() {
    let mut fixture = Fixture::start().await;
    let operation = SetState::new(Arc::clone(&fixture.inventory));
    let maint = call("haproxy.set_state", "web-2", json!({ "state": "maint" }));
    press(&operation, &call("haproxy.set_state", "web-2", json!({ "state": "drain" }))).await;
    let before = operation.observe(&maint).await.unwrap();

    fixture.child.kill().await.unwrap();
    let sent = operation.apply(&maint, &before, &CancelFlag::new()).await;
    assert!(matches!(sent, Sent::Failed { retry: true, .. }), "{sent:?}");
    assert!(matches!(operation.observe(&maint).await, Err(Error::Unreachable { .. })));

    fixture.child = launch(fixture.dir.path()).await;
    let now = operation.observe(&maint).await.unwrap();
    assert_eq!((&now["state"], now["pid"] == before["pid"]), (&json!("ready"), false));
    assert_eq!(operation.judge(&maint, &before, &now), Verdict::Foreign);
}

#[tokio::test]
async fn arguments_that_were_rendered_wrong_fail_before_anything_is_looked_at() {
    let fixture = Fixture::start().await;
    let state = SetState::new(Arc::clone(&fixture.inventory));
    let weight = SetWeight::new(Arc::clone(&fixture.inventory));
    let idle = WaitIdle::new(Arc::clone(&fixture.inventory));
    let cases: [(&dyn Operation, Value); 3] = [
        (&state, json!({ "state": "{{" })),
        (&weight, json!({ "weight": "{{" })),
        (&idle, json!({ "timeout_seconds": "{{" })),
    ];
    for (operation, args) in cases {
        let call = call(operation.name(), "web-1", args);
        assert!(matches!(operation.observe(&call).await, Err(Error::BadArgs(_))));
        let sent = operation.apply(&call, &json!(null), &CancelFlag::new()).await;
        assert!(matches!(sent, Sent::Failed { retry: false, .. }), "{sent:?}");
    }
}
