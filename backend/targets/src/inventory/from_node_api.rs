//! Nodes that a node API lists, in the classic shape or in any other by a mapping.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{
    classic,
    node::NodeState,
    reading::{Rank, Reading, Sighting},
};
use crate::{Error, NodeApi};

/// Where a node API's list has what a node needs, each an RFC 9535 JSONPath: the rows' from the
/// document's root and all others from a row. The default is the classic list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MappingRules {
    /// The rows. A path to the array itself (`$.nodes`) is better than one to its elements
    /// (`$.nodes[*]`): only the former tells an empty list from a wrong answer.
    pub rows: String,
    /// The id.
    pub id: String,
    /// The address.
    pub address: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// The pool.
    pub pool: Option<String>,
    /// Labels by name.
    pub labels: BTreeMap<String, String>,
    /// What the values of `state` mean, ahead of the usual words.
    pub states: BTreeMap<String, NodeState>,
}

impl Default for MappingRules {
    fn default() -> Self {
        Self {
            rows: classic::ROWS.to_owned(),
            id: classic::ID.to_owned(),
            address: Some(classic::ADDRESS.to_owned()),
            state: Some(classic::STATE.to_owned()),
            name: None,
            pool: None,
            labels: BTreeMap::new(),
            states: BTreeMap::new(),
        }
    }
}

/// A mapping whose paths were read.
#[derive(Clone, Debug)]
pub struct Mapping {
    rows: JsonPath,
    id: JsonPath,
    address: Option<JsonPath>,
    state: Option<JsonPath>,
    name: Option<JsonPath>,
    pool: Option<JsonPath>,
    labels: Vec<(String, JsonPath)>,
    states: BTreeMap<String, NodeState>,
}

impl Mapping {
    /// Reads the paths of `rules`.
    pub fn new(rules: &MappingRules) -> Result<Self, Error> {
        let labels =
            rules.labels.iter().map(|(label, path)| Ok((label.clone(), read(label, path)?)));
        Ok(Self {
            rows: read("rows", &rules.rows)?,
            id: read("id", &rules.id)?,
            address: read_if("address", rules.address.as_deref())?,
            state: read_if("state", rules.state.as_deref())?,
            name: read_if("name", rules.name.as_deref())?,
            pool: read_if("pool", rules.pool.as_deref())?,
            labels: labels.collect::<Result<_, Error>>()?,
            states: rules.states.clone(),
        })
    }

    /// Returns the rows. A path to one place must lead to a list; any other leads to the rows.
    fn rows<'a>(&self, document: &'a Value) -> Result<Vec<&'a Value>, &'static str> {
        let found = self.rows.query(document).all();
        let many = self.rows.to_string().contains(['*', '?', ':', ',']);
        let rows = match found.as_slice() {
            _ if many => found,
            [Value::Array(rows)] => rows.iter().collect(),
            _ => return Err("the path of the rows leads to no list"),
        };
        if rows.iter().all(|row| row.is_object()) { Ok(rows) } else { Err("a row is no object") }
    }

    fn sighting(&self, row: &Value, pool: Option<&str>) -> Sighting {
        let at = |path: &Option<JsonPath>| path.as_ref().and_then(|path| text(path, row));
        let state = at(&self.state).map_or(NodeState::Unknown, |word| {
            let own = self.states.get(&word).copied();
            own.or_else(|| classic::state(&word)).unwrap_or_default()
        });
        let labels =
            self.labels.iter().filter_map(|(label, path)| Some((label.clone(), text(path, row)?)));
        Sighting {
            id: text(&self.id, row).unwrap_or_default(),
            name: at(&self.name),
            address: at(&self.address),
            pool: at(&self.pool).or_else(|| pool.map(str::to_owned)),
            state,
            labels: labels.collect(),
            rank: Rank::Host,
            ..Sighting::default()
        }
    }
}

/// The nodes that a node API lists.
#[derive(Clone, Debug)]
pub struct NodeApiSource {
    /// The API. Its name is the source's name.
    pub api: Arc<NodeApi>,
    /// The path of the list, as `/nodes`.
    pub path: String,
    /// How to read it.
    pub mapping: Mapping,
    /// The pool of nodes for which neither the list nor another source has one.
    pub pool: Option<String>,
}

impl NodeApiSource {
    pub(super) async fn read(&self) -> Result<Reading, Error> {
        let upstream = self.api.name();
        let document = self.api.get(&self.path).await?;
        let rows = self.mapping.rows(&document).map_err(|cause| Error::Protocol {
            upstream: upstream.to_owned(),
            cause: cause.to_owned(),
        })?;
        let sightings =
            rows.into_iter().map(|row| self.mapping.sighting(row, self.pool.as_deref()));
        Reading::of(upstream, sightings.collect())
    }
}

fn read_if(what: &str, path: Option<&str>) -> Result<Option<JsonPath>, Error> {
    path.map(|path| read(what, path)).transpose()
}

fn read(what: &str, path: &str) -> Result<JsonPath, Error> {
    JsonPath::parse(path).map_err(|error| Error::Config {
        what: format!("JSONPath of {what}"),
        why: error.to_string(),
    })
}

/// Returns the one string, number or truth value that a path leads to, as text.
fn text(path: &JsonPath, row: &Value) -> Option<String> {
    match path.query(row).at_most_one().ok()?? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
