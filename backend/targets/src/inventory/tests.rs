//! Tests of the inventory: merging, mapping, and what a failed source does.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UnixListener},
    sync::watch,
    task::JoinSet,
};

use super::*;
use crate::{Address, Haproxy, NodeApi, NodeApiSettings};

/// A node API and a HAProxy whose answers the test sets; without an answer they hang up.
struct World {
    api: watch::Sender<Option<String>>,
    servers: watch::Sender<Option<String>>,
    inventory: Inventory,
    _dir: tempfile::TempDir,
    _tasks: JoinSet<()>,
}

/// A row of HAProxy: name, admin bits, operational state, weight, sessions.
type Row = (&'static str, u32, u32, u32, u64);

fn show(rows: &[Row]) -> String {
    let line = |(name, admin, running, weight, sessions): &Row| {
        format!(
            "{name} {admin} {running} {weight} {sessions}
"
        )
    };
    rows.iter().map(line).collect()
}

/// Plays `show servers state` and `show stat` from lines of [`show`].
fn answer(command: &str, rows: &str) -> String {
    let rows = rows.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    if command.starts_with("show stat ") {
        let rows = rows.map(|r| format!("web,{},0,{},UP,\n", r[0], r[4]));
        return format!("# pxname,svname,qcur,scur,status,\n{}\n", rows.collect::<String>());
    }
    let rows = rows.map(|r| format!("web {} 10.0.0.9 {} {} {} 80\n", r[0], r[2], r[1], r[3]));
    let head = "be_name srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port";
    format!("1\n# {head}\n{}\n", rows.collect::<String>())
}

/// Plays HAProxy with the rows that are told; without any it hangs up.
async fn balance(sockets: UnixListener, rows: watch::Receiver<Option<String>>) {
    loop {
        let (mut stream, _) = sockets.accept().await.unwrap();
        let mut command = [0; 256];
        let length = stream.read(&mut command).await.unwrap();
        let command = String::from_utf8_lossy(&command[..length]).into_owned();
        let Some(rows) = rows.borrow().clone() else { continue };
        stream.write_all(answer(&command, &rows).as_bytes()).await.unwrap();
    }
}

fn balancer(name: &str, socket: std::path::PathBuf) -> HaproxySource {
    HaproxySource {
        haproxy: Arc::new(Haproxy::new(name, Address::Unix(socket))),
        backends: [("web".to_owned(), "web".to_owned())].into(),
        id_from: IdFrom::Server,
    }
}

impl World {
    async fn new(rules: &MappingRules, file: Vec<FileNode>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lb");
        let sockets = UnixListener::bind(&path).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (api, api_says) = watch::channel(Some("[]".to_owned()));
        let (servers, servers_say) = watch::channel(Some(show(&[])));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
                let Some(body) = api_says.borrow().clone() else { continue };
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).await.unwrap();
            }
        });
        tasks.spawn(balance(sockets, servers_say));
        let settings = NodeApiSettings { name: "host".to_owned(), url, token: None };
        let haproxy = balancer("lb", path);
        let api_source = NodeApiSource {
            api: Arc::new(NodeApi::new(settings).unwrap()),
            path: "/nodes".to_owned(),
            mapping: Mapping::new(rules).unwrap(),
            pool: Some("spare".to_owned()),
        };
        let file = FileSource { name: "file".to_owned(), nodes: file };
        let sources = vec![
            Source::Haproxy(haproxy),
            Source::NodeApi(Box::new(api_source)),
            Source::File(file),
        ];
        let inventory = Inventory::new(sources).unwrap();
        Self { api, servers, inventory, _dir: dir, _tasks: tasks }
    }

    fn set(&self, api: impl Into<Option<Value>>, servers: impl Into<Option<String>>) {
        self.api.send_replace(api.into().map(|value| value.to_string()));
        self.servers.send_replace(servers.into());
    }

    async fn poll(&self, second: i64) -> Result<Arc<Snapshot>, Unsure> {
        self.inventory.poll(at(second)).await;
        self.inventory.fresh(at(second))
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn classic(nodes: &[(&str, &str)]) -> Value {
    let row = |(id, status): &(&str, &str)| json!({ "Node_id": id, "Node_ip": "127.0.0.1:81", "status": status });
    nodes.iter().map(row).collect()
}

#[tokio::test]
async fn sources_are_merged_by_id_and_each_is_believed_in_what_it_knows() {
    let written = FileNode {
        id: "web-1".to_owned(),
        name: Some("Web 1".to_owned()),
        address: Some("file:1".to_owned()),
        pool: Some("file".to_owned()),
        labels: [("zone".to_owned(), "a".to_owned())].into(),
        ..FileNode::default()
    };
    let world = World::new(&MappingRules::default(), vec![written]).await;
    world.set(
        classic(&[("web-1", "running"), ("web-2", "running")]),
        show(&[("web-1", 8, 2, 50, 3)]),
    );
    let snapshot = world.poll(7).await.unwrap();
    let node = snapshot.node("web-1").unwrap();
    assert_eq!(
        *node,
        Node {
            id: "web-1".to_owned(),
            name: "Web 1".to_owned(),
            address: Some("127.0.0.1:81".to_owned()),
            pool: Some("web".to_owned()),
            state: NodeState::Draining,
            state_since: None,
            weight: Some(50),
            sessions: Some(3),
            labels: [("zone".to_owned(), "a".to_owned())].into(),
            source: ["lb", "host", "file"].map(str::to_owned).into(),
            observed_at: at(7),
        }
    );
    let other = snapshot.node("web-2").unwrap();
    assert_eq!((other.name.as_str(), other.pool.as_deref()), ("web-2", Some("spare")));
    assert_eq!((other.state, other.weight), (NodeState::Ready, None));
    assert_eq!(snapshot.pool("web").count(), 1);
    assert!(world.inventory.place(&Target::node("web-1")).is_ok());
    for target in [Target::node("web-2"), Target::new("pool", "web-1")] {
        let unknown = world.inventory.place(&target).unwrap_err();
        assert!(matches!(unknown, Error::UnknownTarget { .. }), "{unknown}");
    }
}

#[tokio::test]
async fn a_state_comes_from_the_balancer_unless_somebody_says_down() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    for (api, admin, running, weight, want) in [
        ("running", 0, 2, 100, NodeState::Ready),
        ("whatever", 0, 2, 100, NodeState::Ready),
        ("draining", 0, 2, 100, NodeState::Ready),
        ("running", 8, 2, 100, NodeState::Draining),
        ("running", 0, 2, 0, NodeState::Draining),
        ("running", 1, 0, 100, NodeState::Maintenance),
        ("running", 0, 0, 100, NodeState::Down),
        ("running", 8, 0, 100, NodeState::Down),
        ("stopped", 0, 2, 100, NodeState::Down),
        ("Offline", 1, 0, 100, NodeState::Down),
    ] {
        world.set(classic(&[("a", api)]), show(&[("a", admin, running, weight, 0)]));
        let state = world.poll(1).await.unwrap().node("a").unwrap().state;
        assert_eq!(state, want, "{api} {admin} {running} {weight}");
    }
}

