//! Asks the plugin what dashboards and alert rules ask it, and presses what rows offer.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use super::dashboard::{Dashboard, Panel, list};
use super::needs::{Needs, field_name};
use super::{fields, variables};
use crate::stack::{Host, ids};
use crate::{http, interrupt};

/// How long a query may stay empty: samples of what has just happened must be scraped first.
const FILLED_LIMIT: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(250);
/// The range of every query: a fresh cluster has no longer past.
const RANGE_SECONDS: u32 = 300;
/// Who asks when Grafana evaluates alert rules.
const SCHEDULER: [(&str, &str); 3] =
    [("x-test-login", "grafana_scheduler"), ("x-test-role", "Admin"), ("fromalert", "true")];
/// What an annotation is drawn from.
const ANNOTATION_FIELDS: [&str; 6] = ["time", "timeEnd", "title", "text", "tags", "id"];

/// Asks through a running host, and counts.
pub(super) struct Asker<'a> {
    host: &'a Host,
    catalogue: Catalogue,
    queries: usize,
    presses: usize,
    faults: Vec<String>,
}

impl<'a> Asker<'a> {
    /// Begins with nothing asked.
    ///
    /// # Errors
    /// When the service does not answer its catalogue.
    pub(super) fn new(host: &'a Host) -> Result<Self> {
        let catalogue = Catalogue::of(host)?;
        Ok(Self { host, catalogue, queries: 0, presses: 0, faults: Vec::new() })
    }

    /// Presses each native action once, on another row each time: a target that has just been
    /// acted on cools down. Returns how many.
    pub(super) fn press(&mut self, dashboard: &Dashboard) -> Result<usize> {
        let before = self.presses;
        for panel in dashboard.panels() {
            for fetch in panel.actions() {
                let place = format!("{}, {:?}", dashboard.file, panel.title);
                let query =
                    panel.targets().first().with_context(|| format!("{place}: no query"))?;
                let frames = self.filled(dashboard, query).with_context(|| place.clone())?;
                self.press_row(fetch, &frames).with_context(|| place)?;
                self.presses += 1;
            }
        }
        Ok(self.presses - before)
    }

    /// Posts what Grafana would post for the row.
    fn press_row(&self, fetch: &Value, frames: &[Value]) -> Result<()> {
        let path = fetch["url"].as_str().context("an action without URL")?;
        let query = list(&fetch["queryParams"]).iter().map(|pair| {
            let text = pair[1].as_str().context("a parameter that is no text")?;
            let value = row_text(text, frames, self.presses)?;
            Ok(format!("{}={}", pair[0].as_str().unwrap_or_default(), http::encode(&value)))
        });
        let query = query.collect::<Result<Vec<_>>>()?.join("&");
        let url = format!("{}{path}?{query}", self.host.url);
        let answer = http::post(&url, &[("x-grafana-action", "1")], &json!({}))?.ok()?;
        ensure!(answer["id"].is_string(), "the press answered no run: {answer}");
        Ok(())
    }

    /// Asks every query of a dashboard. Returns how many.
    pub(super) fn dashboard(&mut self, dashboard: &Dashboard) -> Result<usize> {
        let before = self.queries;
        for panel in dashboard.panels() {
            let place = format!("{}, {:?}", dashboard.file, panel.title);
            self.panel(dashboard, &panel, &place)?;
        }
        for one in dashboard.annotations() {
            let place = format!("{}, annotation {}", dashboard.file, one["name"]);
            let names = self.names(dashboard, &one["target"], &place)?;
            self.expect(&place, &ANNOTATION_FIELDS.map(str::to_owned).into(), &names);
        }
        for one in dashboard.query_variables() {
            let place = format!("{}, variable {}", dashboard.file, one["name"]);
            let query = variable_query(&one["query"]).with_context(|| place.clone())?;
            self.names(dashboard, &query, &place)?;
        }
        Ok(self.queries - before)
    }

    fn panel(&mut self, dashboard: &Dashboard, panel: &Panel<'_>, place: &str) -> Result<()> {
        if panel.targets().is_empty() {
            self.faults.push(format!("{place}: it asks nothing"));
        }
        let needs = Needs::of(panel);
        self.faults.extend(needs.strange.iter().map(|what| format!("{place}: {what}")));
        let unfit = self.catalogue.faults(panel);
        self.faults.extend(unfit.iter().map(|what| format!("{place}: {what}")));
        let mut names = needs.made;
        for target in panel.targets() {
            names.extend(self.names(dashboard, target, place)?);
        }
        self.expect(place, &needs.fields, &names);
        Ok(())
    }

