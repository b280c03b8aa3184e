//! Fakes for the tests of this crate: targets that remember, a Prometheus that answers what it is
//! told.

mod levers;
mod prometheus_fake;

use std::{collections::BTreeMap, sync::Arc};

use identity::{Actor, Role, Via};
use jiff::Timestamp;
use prometheus::Client;
use runs::ManualClock;
use serde_json::{Map, Value};
use targets::{
    Inventory, NodeApi, NodeApiSettings, Operations, Target,
    inventory::{FileNode, FileSource, Source},
};

pub(crate) use levers::Levers;
pub(crate) use prometheus_fake::{Answer, FakePrometheus};

use crate::{Actions, Catalog, Definition, Parts};

/// The time at which every test begins.
pub(crate) fn start() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// The real operations, with a node API that is never reached.
pub(crate) fn operations(inventory: &Arc<Inventory>) -> Operations {
    let url = "http://127.0.0.1:9".parse().unwrap();
    let api =
        NodeApi::new(NodeApiSettings { name: "workers".to_owned(), url, token: None }).unwrap();
    Operations::standard(inventory, vec![Arc::new(api)]).unwrap()
}

/// Three nodes of the pool `web` and one of no pool, as seen at [`start`].
pub(crate) async fn inventory() -> Arc<Inventory> {
    let node = |id: &str, pool: Option<&str>| FileNode {
        id: id.to_owned(),
        pool: pool.map(str::to_owned),
        labels: BTreeMap::from([("zone".to_owned(), "a".to_owned())]),
        ..FileNode::default()
    };
    let pool = Some("web");
    inventory_of(vec![
        node("web-1", pool),
        node("web-2", pool),
        node("web-3", pool),
        node("lone", None),
    ])
    .await
}

/// These nodes, as seen at [`start`].
pub(crate) async fn inventory_of(nodes: Vec<FileNode>) -> Arc<Inventory> {
    let source = Source::File(FileSource { name: "file".to_owned(), nodes });
    let inventory = Inventory::new(vec![source]).unwrap();
    inventory.poll(start()).await;
    Arc::new(inventory)
}

/// A signed-in Grafana user.
pub(crate) fn actor(login: &str, role: Role) -> Actor {
    Actor {
        subject: identity::assertion::subject(1, login),
        name: login.to_owned(),
        email: String::new(),
        role,
        org: Some(1),
        tenant: None,
        grants: [].into(),
        via: Via::Grafana,
    }
}

pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

pub(crate) fn node(id: &str) -> Target {
    Target::node(id)
}

/// The whole crate over fakes.
pub(crate) struct House {
    pub(crate) actions: Arc<Actions>,
    pub(crate) levers: Levers,
    pub(crate) clock: Arc<ManualClock>,
}

impl House {
    /// Builds the house with one definition, `pull`, and maybe a Prometheus.
    pub(crate) async fn new(yaml: &str, prometheus: Option<Client>) -> Self {
        Self::over(inventory().await, yaml, prometheus)
    }

    /// Builds the house over other nodes.
    pub(crate) fn over(inventory: Arc<Inventory>, yaml: &str, prometheus: Option<Client>) -> Self {
        let levers = Levers::default();
        let operations = levers.add_to(operations(&inventory));
        let mut catalog = Catalog::default();
        catalog.insert(Definition::parse("pull.yaml", "pull", yaml, &operations).unwrap());
        let clock = Arc::new(ManualClock::new(start()));
        let parts = Parts {
            operations,
            inventory,
            prometheus,
            clock: Arc::clone(&clock) as Arc<dyn runs::Clock>,
        };
        Self { actions: Arc::new(Actions::new(catalog, parts)), levers, clock }
    }
}
