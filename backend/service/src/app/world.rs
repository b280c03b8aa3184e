//! The world as the configuration describes it: sources of nodes, operations, the Prometheus to
//! ask.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context as _;
use prometheus::{Auth, Client, ClientConfig, Limit, Limits};
use targets::{
    Haproxy, Inventory, NodeApi, NodeApiSettings, Operations,
    inventory::{FileSource, HaproxySource, NodeApiSource, Source},
    sd::Discovery,
};

use crate::config::{self, Config};

/// Largest answer of Prometheus in bytes that a guard or a goal reads: each is one number.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// Most series of such an answer; more than one is refused as ambiguous anyway.
const ANSWER_SERIES_MAX: u64 = 1000;

/// Longest exchange with Prometheus; the shorter limit of a guard applies within it.
const PROMETHEUS_TIMEOUT: Duration = Duration::from_secs(10);

/// What the service observes and changes.
#[derive(Debug)]
pub(crate) struct World {
    /// The nodes, not read yet.
    pub(crate) inventory: Arc<Inventory>,
    /// What definitions may call.
    pub(crate) operations: Operations,
    /// Whom guards and goals ask.
    pub(crate) prometheus: Option<Client>,
    /// The lists of `http_sd`, by name.
    pub(crate) discovery: BTreeMap<String, Discovery>,
}

impl World {
    /// Makes the world; nothing is asked yet.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let apis = config.inventory.node_apis.iter().map(|api| Ok((api, client(api)?)));
        let apis: Vec<_> = apis.collect::<anyhow::Result<_>>()?;
        let inventory = Inventory::new(sources(config, &apis)).context("inventory")?;
        let inventory = Arc::new(inventory);
        let clients = apis.iter().map(|(_, client)| Arc::clone(client)).collect();
        let operations = Operations::standard(&inventory, clients).context("operations")?;
        let prometheus = config.prometheus.as_ref().map(asked).transpose()?;
        let lists = config.sd.iter();
        let discovery =
            lists.map(|(name, rules)| (name.clone(), Discovery::new(rules.clone()))).collect();
        Ok(Self { inventory, operations, prometheus, discovery })
    }
}

fn client(api: &config::NodeApi) -> anyhow::Result<Arc<NodeApi>> {
    let settings =
        NodeApiSettings { name: api.name.clone(), url: api.url.clone(), token: api.token.clone() };
    let client =
        NodeApi::new(settings).with_context(|| format!("inventory.node_apis: {}", api.name))?;
    Ok(Arc::new(client))
}

fn sources(config: &Config, apis: &[(&config::NodeApi, Arc<NodeApi>)]) -> Vec<Source> {
    let config::Inventory { haproxy, file, .. } = &config.inventory;
    let mut sources: Vec<Source> = haproxy
        .iter()
        .map(|haproxy| {
            Source::Haproxy(HaproxySource {
                haproxy: Arc::new(Haproxy::new(haproxy.name.clone(), haproxy.socket.clone())),
                backends: haproxy.backends.clone(),
                id_from: haproxy.id_from,
            })
        })
        .collect();
    sources.extend(apis.iter().filter(|(api, _)| api.list).map(|(api, client)| {
        Source::NodeApi(Box::new(NodeApiSource {
            api: Arc::clone(client),
            path: api.path.clone(),
            mapping: api.mapping.clone(),
            pool: api.pool.clone(),
        }))
    }));
    if !file.is_empty() {
        sources.push(Source::File(FileSource { name: "file".to_owned(), nodes: file.clone() }));
    }
    sources
}

fn asked(prometheus: &config::Prometheus) -> anyhow::Result<Client> {
    let bytes = Limit::new("built-in limit", ANSWER_BYTES_MAX);
    let series = Limit::new("built-in limit", ANSWER_SERIES_MAX);
    let limits = Limits { bytes, series, points: series };
    let mut client = ClientConfig::new(prometheus.url.clone(), limits);
    client.timeout = PROMETHEUS_TIMEOUT;
    client.auth = match (&prometheus.user, &prometheus.token) {
        (_, Some(token)) => Auth::Bearer(token.clone()),
        (Some(user), None) => Auth::Basic {
            user: user.clone(),
            password: prometheus.password.clone().unwrap_or_default(),
        },
        (None, None) => Auth::None,
    };
    Client::new(client).context("prometheus")
}
