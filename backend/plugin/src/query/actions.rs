//! `actions`: the catalogue as the one who asks may use it.

use api::{Action, Risk, Target};
use serde::Deserialize;

use super::{fields, fields::chosen, fields::refused, table::Table};
use crate::{
    error::Error,
    query_data::{Frames, QueryCall},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    target: Option<String>,
}

/// Answers a query for actions. Where no person asks there are none.
///
/// # Errors
/// Of the query or of the service.
pub(super) async fn answer(call: &QueryCall) -> Result<Frames, Error> {
    let Fields { target } = fields::read(&call.query.json)?;
    let target = match chosen(target).map(|target| target.parse::<Target>()) {
        Some(Err(fault)) => return refused(format!("field target: {fault}")),
        Some(Ok(target)) => Some(target.to_string()),
        None => None,
    };
    let service = call.instance.service()?;
    let actions = service.actions(&call.caller, target).await?;
    let mut table = table(&actions.items);
    if actions.cut {
        table.cut_at(actions.items.len());
    }
    table.into_frames(&call.query.ref_id)
}

fn table(actions: &[Action]) -> Table {
    let mut table = Table::default();
    table.text("name", actions.iter().map(|action| action.name.as_str()));
    table.text("title", actions.iter().map(|action| action.title.as_str()));
    table.text("target", actions.iter().map(|action| action.target.as_str()));
    table.text("risk", actions.iter().map(|action| risk(action.risk)));
    table.truth("allowed", actions.iter().map(|action| action.allowed));
    table.text_or_null("why_not", actions.iter().map(|action| action.why_not.as_deref()));
    table.time_or_null("cooldown_until", actions.iter().map(|action| action.cooldown_until));
    let params: Vec<_> = actions.iter().map(|action| action.params.to_string()).collect();
    table.text("params", params.iter().map(String::as_str));
    table
}

fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    }
}
