//! Lists of the service for queries. Where no person asks, whatever names people, reasons or
//! addresses is taken out here as well, should the service ever forget to.

use api::{Action, Node, Page, Problem, Run};
use serde::de::DeserializeOwned;

use super::{Answer, NAME, Request, ServiceClient, answer::words};
use crate::{caller::Caller, error::Error};

/// Most pages of one list: a service that never ends its cursor must not hold a query for ever.
const PAGES_MAX: usize = 100;

/// Rows that a page is asked for: the most that the service gives of its longest rows, the runs.
const PAGE_ROWS: usize = 200;

/// Most nodes in one answer.
const NODES_MAX: usize = 20_000;

/// A list, and whether the service has more of it.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    /// What came.
    pub(crate) items: Vec<T>,
    /// Whether more was wanted than was read.
    pub(crate) cut: bool,
}

/// Which runs are asked for; `None` means any.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunFilter {
    /// The action's name.
    pub(crate) action: Option<String>,
    /// The target, `kind/id`.
    pub(crate) target: Option<String>,
    /// The state's wire word.
    pub(crate) state: Option<String>,
    /// The actor's subject.
    pub(crate) actor: Option<String>,
    /// Milliseconds of the Unix epoch: no page is read after the first run that was created before.
    pub(crate) since_ms: Option<i64>,
}

impl ServiceClient {
    /// Returns the newest runs, at most `limit`.
    ///
    /// # Errors
    /// Of the exchange, or [`Error::Refused`].
    pub(crate) async fn runs(
        &self,
        caller: &Caller,
        filter: &RunFilter,
        limit: usize,
    ) -> Result<Listed<Run>, Error> {
        let mut query = Vec::new();
        // Nobody may ask who did what by trying names.
        let actor = filter.actor.clone().filter(|_| caller.person.is_some());
        if filter.actor.is_some() && actor.is_none() {
            return Ok(Listed { items: Vec::new(), cut: false });
        }
        let fields = [
            ("action", filter.action.clone()),
            ("target", filter.target.clone()),
            ("state", filter.state.clone()),
            ("actor", actor),
        ];
        query.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
        let is_last =
            |run: &Run| filter.since_ms.is_some_and(|since| run.created.0.as_millisecond() < since);
        let mut runs = self.pages(caller, &api::route::RUNS, query, (limit, is_last)).await?;
        if caller.person.is_none() {
            runs.items.iter_mut().for_each(hide_in_run);
        }
        Ok(runs)
    }

    /// Returns the nodes, all of them or those of one pool or state.
    ///
    /// # Errors
    /// Of the exchange, or [`Error::Refused`].
    pub(crate) async fn nodes(
        &self,
        caller: &Caller,
        pool: Option<String>,
        state: Option<String>,
    ) -> Result<Listed<Node>, Error> {
        let fields = [("pool", pool), ("state", state)];
        let query = fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let ends = (NODES_MAX, |_: &Node| false);
        let mut nodes = self.pages(caller, &api::route::NODES, query, ends).await?;
        if caller.person.is_none() {
            nodes.items.iter_mut().for_each(hide_in_node);
        }
        Ok(nodes)
    }

    /// Returns the catalogue as the caller sees it, for `target` if one is given; empty where no
    /// person asks.
    ///
    /// # Errors
    /// Of the exchange, or [`Error::Refused`].
    pub(crate) async fn actions(
        &self,
        caller: &Caller,
        target: Option<String>,
    ) -> Result<Listed<Action>, Error> {
        if caller.person.is_none() {
            return Ok(Listed { items: Vec::new(), cut: false });
        }
        let query: Vec<_> = target.into_iter().map(|target| ("target", target)).collect();
        let request = Request { query: &query, ..Request::read(&api::route::ACTIONS, &[]) };
        let page: Page<Action> = typed(&self.call(caller, &request).await?)?;
        Ok(Listed { items: page.items, cut: page.next.is_some() })
    }

    /// Reads pages up to a number of items, or up to and with the page that holds a last one.
    async fn pages<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        route: &'static api::Route,
        filter: Vec<(&'static str, String)>,
        (limit, is_last): (usize, impl Fn(&T) -> bool),
    ) -> Result<Listed<T>, Error> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query = filter.clone();
            query.push(("limit", (limit - items.len()).min(PAGE_ROWS).to_string()));
            query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let request = Request { query: &query, ..Request::read(route, &[]) };
            let page: Page<T> = typed(&self.call(caller, &request).await?)?;
            let enough = page.items.iter().any(&is_last);
            items.extend(page.items);
            let over = items.len() > limit;
            items.truncate(limit);
            match page.next {
                Some(next) if !enough => cursor = Some(next),
                _ => return Ok(Listed { items, cut: over }),
            }
            if items.len() >= limit {
                break;
            }
        }
        Ok(Listed { items, cut: true })
    }
}

/// Reads a successful answer as `T`, and any other as the refusal that it is.
fn typed<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    let upstream = |status, why| Error::Upstream { upstream: NAME.to_owned(), status, why };
    if answer.is_success() {
        return serde_json::from_slice(&answer.body)
            .map_err(|error| upstream(None, format!("its answer has another shape: {error}")));
    }
    match serde_json::from_slice::<Problem>(&answer.body) {
        Ok(problem) => Err(Error::Refused(Box::new(problem))),
        // A newer service may have codes that this plugin does not know.
        Err(_) => Err(upstream(Some(answer.status), words(answer))),
    }
}

fn hide_in_run(run: &mut Run) {
    run.actor.clear();
    run.params.clear();
    (run.reason, run.ticket, run.plan_hash, run.why) = (None, None, None, None);
    run.effects_left.clear();
    for step in &mut run.steps {
        (step.before, step.after, step.error) = (None, None, None);
    }
    for guard in &mut run.guards {
        guard.why = None;
    }
}

fn hide_in_node(node: &mut Node) {
    node.address = None;
    node.labels.clear();
}
