//! `runs`: a row for each run, newest first; also as annotations.

mod annotations;

use api::{Run, RunState, Target};
use serde::Deserialize;

use super::{fields, fields::chosen, fields::refused, table::Table};
use crate::{
    error::Error,
    query_data::{Frames, Query, QueryCall},
    service_client::{Listed, RunFilter},
};

/// Runs in an answer where the query does not say how many.
const LIMIT_DEFAULT: usize = 100;

/// Most runs in one answer, and most that are looked at for annotations.
const LIMIT_MAX: usize = 5_000;

/// Longest name of an actor that is asked for, in bytes.
const ACTOR_BYTES_MAX: usize = 512;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    action: Option<String>,
    target: Option<String>,
    state: Option<RunState>,
    actor: Option<String>,
    limit: Option<usize>,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Table,
    Annotations,
}

/// Answers a query for runs.
///
/// # Errors
/// Of the query or of the service.
pub(super) async fn answer(call: &QueryCall) -> Result<Frames, Error> {
    let fields: Fields = fields::read(&call.query.json)?;
    let (asked, format) = (fields.limit, fields.format);
    if asked.is_some_and(|limit| !(1..=LIMIT_MAX).contains(&limit)) {
        return refused(format!("field limit: must be between 1 and {LIMIT_MAX}"));
    }
    let mut filter = filter(fields)?;
    let service = call.instance.service()?;
    match format {
        Format::Table => {
            let limit = asked.unwrap_or(LIMIT_DEFAULT);
            let runs = service.runs(&call.caller, &filter, limit).await?;
            let mut table = table(&runs.items);
            // Who asks for ten and gets ten has what was asked for.
            if runs.cut && asked != Some(runs.items.len()) {
                table.cut_at(runs.items.len());
            }
            table.into_frames(&call.query.ref_id)
        }
        Format::Annotations => {
            let Query { from_ms, to_ms, ref_id, .. } = &call.query;
            // Newer runs than those of the range come first, so the limit counts those within it.
            // An older one that lasts into the range is found if it stands on a page that is read.
            filter.since_ms = Some(*from_ms);
            let Listed { items: mut runs, cut } =
                service.runs(&call.caller, &filter, LIMIT_MAX).await?;
            let read = runs.len();
            runs.retain(|run| annotations::is_within(run, *from_ms, *to_ms));
            let filled = asked.is_some_and(|limit| runs.len() >= limit);
            runs.truncate(asked.unwrap_or(LIMIT_MAX));
            annotations::frames(&runs, (cut && !filled).then_some(read), ref_id)
        }
    }
}

fn filter(fields: Fields) -> Result<RunFilter, Error> {
    let action = chosen(fields.action);
    if action.as_deref().is_some_and(|action| !api::is_id(action)) {
        return refused("field action: must be the name of an action");
    }
    let target = match chosen(fields.target).map(|target| target.parse::<Target>()) {
        Some(Err(fault)) => return refused(format!("field target: {fault}")),
        Some(Ok(target)) => Some(target.to_string()),
        None => None,
    };
    let actor = chosen(fields.actor);
    if actor.as_ref().is_some_and(|actor| actor.len() > ACTOR_BYTES_MAX) {
        return refused(format!("field actor: longer than {ACTOR_BYTES_MAX} bytes"));
    }
    let state = fields.state.map(|state| state.as_str().to_owned());
    Ok(RunFilter { action, target, state, actor, since_ms: None })
}

fn table(runs: &[Run]) -> Table {
    let targets: Vec<_> = runs.iter().map(|run| run.target.to_string()).collect();
    let mut table = Table::default();
    table.text("id", runs.iter().map(|run| run.id.as_str()));
    table.time("created", runs.iter().map(|run| run.created));
    table.text("action", runs.iter().map(|run| run.action.as_str()));
    table.text("target", targets.iter().map(String::as_str));
    table.text("actor", runs.iter().map(|run| run.actor.as_str()));
    table.text("state", runs.iter().map(|run| run.state.as_str()));
    table.text_or_null("phase", runs.iter().map(|run| run.phase.as_deref()));
    table.number_or_null("progress", "percentunit", runs.iter().map(|run| run.progress));
    table.number_or_null("elapsed", "s", runs.iter().map(|run| Some(run.elapsed)));
    table.text_or_null("result", runs.iter().map(|run| run.result.map(RunState::as_str)));
    table.truth_or_null("verified", runs.iter().map(|run| run.verified));
    table.text_or_null("reason", runs.iter().map(|run| run.reason.as_deref()));
    table.text_or_null("why", runs.iter().map(|run| run.why.as_deref()));
    table.time_or_null("next_allowed", runs.iter().map(|run| run.next_allowed));
    table
}