    /// Asks the queries of every alert rule as Grafana's scheduler does. Returns how many.
    pub(super) fn alerts(&mut self, alerts: &Value) -> Result<usize> {
        let before = self.queries;
        let rules = list(&alerts["groups"]).iter().flat_map(|group| list(&group["rules"]));
        for rule in rules {
            for one in list(&rule["data"]).iter().filter(|one| one["datasourceUid"] == ids::UID) {
                let frames = self.until_filled(&SCHEDULER, &one["model"]);
                frames.with_context(|| format!("alert rule {}", rule["uid"]))?;
                self.queries += 1;
            }
        }
        Ok(self.queries - before)
    }

    /// Says what was done, or lists the faults.
    pub(super) fn end(self) -> Result<String> {
        if !self.faults.is_empty() {
            bail!("{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
        }
        Ok(format!("{} queries answered, {} row actions pressed", self.queries, self.presses))
    }

    fn expect(&mut self, place: &str, wanted: &BTreeSet<String>, names: &BTreeSet<String>) {
        for name in wanted.difference(names) {
            self.faults.push(format!("{place}: no field {name:?} among {names:?}"));
        }
    }

    /// Returns the names of a query's fields; a query that fails or stays empty is a fault.
    fn names(
        &mut self,
        dashboard: &Dashboard,
        query: &Value,
        place: &str,
    ) -> Result<BTreeSet<String>> {
        self.queries += 1;
        match self.filled(dashboard, query) {
            Ok(frames) => Ok(fields::names(&frames)),
            Err(fault) => {
                interrupt::check()?;
                self.faults.push(format!("{place}: {fault:#}"));
                Ok(BTreeSet::new())
            }
        }
    }

    fn filled(&self, dashboard: &Dashboard, query: &Value) -> Result<Vec<Value>> {
        let query = dashboard.variables.fill(query).map_err(|why| anyhow!(why))?;
        self.until_filled(&[], &query)
    }

    fn until_filled(&self, caller: &[(&str, &str)], query: &Value) -> Result<Vec<Value>> {
        interrupt::poll(&format!("an answer with rows to {query}"), FILLED_LIMIT, POLL, || {
            let frames = self.host.frames_as(caller, query, RANGE_SECONDS)?;
            Ok(fields::has_rows(&frames).then_some(frames))
        })
    }
}

/// Returns the query that the datasource's frontend makes of a variable's.
fn variable_query(query: &Value) -> Result<Value> {
    Ok(match query["variable"].as_str() {
        Some("nodes" | "pools") => {
            json!({"queryType": "nodes", "pool": query["pool"], "state": query["state"]})
        }
        Some("query_result") => json!({"queryType": "promql", "expr": query["expr"],
            "instant": true, "range": false}),
        other => bail!("{other:?} is no kind of variable"),
    })
}

/// Fills in `${__data.fields.x}` with the row's values.
fn row_text(text: &str, frames: &[Value], row: usize) -> Result<String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        let (name, length) = variables::reference(after).context("a lonely dollar sign")?;
        let field = after.strip_prefix("{__data.fields").and_then(field_name);
        let field = field.with_context(|| format!("{name} is no field of the row"))?;
        let value = fields::cell(frames, field, row);
        filled.push_str(before);
        filled.push_str(&value.with_context(|| format!("no field {field:?} in row {row}"))?);
        rest = &after[length..];
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_takes_the_values_of_its_row() {
        let schema = json!({"fields": [{"name": "id"}]});
        let frames = [json!({"schema": schema, "data": {"values": [["web-1", "web-2"]]}})];
        let text = "node/${__data.fields.id}";
        assert_eq!(row_text(text, &frames, 1).unwrap(), "node/web-2");
        assert!(row_text(text, &frames, 2).is_err());
        assert!(row_text("${other}", &frames, 0).is_err());
    }

    #[test]
    fn a_variable_is_asked_as_the_frontend_asks_it() {
        let pools = variable_query(&json!({"variable": "pools"})).unwrap();
        assert_eq!(pools["queryType"], "nodes");
        assert!(variable_query(&json!({"variable": "labels"})).is_err());
    }
}