#[tokio::test]
async fn a_state_keeps_its_time_until_it_changes() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    for (second, admin, since) in
        [(1, 0, None), (2, 0, None), (3, 8, Some(3)), (4, 8, Some(3)), (5, 0, Some(5))]
    {
        world.set(classic(&[]), show(&[("a", admin, 2, 100, 0)]));
        let snapshot = world.poll(second).await.unwrap();
        assert_eq!(snapshot.node("a").unwrap().state_since, since.map(at), "{second}");
        assert_eq!(snapshot.node("a").unwrap().observed_at, at(second));
    }
}

#[tokio::test]
async fn a_failed_source_makes_all_unsure_and_the_last_complete_picture_is_kept() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    assert_eq!(world.inventory.fresh(at(0)).unwrap_err().since, None);
    world.set(classic(&[("a", "running")]), show(&[("b", 0, 2, 1, 0)]));
    assert_eq!(world.poll(1).await.unwrap().nodes.len(), 2);

    world.set(None, show(&[]));
    let unsure = world.poll(2).await.unwrap_err();
    assert!(unsure.why.starts_with("host: "), "{}", unsure.why);
    assert_eq!((unsure.since, world.poll(3).await.unwrap_err().since), (Some(at(2)), Some(at(2))));
    let kept = world.inventory.last().unwrap();
    assert_eq!((kept.nodes.len(), kept.observed_at), (2, at(1)));
    let health = world.inventory.health();
    let of = |n: usize| (health[n].name.as_str(), health[n].read_at, health[n].error.is_some());
    assert_eq!([of(0), of(1)], [("lb", Some(at(3)), false), ("host", Some(at(1)), true)]);

    world.set(classic(&[("a", "running")]), None);
    assert!(world.poll(4).await.unwrap_err().why.starts_with("lb: "));
    world.set(classic(&[("a", "running")]), show(&[("b", 0, 2, 1, 0)]));
    assert!(world.poll(5).await.is_ok());
}

