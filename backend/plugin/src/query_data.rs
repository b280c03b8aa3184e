//! `QueryData`: every query is answered on its own, several at a time, and fails alone.
//!
//! This verb never changes anything: alert rules and public dashboards run it as Admin.

mod frames;
mod wire;

#[cfg(test)]
mod tests;

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use tokio::{sync::OwnedSemaphorePermit, task::JoinSet};

pub(crate) use frames::Frames;
pub(crate) use wire::DataService;

use crate::{
    boundary::contained,
    caller::Caller,
    error::Error,
    instance::Instance,
    limits::{QUERIES_AT_ONCE_PER_CALL, QUERIES_PER_CALL_MAX, QUERY_JSON_BYTES_MAX},
    proto::pluginv2::{DataQuery, QueryDataRequest},
    shell::Shell,
};

/// The query types there are, for metrics; see the README for what they answer.
pub(crate) const QUERY_TYPES: [&str; 5] = ["promql", "nodes", "runs", "actions", "json"];

/// Answers single queries: all that this verb leaves to others.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Answers one query. Dropping the future must end its requests to upstreams.
    fn answer(&self, call: QueryCall) -> impl Future<Output = Result<Frames, Error>> + Send;
}

/// One query and who asks it.
#[derive(Clone, Debug)]
pub(crate) struct QueryCall {
    /// The datasource.
    pub(crate) instance: Arc<Instance>,
    /// Who asks.
    pub(crate) caller: Arc<Caller>,
    /// What is asked.
    pub(crate) query: Query,
    /// The query's place among those that are answered; work that outlives the call keeps it.
    pub(crate) place: Arc<OwnedSemaphorePermit>,
}

/// One query as it came: nothing in it has been checked but the size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Its name within the call.
    pub(crate) ref_id: String,
    /// The query type; empty if the sender gave none.
    pub(crate) kind: String,
    /// The editor's JSON.
    pub(crate) json: Bytes,
    /// Grafana's suggested step in milliseconds; may be absurd.
    pub(crate) interval_ms: i64,
    /// Points the panel can draw; may be absurd.
    pub(crate) max_data_points: i64,
    /// Begin of the range, in milliseconds of the Unix epoch; may be absurd, and after the end.
    pub(crate) from_ms: i64,
    /// End of the range.
    pub(crate) to_ms: i64,
}

impl From<DataQuery> for Query {
    fn from(query: DataQuery) -> Self {
        let range = query.time_range.unwrap_or_default();
        Self {
            ref_id: query.ref_id,
            kind: query.query_type,
            json: query.json,
            interval_ms: query.interval_ms,
            max_data_points: query.max_data_points,
            from_ms: range.from_epoch_ms,
            to_ms: range.to_epoch_ms,
        }
    }
}

/// A query's name and its answer.
pub(crate) type Answered = (String, Result<Frames, Error>);

/// Answers all queries of one call, in the order in which they came.
pub(crate) async fn query_data<A: Answer>(
    shell: &Arc<Shell>,
    answers: &Arc<A>,
    request: QueryDataRequest,
) -> Vec<Answered> {
    let admitted = shell.admit(request.plugin_context.as_ref());
    let (instance, caller) = match admitted {
        Ok((instance, caller)) => (instance, Arc::new(caller)),
        Err(_) => {
            return request
                .queries
                .into_iter()
                .map(|q| (q.ref_id, Err(Error::NoInstance)))
                .collect();
        }
    };
    let mut names = Vec::with_capacity(request.queries.len());
    let mut results: Vec<Option<Result<Frames, Error>>> = Vec::new();
    let mut running = JoinSet::new();
    for (place, query) in request.queries.into_iter().enumerate() {
        names.push(query.ref_id.clone());
        results.push(None);
        if place >= QUERIES_PER_CALL_MAX {
            continue;
        }
        if running.len() >= QUERIES_AT_ONCE_PER_CALL {
            keep(&mut results, running.join_next().await);
        }
        let (shell, answers) = (Arc::clone(shell), Arc::clone(answers));
        let asked = (Arc::clone(&instance), Arc::clone(&caller), query.into());
        running.spawn(async move { (place, answer_one(&shell, &*answers, asked).await) });
    }
    while let Some(done) = running.join_next().await {
        keep(&mut results, Some(done));
    }
    let too_many = || Err(Error::Busy { what: "queries in one call", max: QUERIES_PER_CALL_MAX });
    names.into_iter().zip(results).map(|(n, r)| (n, r.unwrap_or_else(too_many))).collect()
}

type Done = Result<(usize, Result<Frames, Error>), tokio::task::JoinError>;

fn keep(results: &mut [Option<Result<Frames, Error>>], done: Option<Done>) {
    // A task never fails to join: its panics are caught inside and nobody aborts it but our own
    // end.
    if let Some(Ok((place, result))) = done
        && let Some(slot) = results.get_mut(place)
    {
        *slot = Some(result);
    }
}

async fn answer_one<A: Answer>(
    shell: &Shell,
    answers: &A,
    (instance, caller, query): (Arc<Instance>, Arc<Caller>, Query),
) -> Result<Frames, Error> {
    let kind = QUERY_TYPES.into_iter().find(|kind| *kind == query.kind).unwrap_or("other");
    let result = contained(&shell.stop, async {
        if query.json.len() > QUERY_JSON_BYTES_MAX {
            let message = format!("the query is longer than {QUERY_JSON_BYTES_MAX} bytes");
            return Err(Error::BadQuery { message });
        }
        instance.settings.queries.clone()?;
        // Closed only with the whole process.
        let place = Arc::clone(&shell.queries).acquire_owned().await;
        let place = Arc::new(place.map_err(|_| Error::Stopping)?);
        answers.answer(QueryCall { instance, caller, query, place }).await
    });
    let result = result.await.flatten();
    shell.metrics.query(kind, if result.is_ok() { "ok" } else { "error" });
    if let Err(error) = &result {
        tracing::debug!(query.kind = kind, %error, "a query failed");
    }
    result
}
