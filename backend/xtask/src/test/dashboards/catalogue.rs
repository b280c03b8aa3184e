//! Which actions the service knows: a dashboard names no other, and rows press only harmless ones.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::dashboard::{Panel, list};
use crate::stack::{Host, Row, ids};

/// The actions as an Admin sees them.
pub(super) struct Catalogue(Vec<Row>);

impl Catalogue {
    /// Asks for them.
    pub(super) fn of(host: &Host) -> Result<Self> {
        let rows = host.table(&json!({"queryType": "actions"})).context("the catalogue")?;
        Ok(Self(rows))
    }

    /// Returns what is wrong with what a panel lets people press.
    pub(super) fn faults(&self, panel: &Panel<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for fetch in panel.actions() {
            let url = fetch["url"].as_str().unwrap_or_default();
            let name = url.rsplit('/').nth(1).unwrap_or_default();
            found.extend(self.unfit_for_rows(name));
        }
        if panel.kind() == ids::PANEL {
            for button in list(&panel.json["options"]["buttons"]) {
                let name = button["action"].as_str().unwrap_or_default();
                if self.action(name).is_none() {
                    found.push(format!("there is no action {name:?}"));
                }
            }
        }
        found
    }

    /// A row's action shows no plan and takes no parameters: its answer is a toast.
    fn unfit_for_rows(&self, name: &str) -> Option<String> {
        let Some(action) = self.action(name) else {
            return Some(format!("there is no action {name:?}"));
        };
        let risk = &action["risk"];
        if risk != "low" {
            return Some(format!("{name} has risk {risk}: rows press only what has low risk"));
        }
        let schema = action["params"].as_str().and_then(|text| serde_json::from_str(text).ok());
        let required = schema.is_some_and(|schema: Value| !list(&schema["required"]).is_empty());
        required.then(|| format!("{name} needs parameters, which a row cannot give"))
    }

    fn action(&self, name: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.get("name").is_some_and(|known| known == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, risk: &str, params: &str) -> Row {
        let pairs = [("name", name), ("risk", risk), ("params", params)];
        pairs.map(|(field, value)| (field.to_owned(), json!(value))).into()
    }

    #[test]
    fn rows_press_only_known_harmless_actions_without_parameters() {
        let catalogue = Catalogue(vec![
            row("return-node", "low", "{}"),
            row("drain-node", "high", "{}"),
            row("call-node-api", "low", r#"{"required": ["text"]}"#),
        ]);
        let count = |name: &str| {
            let url = ids::ACTIONS_PATH.replace('*', name);
            let json = json!({"fieldConfig": {"defaults": {"actions": [{"fetch": {"url": url}}]}}});
            catalogue.faults(&Panel { title: "t", json: &json }).len()
        };
        assert_eq!(count("return-node"), 0);
        assert_eq!(["drain-node", "call-node-api", "nobody"].map(count), [1, 1, 1]);
    }

    #[test]
    fn a_button_names_an_action_that_there_is() {
        let catalogue = Catalogue(vec![row("drain-node", "high", "{}")]);
        let buttons = json!([{"action": "drain-node"}, {"action": "drane-node"}]);
        let json = json!({"type": ids::PANEL, "options": {"buttons": buttons}});
        assert_eq!(catalogue.faults(&Panel { title: "t", json: &json }).len(), 1);
    }
}