#[tokio::test]
async fn a_server_is_found_while_another_source_or_its_own_is_away() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    let found = || world.inventory.place(&Target::node("b")).is_ok();
    world.set(None, show(&[("b", 0, 2, 1, 0)]));
    world.poll(1).await.unwrap_err();
    assert!(found());
    world.set(None, None);
    world.poll(2).await.unwrap_err();
    assert!(found());
    world.set(None, show(&[]));
    world.poll(3).await.unwrap_err();
    assert!(!found());
}

#[tokio::test]
async fn a_server_in_two_balancers_is_unsure_and_never_chosen_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    let mut tasks = JoinSet::new();
    let mut lb = |name: &str| {
        let path = dir.path().join(name);
        let (rows, say) = watch::channel(Some(show(&[])));
        tasks.spawn(balance(UnixListener::bind(&path).unwrap(), say));
        (rows, Source::Haproxy(balancer(name, path)))
    };
    let ((a, lb_a), (b, lb_b)) = (lb("lb-a"), lb("lb-b"));
    let inventory = Inventory::new(vec![lb_a, lb_b]).unwrap();
    let place = |id: &str| inventory.place(&Target::node(id));
    let row = |name| -> Row { (name, 0, 2, 1, 0) };
    a.send_replace(Some(show(&[row("one"), row("two")])));
    b.send_replace(Some(show(&[row("three")])));
    inventory.poll(at(1)).await;
    assert_eq!(inventory.fresh(at(1)).unwrap().nodes.len(), 3);

    b.send_replace(Some(show(&[row("two"), row("three")])));
    inventory.poll(at(2)).await;
    let unsure = inventory.fresh(at(2)).unwrap_err();
    assert_eq!(unsure.why, "the node two is found in lb-a and lb-b; use id_from");
    assert_eq!(unsure.since, Some(at(2)));
    assert_eq!(inventory.last().unwrap().observed_at, at(1), "the last sure picture stays");
    assert!(matches!(place("two").unwrap_err(), Error::Ambiguous { .. }));
    assert_eq!(place("one").unwrap().haproxy.name(), "lb-a");

    // That one of them is away now does not make the other one right.
    a.send_replace(None);
    inventory.poll(at(3)).await;
    let unsure = inventory.fresh(at(3)).unwrap_err();
    assert!(unsure.why.starts_with("lb-a: ") && unsure.why.contains("use id_from"), "{unsure}");
    assert!(matches!(place("two").unwrap_err(), Error::Ambiguous { .. }));

    a.send_replace(Some(show(&[row("one")])));
    inventory.poll(at(4)).await;
    assert_eq!(inventory.fresh(at(4)).unwrap().nodes.len(), 3);
    assert_eq!(place("two").unwrap().haproxy.name(), "lb-b");
}

#[tokio::test]
async fn an_old_snapshot_is_not_sure() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    world.poll(100).await.unwrap();
    let limit = i64::try_from(limits::INVENTORY_FRESH_FOR.as_secs()).unwrap();
    assert!(world.inventory.fresh(at(100 + limit)).is_ok());
    let unsure = world.inventory.fresh(at(101 + limit)).unwrap_err();
    assert_eq!(unsure.since, Some(at(100)));
}

