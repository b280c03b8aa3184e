//! One dashboard's file, walked: its panels with their queries, its annotations, its variables.

use serde_json::Value;

use super::variables::Variables;

/// Kinds of panels that ask nothing.
const SILENT: [&str; 2] = ["row", "text"];

/// A dashboard as its file holds it.
pub(super) struct Dashboard {
    /// The file's name.
    pub(super) file: String,
    /// The whole file.
    pub(super) json: Value,
    /// What stands for `$name` in its queries.
    pub(super) variables: Variables,
}

/// One panel that asks.
pub(super) struct Panel<'a> {
    /// Its title, for messages.
    pub(super) title: &'a str,
    /// The whole panel.
    pub(super) json: &'a Value,
}

impl Dashboard {
    /// Takes a file's content.
    pub(super) fn new(file: &str, json: Value) -> Self {
        let variables = Variables::of(&json["templating"]["list"]);
        Self { file: file.to_owned(), json, variables }
    }

    /// Returns all panels, those inside of rows too.
    pub(super) fn all_panels(&self) -> Vec<Panel<'_>> {
        let mut found = Vec::new();
        walk(&self.json["panels"], &mut found);
        found
    }

    /// Returns the panels that ask.
    pub(super) fn panels(&self) -> impl Iterator<Item = Panel<'_>> {
        self.all_panels().into_iter().filter(|panel| !SILENT.contains(&panel.kind()))
    }

    /// Returns the annotations that are ours to answer.
    pub(super) fn annotations(&self) -> impl Iterator<Item = &Value> {
        let ours = |one: &&Value| one["datasource"]["uid"] != "-- Grafana --";
        list(&self.json["annotations"]["list"]).iter().filter(ours)
    }

    /// Returns the variables whose values come from a query.
    pub(super) fn query_variables(&self) -> impl Iterator<Item = &Value> {
        list(&self.json["templating"]["list"]).iter().filter(|one| one["type"] == "query")
    }
}

impl Panel<'_> {
    /// Returns its kind.
    pub(super) fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    /// Returns its queries.
    pub(super) fn targets(&self) -> &[Value] {
        list(&self.json["targets"])
    }

    /// Returns the native actions of its rows.
    pub(super) fn actions(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        collect(&self.json["fieldConfig"], "fetch", &mut found);
        found
    }
}

/// Returns the entries of a list; what is none has none.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn walk<'a>(panels: &'a Value, found: &mut Vec<Panel<'a>>) {
    for json in list(panels) {
        found.push(Panel { title: json["title"].as_str().unwrap_or("(no title)"), json });
        walk(&json["panels"], found);
    }
}

/// Finds every value under `name`, however deep.
fn collect<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, name, found)),
        Value::Object(fields) => {
            for (key, inner) in fields {
                if key == name && inner.is_object() {
                    found.push(inner);
                } else {
                    collect(inner, name, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn panels_inside_of_rows_are_found_and_rows_ask_nothing() {
        let inner = json!({"title": "inner", "type": "stat", "targets": [{"refId": "A"}]});
        let json = json!({"panels": [
            {"title": "row", "type": "row", "panels": [inner]},
            {"title": "outer", "type": "table"},
        ]});
        let dashboard = Dashboard::new("x.json", json);
        let titles: Vec<_> = dashboard.panels().map(|panel| panel.title).collect();
        assert_eq!(titles, ["inner", "outer"]);
        assert_eq!(dashboard.panels().next().unwrap().targets().len(), 1);
    }

    #[test]
    fn actions_are_found_in_overrides_and_defaults() {
        let fetch = |url: &str| json!([{"type": "fetch", "fetch": {"url": url}}]);
        let overrides = json!([{"properties": [{"id": "actions", "value": fetch("b")}]}]);
        let config = json!({"defaults": {"actions": fetch("a")}, "overrides": overrides});
        let json = json!({"title": "t", "fieldConfig": config});
        let panel = Panel { title: "t", json: &json };
        let urls: Vec<_> = panel.actions().iter().map(|one| one["url"].clone()).collect();
        assert_eq!(urls, ["a", "b"]);
    }
}
