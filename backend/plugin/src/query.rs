//! Answers single queries, by their type: the list of all query types.

mod actions;
mod failure;
mod fields;
mod json;
mod nodes;
mod promql;
mod runs;
mod table;

#[cfg(test)]
mod tests;

use crate::{
    error::{Error, bounded},
    query_data::{Answer, Frames, QUERY_TYPES, QueryCall},
};

/// Knows the query types.
#[derive(Debug, Default)]
pub(crate) struct Queries {}

impl Answer for Queries {
    async fn answer(&self, call: QueryCall) -> Result<Frames, Error> {
        match call.query.kind.as_str() {
            "promql" => promql::answer(&call).await,
            "nodes" => nodes::answer(&call).await,
            "runs" => runs::answer(&call).await,
            "actions" => actions::answer(&call).await,
            "json" => json::answer(&call).await,
            other => {
                let known = QUERY_TYPES.join(", ");
                let message = format!("`{}` is no query type; there is: {known}", bounded(other));
                Err(Error::BadQuery { message })
            }
        }
    }
}