#[tokio::test]
async fn another_shape_is_read_by_a_mapping() {
    let rules = json!({
        "rows": "$.result.nodes", "id": "$.uuid", "address": "$.net.addr", "state": "$.phase",
        "name": "$.title", "pool": "$.group", "labels": { "rack": "$.tags.rack", "x": "$.none" },
        "states": { "3": "maintenance", "running": "down" },
    });
    let world = World::new(&serde_json::from_value(rules).unwrap(), Vec::new()).await;
    let row = |id: Value, phase: Value| {
        json!({ "uuid": id, "net": { "addr": "10.0.0.1" }, "phase": phase, "title": "T", "group": "g",
                "tags": { "rack": 7 } })
    };
    let rows =
        [row(json!(1), json!(3)), row(json!("b"), json!("running")), row(json!("c"), json!("up"))];
    world.set(Some(json!({ "result": { "nodes": rows } })), show(&[]));
    let snapshot = world.poll(1).await.unwrap();
    let states: BTreeMap<_, _> = snapshot.nodes.iter().map(|n| (n.id.as_str(), n.state)).collect();
    let want = [("1", NodeState::Maintenance), ("b", NodeState::Down), ("c", NodeState::Ready)];
    assert_eq!(states, want.into());
    let node = snapshot.node("1").unwrap();
    assert_eq!((node.name.as_str(), node.pool.as_deref()), ("T", Some("g")));
    assert_eq!(node.labels, [("rack".to_owned(), "7".to_owned())].into());
    world.set(Some(json!({ "error": "busy" })), show(&[]));
    assert!(world.poll(2).await.unwrap_err().why.contains("leads to no list"));
}

#[tokio::test]
async fn a_list_of_the_wrong_shape_is_no_list() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    for body in [json!({ "error": "no" }), json!(null), json!([1]), json!("[]")] {
        world.set(Some(body.clone()), show(&[]));
        assert!(world.poll(1).await.is_err(), "{body}");
    }
    world.set(classic(&[("a", "up"), ("a", "up")]), show(&[]));
    assert!(world.poll(1).await.unwrap_err().why.contains("stands twice"));
    let unknown = serde_json::from_value::<MappingRules>(json!({ "row": "$" }));
    assert!(unknown.is_err());
    let bad = MappingRules { id: "$[".to_owned(), ..MappingRules::default() };
    assert!(matches!(Mapping::new(&bad), Err(Error::Config { .. })));
}

#[tokio::test]
async fn an_entry_without_a_usable_id_is_left_out_and_named() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    world.set(classic(&[("a", "up"), ("b;c", "up"), ("", "up"), ("节点", "up")]), show(&[]));
    let snapshot = world.poll(1).await.unwrap();
    assert_eq!((snapshot.nodes.len(), snapshot.left_out_total), (1, 3));
    assert_eq!(snapshot.left_out[0].entry, "b;c");
    assert_eq!(snapshot.left_out[0].source, "host");
}

#[test]
fn two_sources_of_one_name_are_refused() {
    let file = || Source::File(FileSource { name: "file".to_owned(), nodes: Vec::new() });
    assert!(matches!(Inventory::new(vec![file(), file()]), Err(Error::Config { .. })));
}

#[tokio::test]
async fn readers_never_wait_for_a_poll_that_hangs() {
    let world = World::new(&MappingRules::default(), Vec::new()).await;
    world.set(classic(&[("a", "up")]), show(&[]));
    world.poll(1).await.unwrap();
    let locked = world.inventory.polling.lock().await;
    let mut poll = Box::pin(world.inventory.poll(at(2)));
    assert!(futures::poll!(poll.as_mut()).is_pending());
    assert_eq!(world.inventory.fresh(at(2)).unwrap().observed_at, at(1));
    drop(locked);
    poll.await;
    assert_eq!(world.inventory.fresh(at(2)).unwrap().observed_at, at(2));
}
