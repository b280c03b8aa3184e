//! `nodes`: a row for each node of the inventory.

use std::collections::BTreeMap;

use api::Node;
use serde::Deserialize;

use super::{fields, fields::chosen, table::Table};
use crate::{
    error::Error,
    query_data::{Frames, QueryCall},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    pool: Option<String>,
    state: Option<api::NodeState>,
    #[serde(deserialize_with = "fields::or_default")]
    labels: BTreeMap<String, String>,
}

/// Answers a query for nodes.
///
/// # Errors
/// Of the query or of the service.
pub(super) async fn answer(call: &QueryCall) -> Result<Frames, Error> {
    let Fields { pool, state, labels } = fields::read(&call.query.json)?;
    let state = state.map(|state| state.as_str().to_owned());
    let service = call.instance.service()?;
    let mut nodes = service.nodes(&call.caller, chosen(pool), state).await?;
    let read = nodes.items.len();
    let wanted =
        |node: &Node| labels.iter().all(|(name, value)| node.labels.get(name) == Some(value));
    nodes.items.retain(wanted);
    let mut table = table(&nodes.items);
    if nodes.cut {
        table.cut_at(read);
    }
    table.into_frames(&call.query.ref_id)
}

fn table(nodes: &[Node]) -> Table {
    let mut table = Table::default();
    table.text("id", nodes.iter().map(|node| node.id.as_str()));
    table.text("name", nodes.iter().map(|node| node.name.as_str()));
    table.text_or_null("address", nodes.iter().map(|node| node.address.as_deref()));
    table.text_or_null("pool", nodes.iter().map(|node| node.pool.as_deref()));
    table.text("state", nodes.iter().map(|node| node.state.as_str()));
    table.time_or_null("state_since", nodes.iter().map(|node| node.state_since));
    table.number_or_null("weight", "", nodes.iter().map(|node| node.weight.map(f64::from)));
    table.number_or_null("sessions", "", nodes.iter().map(|node| node.sessions.map(number)));
    let labels: Vec<_> =
        nodes.iter().map(|node| serde_json::json!(node.labels).to_string()).collect();
    table.text("labels", labels.iter().map(String::as_str));
    table.text_or_null("busy_run", nodes.iter().map(|node| node.busy_run.as_deref()));
    table
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 sessions")]
fn number(count: u64) -> f64 {
    count as f64
}
