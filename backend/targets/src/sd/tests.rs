//! Tests of service discovery: one for each situation in which a target list could be wiped.

use serde_json::{Value, json};

use super::*;
use crate::inventory::Node;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn node(id: &str, pool: &str) -> Node {
    Node {
        id: id.to_owned(),
        name: id.to_owned(),
        address: Some(format!("{id}:80")),
        pool: Some(pool.to_owned()),
        state: NodeState::Ready,
        state_since: None,
        weight: None,
        sessions: None,
        labels: BTreeMap::new(),
        source: vec!["host".to_owned()],
        observed_at: at(0),
    }
}

fn snapshot(second: i64, mut nodes: Vec<Node>) -> Snapshot {
    nodes.sort_by(|a, b| a.id.cmp(&b.id));
    Snapshot { nodes, observed_at: at(second), left_out: Vec::new(), left_out_total: 0 }
}

/// Returns a snapshot of the pool `web` with these nodes.
fn web(second: i64, ids: &[&str]) -> Snapshot {
    snapshot(second, ids.iter().map(|id| node(id, "web")).collect())
}

fn unsure() -> Unsure {
    Unsure { why: "host: away".to_owned(), since: None }
}

fn fed(rules: SdRules, first: &Snapshot) -> Discovery {
    let mut discovery = Discovery::new(rules);
    discovery.update(Ok(first));
    discovery
}

#[track_caller]
fn groups(discovery: &Discovery, second: i64) -> Value {
    match discovery.answer(at(second)) {
        Answer::List { list, .. } => serde_json::from_str(&list.body).unwrap(),
        Answer::Unavailable { why } => panic!("{why}"),
    }
}

#[track_caller]
fn targets(discovery: &Discovery, second: i64) -> Vec<String> {
    let groups = groups(discovery, second);
    groups
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["targets"][0].as_str().unwrap().to_owned())
        .collect()
}

fn stale(discovery: &Discovery, second: i64) -> Option<String> {
    match discovery.answer(at(second)) {
        Answer::List { stale, .. } => stale.map(str::to_owned),
        Answer::Unavailable { .. } => panic!("unavailable"),
    }
}

fn unavailable(discovery: &Discovery, second: i64) -> bool {
    matches!(discovery.answer(at(second)), Answer::Unavailable { .. })
}

#[test]
fn a_complete_read_answers_a_sorted_list_with_every_label() {
    let rules = json!({ "port": 9100, "scheme": "https", "metrics_path": "/m" });
    let mut second = node("b", "web");
    second.labels = [("zone".to_owned(), "北 \"1\"".to_owned())].into();
    second.state = NodeState::Draining;
    let seen = snapshot(1, vec![second, node("a", "web")]);
    let discovery = fed(serde_json::from_value(rules).unwrap(), &seen);
    let common = |node: &str, state: &str| {
        json!({ "__meta_leverframe_node": node, "__meta_leverframe_state": state,
                "__meta_leverframe_pool": "web", "__scheme__": "https", "__metrics_path__": "/m" })
    };
    let mut labels = common("b", "draining");
    labels["__meta_leverframe_label_zone"] = json!("北 \"1\"");
    assert_eq!(
        groups(&discovery, 1),
        json!([
            { "targets": ["a:9100"], "labels": common("a", "ready") },
            { "targets": ["b:9100"], "labels": labels },
        ])
    );
    assert_eq!(stale(&discovery, 1), None);
}

#[test]
fn the_entity_tag_follows_the_body_alone() {
    let tag = |discovery: &Discovery| match discovery.answer(at(9)) {
        Answer::List { list, .. } => list.etag.clone(),
        Answer::Unavailable { why } => panic!("{why}"),
    };
    let mut discovery = fed(SdRules::default(), &web(1, &["a", "b"]));
    let first = tag(&discovery);
    assert!(first.len() == 34 && first.starts_with('"') && first.ends_with('"'), "{first}");
    discovery.update(Ok(&web(2, &["b", "a"])));
    assert_eq!(tag(&discovery), first);
    discovery.update(Ok(&web(3, &["a", "b", "c"])));
    assert_ne!(tag(&discovery), first);
}

#[test]
fn nothing_read_yet_is_unavailable_and_never_an_empty_list() {
    let mut discovery = Discovery::new(SdRules::default());
    assert!(unavailable(&discovery, 0));
    discovery.update(Err(&unsure()));
    assert!(unavailable(&discovery, 0));
    discovery.update(Ok(&web(1, &[])));
    assert!(unavailable(&discovery, 1) && discovery.held());
}

#[test]
fn an_unsure_inventory_answers_the_last_list_for_an_hour_and_then_nothing() {
    let mut discovery = fed(SdRules::default(), &web(100, &["a", "b"]));
    discovery.update(Err(&unsure()));
    assert_eq!(targets(&discovery, 3700), ["a:80", "b:80"]);
    assert_eq!(stale(&discovery, 3700).unwrap(), "the inventory is unsure: host: away");
    assert!(unavailable(&discovery, 3701));
    discovery.update(Ok(&web(3702, &["a", "b"])));
    assert_eq!((targets(&discovery, 3702).len(), stale(&discovery, 3702)), (2, None));
}

