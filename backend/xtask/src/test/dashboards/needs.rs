//! Which fields a panel names, in overrides, transformations, actions, links and options.

use std::collections::BTreeSet;

use serde_json::Value;

use super::dashboard::{Panel, list};

/// What a panel names, and what it makes itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Fields that must be there.
    pub(super) fields: BTreeSet<String>,
    /// Fields and display names that the panel itself brings about.
    pub(super) made: BTreeSet<String>,
    /// What is written in a way that this walk does not understand.
    pub(super) strange: Vec<String>,
}

impl Needs {
    /// Reads a panel.
    pub(super) fn of(panel: &Panel<'_>) -> Self {
        let mut needs = Self::default();
        let config = &panel.json["fieldConfig"];
        for entry in list(&config["overrides"]) {
            needs.matcher(&entry["matcher"]);
            for property in list(&entry["properties"]) {
                needs.property(property);
            }
        }
        for entry in list(&panel.json["transformations"]) {
            needs.transformation(entry);
        }
        for sort in list(&panel.json["options"]["sortBy"]) {
            needs.named(&sort["displayName"]);
        }
        for button in list(&panel.json["options"]["buttons"]) {
            if button["source"] == "rows" {
                needs.named(&button["idField"]);
            }
        }
        needs.named(&panel.json["options"]["reduceOptions"]["fields"]);
        needs.texts(panel.json);
        needs
    }

    fn named(&mut self, name: &Value) {
        if let Some(name) = name.as_str().filter(|name| !name.is_empty()) {
            self.fields.insert(name.to_owned());
        }
    }

    fn matcher(&mut self, matcher: &Value) {
        match matcher["id"].as_str().unwrap_or_default() {
            "byName" => self.named(&matcher["options"]),
            "byNames" => list(&matcher["options"]["names"]).iter().for_each(|n| self.named(n)),
            other => self.strange.push(format!("a matcher {other:?}: write byName")),
        }
    }

    fn property(&mut self, property: &Value) {
        match property["id"].as_str().unwrap_or_default() {
            "displayName" => {
                self.made.extend(property["value"].as_str().map(str::to_owned));
            }
            "custom.tooltip.field" | "custom.styleField" => self.named(&property["value"]),
            _ => {}
        }
    }

    fn transformation(&mut self, entry: &Value) {
        let options = &entry["options"];
        match entry["id"].as_str().unwrap_or_default() {
            "calculateField" if options["mode"] == "index" => {
                self.made.extend(options["alias"].as_str().map(str::to_owned));
            }
            "organize" => {
                for map in ["excludeByName", "indexByName", "renameByName"] {
                    for (name, value) in options[map].as_object().into_iter().flatten() {
                        self.fields.insert(name.clone());
                        self.made.extend(value.as_str().map(str::to_owned));
                    }
                }
            }
            other => self.strange.push(format!("a transformation {other:?} that is not known")),
        }
    }

    /// Finds `${__data.fields.x}` in any text.
    fn texts(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                for part in text.split("__data.fields").skip(1) {
                    match field_name(part) {
                        Some(name) => _ = self.fields.insert(name.to_owned()),
                        None => self.strange.push(format!("no name of a field in {text:?}")),
                    }
                }
            }
            Value::Array(entries) => entries.iter().for_each(|entry| self.texts(entry)),
            Value::Object(fields) => fields.values().for_each(|inner| self.texts(inner)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Reads `.name}`, `.name:format}`, `["name"]}` and `.name.numeric}` after `__data.fields`.
pub(super) fn field_name(after: &str) -> Option<&str> {
    if let Some(quoted) = after.strip_prefix("[\"") {
        return Some(quoted.split_once("\"]")?.0);
    }
    let name = after.strip_prefix('.')?;
    let end = name.find(['}', ':', '.', '['])?;
    (end > 0).then(|| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn needs(json: &Value) -> Needs {
        Needs::of(&Panel { title: "t", json })
    }

    fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn every_place_that_names_a_field_is_found() {
        let action = json!([{"fetch": {"queryParams": [["target", "node/${__data.fields.a}"]]}}]);
        let link = json!([{"url": "/x/${__data.fields[\"b c\"]:percentencode}"}]);
        let panel = json!({
            "fieldConfig": {"overrides": [
                {"matcher": {"id": "byName", "options": "d"},
                 "properties": [{"id": "displayName", "value": "D"},
                                {"id": "custom.tooltip.field", "value": "e"}]},
                {"matcher": {"id": "byNames", "options": {"names": ["f"]}}, "properties": [
                    {"id": "actions", "value": action}, {"id": "links", "value": link}]},
            ]},
            "transformations": [
                {"id": "calculateField", "options": {"mode": "index", "alias": "Row"}},
                {"id": "organize", "options": {"renameByName": {"g": "G"}}},
            ],
            "options": {"sortBy": [{"displayName": "h"}],
                        "buttons": [{"source": "rows", "idField": "i"},
                                    {"source": "one", "idField": "not needed"}]},
        });
        let found = needs(&panel);
        assert_eq!(found.fields, set(["a", "b c", "d", "e", "f", "g", "h", "i"]));
        assert_eq!(found.made, set(["D", "G", "Row"]));
        assert!(found.strange.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_a_fault() {
        let by_type = json!({"fieldConfig": {"overrides": [
            {"matcher": {"id": "byType", "options": "number"}, "properties": []}]}});
        assert_eq!(needs(&by_type).strange.len(), 1);
        assert_eq!(needs(&json!({"transformations": [{"id": "joinByField"}]})).strange.len(), 1);
        assert_eq!(needs(&json!({"description": "${__data.fields}"})).strange.len(), 1);
    }
}
