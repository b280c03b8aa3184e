//! Where nodes are learnt from.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use secrecy::SecretString;
use targets::{
    Address,
    inventory::{FileNode, IdFrom, Mapping, MappingRules, NodeState},
};
use url::Url;

use super::{Section, fault::Place, prometheus::http_url};

/// How often the sources are read unless said otherwise.
const POLL: Duration = Duration::from_secs(2);

/// Most often and least often: twice a poll must fit into the time for which a picture counts as
/// fresh.
const POLL_RANGE: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(7);

/// The section `inventory`.
#[derive(Clone, Debug)]
pub(crate) struct Inventory {
    /// `poll`, `LEVERFRAME_INVENTORY_POLL`: how often the sources are read, `100ms` to `7s`.
    /// Default `2s`.
    pub(crate) poll: Duration,
    /// `haproxy`: a list. Default none.
    pub(crate) haproxy: Vec<Haproxy>,
    /// `node_apis`: a list. Default none.
    pub(crate) node_apis: Vec<NodeApi>,
    /// `file`, `LEVERFRAME_INVENTORY_FILE`: a YAML list of `{id, name, address, pool, state,
    /// labels}`. Default none.
    pub(crate) file: Vec<FileNode>,
}

/// One HAProxy.
#[derive(Clone, Debug)]
pub(crate) struct Haproxy {
    /// `name`: what people call it.
    pub(crate) name: String,
    /// `socket`: its runtime API, `/path`, `unix@/path` or `host:port`, with level admin.
    pub(crate) socket: Address,
    /// `backends`: backend to pool, as in `{web: web}`.
    pub(crate) backends: BTreeMap<String, String>,
    /// `id_from`: what becomes the id of a node: `server`, `backend_server` or `address`. Default
    /// `server`.
    pub(crate) id_from: IdFrom,
    /// `metrics_url`: where Prometheus scrapes it; only for `config prometheus`. Default none.
    pub(crate) metrics_url: Option<Url>,
}

/// One node API.
#[derive(Clone, Debug)]
pub(crate) struct NodeApi {
    /// `name`: what definitions call it.
    pub(crate) name: String,
    /// `url`: its address.
    pub(crate) url: Url,
    /// `token_file`: a bearer token. Default none.
    pub(crate) token: Option<SecretString>,
    /// `path`: where it lists its nodes. Default `/nodes`.
    pub(crate) path: String,
    /// `pool`: the pool of nodes for which nothing else names one. Default none.
    pub(crate) pool: Option<String>,
    /// `list`: whether it is a source of the inventory, or only the target of `http.call`. Default
    /// true.
    pub(crate) list: bool,
    /// `mapping`: `{rows, id, address, state, name, pool, labels, states}`, `JSONPaths` into its
    /// list. Default: the classic list `[{Node_id, Node_ip, status}]`.
    pub(crate) mapping: Mapping,
}

impl Inventory {
    /// Reads the section.
    pub(super) fn from(section: &Section<'_>) -> Self {
        let poll = section.duration("poll", POLL_RANGE).unwrap_or(POLL);
        let haproxy = section.sections("haproxy").iter().filter_map(Haproxy::from).collect();
        let node_apis = section.sections("node_apis").iter().filter_map(NodeApi::from).collect();
        let file = section.path("file").map_or_else(Vec::new, |given| {
            read_file(&given.value).unwrap_or_else(|why| {
                section.fault(given.at, "file", why);
                Vec::new()
            })
        });
        section.done();
        Self { poll, haproxy, node_apis, file }
    }

    /// Tells whether there is any source.
    pub(crate) fn is_empty(&self) -> bool {
        self.haproxy.is_empty()
            && self.file.is_empty()
            && !self.node_apis.iter().any(|api| api.list)
    }
}

fn read_file(path: &PathBuf) -> Result<Vec<FileNode>, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_saphyr::from_str(&text).map_err(|error| {
        let at =
            error.location().map_or(String::new(), |at| format!("{}:{}: ", at.line(), at.column()));
        let why = error.without_snippet().to_string();
        format!("{}:{at}{}", path.display(), why.lines().next().unwrap_or_default())
    })
}