#[test]
fn a_list_that_nobody_updates_ends_after_an_hour_too() {
    let discovery = fed(SdRules::default(), &web(0, &["a"]));
    let keep = i64::try_from(limits::SD_KEEP_FOR.as_secs()).unwrap();
    assert_eq!(targets(&discovery, keep).len(), 1);
    assert!(unavailable(&discovery, keep + 1));
}

#[test]
fn an_empty_list_and_a_loss_of_more_than_half_are_held_back() {
    for kept in [&[][..], &["a"][..]] {
        let mut discovery = fed(SdRules::default(), &web(1, &["a", "b", "c"]));
        discovery.update(Ok(&web(2, kept)));
        assert!(discovery.held());
        assert_eq!(targets(&discovery, 2), ["a:80", "b:80", "c:80"]);
        // It stays held, also while nothing changes, and ends with what brings the nodes back.
        discovery.update(Ok(&web(3, kept)));
        assert!(discovery.held() && stale(&discovery, 3).is_some());
        assert!(unavailable(&discovery, 3602));
        discovery.update(Ok(&web(4, &["a", "b"])));
        assert!(!discovery.held());
        assert_eq!(targets(&discovery, 4), ["a:80", "b:80"]);
    }
}

#[test]
fn a_list_that_is_held_back_says_what_is_held_and_what_releases_it() {
    let mut discovery = fed(SdRules::default(), &web(1, &["a", "b", "c"]));
    assert_eq!(discovery.held_why(), None);
    discovery.update(Ok(&web(2, &["a"])));
    let why = "held back: 2 of 3 nodes are gone at once (1 would be listed); it is released when \
               they return or by a restart of the service";
    assert_eq!((discovery.held_why(), stale(&discovery, 2).as_deref()), (Some(why), Some(why)));
    // An inventory that is unsure meanwhile releases nothing.
    discovery.update(Err(&unsure()));
    assert_eq!(discovery.held_why(), Some(why));
    assert!(stale(&discovery, 3).unwrap().contains("host: away"));
    // What is said is so: a restart, which knows no list, takes it.
    assert_eq!(targets(&fed(SdRules::default(), &web(4, &["a"])), 4), ["a:80"]);
    discovery.update(Ok(&web(5, &[])));
    assert_eq!(
        discovery.held_why(),
        Some("held back: the list would be empty; it is released when nodes return")
    );
}

#[test]
fn half_may_go_at_once_and_an_exchange_of_most_may_not() {
    let mut discovery = fed(SdRules::default(), &web(1, &["a", "b", "c", "d"]));
    discovery.update(Ok(&web(2, &["a", "b"])));
    assert_eq!(targets(&discovery, 2), ["a:80", "b:80"]);
    discovery.update(Ok(&web(3, &["x", "y", "z"])));
    assert!(discovery.held());
}

#[test]
fn a_pool_that_loses_more_than_half_is_held_back_among_many() {
    let mut nodes: Vec<_> = (0..20).map(|n| node(&format!("n{n}"), "big")).collect();
    nodes.extend(["s1", "s2", "s3"].map(|id| node(id, "small")));
    let mut discovery = fed(SdRules::default(), &snapshot(1, nodes.clone()));
    nodes.truncate(21);
    discovery.update(Ok(&snapshot(2, nodes)));
    assert!(discovery.held());
    assert!(stale(&discovery, 2).unwrap().contains("2 of 3 nodes of the pool \"small\""));
}

#[test]
fn a_bad_label_name_is_dropped_and_counted_and_the_rest_stays() {
    let mut labelled = node("a", "web");
    labelled.labels =
        ["环境", "a-b", "", "ok_1"].map(|name| (name.to_owned(), "值".to_owned())).into();
    let discovery = fed(SdRules::default(), &snapshot(1, vec![labelled]));
    assert_eq!(discovery.dropped().labels, 3);
    let labels = groups(&discovery, 1)[0]["labels"].clone();
    assert_eq!(labels["__meta_leverframe_label_ok_1"], "值");
    assert_eq!(labels.as_object().unwrap().len(), 4);
}

#[test]
fn a_bad_address_keeps_the_last_good_one_and_a_new_one_is_left_out() {
    let mut discovery = fed(SdRules::default(), &web(1, &["a", "b"]));
    let mut seen = web(2, &["a", "b", "c"]);
    seen.nodes[0].address = Some("http://a:1/".to_owned());
    seen.nodes[2].address = None;
    discovery.update(Ok(&seen));
    assert_eq!(targets(&discovery, 2), ["a:80", "b:80"]);
    assert_eq!(discovery.dropped().addresses, 2);
}

#[test]
fn pools_and_exclusions_choose_the_nodes() {
    let rules = json!({
        "pools": ["web"],
        "exclude": { "states": ["maintenance"], "nodes": ["b"], "labels": { "scrape": "no" } },
    });
    let mut nodes = vec![node("a", "web"), node("b", "web"), node("c", "web"), node("d", "web")];
    nodes[2].state = NodeState::Maintenance;
    nodes[3].labels = [("scrape".to_owned(), "no".to_owned())].into();
    nodes.push(node("e", "db"));
    let discovery = fed(serde_json::from_value(rules).unwrap(), &snapshot(1, nodes));
    assert_eq!(targets(&discovery, 1), ["a:80"]);
    assert!(serde_json::from_value::<SdRules>(json!({ "excludes": {} })).is_err());
}