/// Reads a name that may stand in a URL and in a message.
fn name(section: &Section<'_>) -> Option<String> {
    let Some(given) = section.text("name") else {
        section.missing("name", "people and messages need it");
        return None;
    };
    if api::is_id(&given.value) {
        return Some(given.value);
    }
    section.fault(given.at, "name", "must be 1 to 128 of A-Z a-z 0-9 _ . : -");
    None
}

impl Haproxy {
    fn from(section: &Section<'_>) -> Option<Self> {
        let name = name(section);
        let socket = section.text("socket");
        if socket.is_none() {
            section.missing("socket", "write its runtime API as /path or host:port");
        }
        let socket = socket.and_then(|given| match given.value.parse::<Address>() {
            Ok(address) => Some(address),
            Err(error) => {
                section.fault(given.at, "socket", error);
                None
            }
        });
        let list = section.section("backends");
        let mut backends = BTreeMap::new();
        for (backend, pool) in list.pairs() {
            if !api::is_id(&backend.value) || !api::is_id(&pool) {
                list.fault(backend.at, &backend.value, "backend and pool must be names");
            } else {
                backends.insert(backend.value, pool);
            }
        }
        if backends.is_empty() {
            section.missing("backends", "write which backends are pools, as in {web: web}");
        }
        let id_from = id_from(section);
        let metrics_url = http_url(section, "metrics_url").map(|given| given.value);
        section.done();
        Some(Self { name: name?, socket: socket?, backends, id_from, metrics_url })
    }
}

fn id_from(section: &Section<'_>) -> IdFrom {
    let Some(given) = section.text("id_from") else { return IdFrom::default() };
    match given.value.as_str() {
        "server" => IdFrom::Server,
        "backend_server" => IdFrom::BackendServer,
        "address" => IdFrom::Address,
        other => {
            let why = format!("must be `server`, `backend_server` or `address`, not `{other}`");
            section.fault(given.at, "id_from", why);
            IdFrom::default()
        }
    }
}

impl NodeApi {
    fn from(section: &Section<'_>) -> Option<Self> {
        let name = name(section);
        if !section.gives("url") {
            section.missing("url", "write it as in http://127.0.0.1:9200");
        }
        let url = http_url(section, "url").map(|given| given.value);
        let token = section.secret("token", "token_file").map(|given| given.value);
        let path = section.text("path").map_or_else(|| "/nodes".to_owned(), |given| given.value);
        let pool = section.text("pool").map(|given| given.value);
        let list = section.flag("list").unwrap_or(true);
        let mapping = mapping(&section.section("mapping"));
        section.done();
        Some(Self { name: name?, url: url?, token, path, pool, list, mapping: mapping? })
    }
}

fn mapping(section: &Section<'_>) -> Option<Mapping> {
    let text = |field| section.text(field).map(|given| given.value);
    let mut rules = MappingRules::default();
    // A mapping of one's own takes nothing from the classic list but what it names.
    if section.at != Place::Absent {
        rules.address = None;
        rules.state = None;
    }
    rules.rows = text("rows").unwrap_or(rules.rows);
    rules.id = text("id").unwrap_or(rules.id);
    rules.address = text("address").or(rules.address);
    rules.state = text("state").or(rules.state);
    rules.name = text("name");
    rules.pool = text("pool");
    let labels = section.section("labels");
    rules.labels = labels.pairs().into_iter().map(|(name, path)| (name.value, path)).collect();
    let states = section.section("states");
    for (word, state) in states.pairs() {
        match state_of(&state) {
            Some(state) => {
                rules.states.insert(word.value, state);
            }
            None => states.fault(word.at, &word.value, format!("`{state}` is no state of a node")),
        }
    }
    section.done();
    match Mapping::new(&rules) {
        Ok(mapping) => Some(mapping),
        Err(error) => {
            section.fault(section.at.clone(), "", error);
            None
        }
    }
}

/// Reads one of the five words for a node's state.
pub(super) fn state_of(word: &str) -> Option<NodeState> {
    use NodeState::{Down, Draining, Maintenance, Ready, Unknown};
    [Ready, Draining, Maintenance, Down, Unknown].into_iter().find(|state| state.as_str() == word)
}
