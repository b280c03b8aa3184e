//! What the files must agree on without anything running: uids, ids, and what a row may press.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::dashboard::{Dashboard, list};
use crate::stack::ids;

/// The schema of Grafana 12.3: an older one is migrated at each load.
const SCHEMA_VERSION: u64 = 42;
/// What an export for the catalogue adds, and provisioning never resolves.
const EXPORTED: [&str; 3] = ["__inputs", "__requires", "__elements"];
/// Files that name ids of ours, beside the dashboards.
const PROVISIONING: [&str; 4] = [
    "provisioning/alerting/leverframe.json",
    "provisioning/dashboards/leverframe.yaml",
    "provisioning/datasources/leverframe.yaml",
    "provisioning/plugins/leverframe.yaml",
];
/// The plugins' own words, each with the id that it must state.
const PLUGIN_FILES: [(&str, &str); 3] = [
    ("frontend/plugin/src/plugin.json", ids::APP),
    ("frontend/plugin/src/datasource/plugin.json", ids::DATASOURCE),
    ("frontend/plugin/src/panel/plugin.json", ids::PANEL),
];

/// Returns every disagreement.
pub(super) fn faults(root: &Path, dashboards: &[Dashboard]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for dashboard in dashboards {
        let uid = ids::DASHBOARDS.iter().find(|(file, _)| *file == dashboard.file);
        check_dashboard(dashboard, uid.map_or("", |(_, uid)| uid), &mut found);
    }
    for file in PROVISIONING {
        let text = read(root, file)?;
        found.extend(foreign_ids(&text).into_iter().map(|id| format!("{file}: {id} is no id")));
        if file.contains("/datasources/") {
            check_datasource(file, &text, &mut found);
        }
    }
    for (file, id) in PLUGIN_FILES {
        let json: Value = serde_json::from_str(&read(root, file)?)
            .with_context(|| format!("{file} is no JSON"))?;
        if json["id"] != id {
            found.push(format!("{file}: its id is {}, not {id}", json["id"]));
        }
    }
    Ok(found)
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))
}

fn check_dashboard(dashboard: &Dashboard, uid: &str, found: &mut Vec<String>) {
    let json = &dashboard.json;
    let mut complain = |what: String| found.push(format!("{}: {what}", dashboard.file));
    if json["uid"] != uid {
        complain(format!("its uid is {}, not {uid:?}, which links hold", json["uid"]));
    }
    if json["schemaVersion"] != SCHEMA_VERSION {
        complain(format!("schemaVersion {} is not {SCHEMA_VERSION}", json["schemaVersion"]));
    }
    for field in EXPORTED.into_iter().filter(|field| json.get(field).is_some()) {
        complain(format!("{field} is for exports"));
    }
    if json.get("id").is_some_and(|id| !id.is_null()) {
        complain("an id belongs to one database: leave it out".to_owned());
    }
    for id in foreign_ids(&json.to_string()) {
        complain(format!("{id} is no plugin of ours"));
    }
    let mut seen = BTreeSet::new();
    for panel in dashboard.all_panels() {
        if !seen.insert(panel.json["id"].as_u64()) {
            complain(format!("{:?}: its id {} is taken", panel.title, panel.json["id"]));
        }
        for fetch in panel.actions() {
            if let Some(why) = unfit_action(fetch) {
                complain(format!("{:?}: {why}", panel.title));
            }
        }
    }
    let panels: Vec<_> = dashboard.panels().collect();
    let asked = panels.iter().flat_map(|panel| {
        let own = std::iter::once(&panel.json["datasource"]);
        own.chain(panel.targets().iter().map(|target| &target["datasource"]))
    });
    let variables = dashboard.query_variables().map(|one| &one["datasource"]);
    let annotations = dashboard.annotations().map(|one| &one["datasource"]);
    for source in asked.chain(variables).chain(annotations) {
        if source["uid"] != ids::UID || source["type"] != ids::DATASOURCE {
            complain(format!("{source} is not the provisioned datasource"));
        }
    }
}

/// A native action posts to one of ours, its row in the query alone: values are put into a body
/// unescaped.
fn unfit_action(fetch: &Value) -> Option<String> {
    let (before, after) = ids::ACTIONS_PATH.split_once('*')?;
    let url = fetch["url"].as_str().unwrap_or_default();
    let name = url.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    if name.is_none_or(|name| name.is_empty() || name.contains(['/', '$', '?'])) {
        return Some(format!("{url:?} is not what Grafana is allowed to post to"));
    }
    if fetch["method"] != "POST" || fetch["body"] != "{}" {
        return Some("an action is a POST of {}".to_owned());
    }
    let names: Vec<_> = list(&fetch["queryParams"]).iter().map(|pair| &pair[0]).collect();
    (names != ["target"]).then(|| "an action takes its target as its one parameter".to_owned())
}

fn check_datasource(file: &str, text: &str, found: &mut Vec<String>) {
    let states = |wanted: &str| text.lines().any(|line| line.trim() == wanted);
    let uid = format!("uid: {}", ids::UID);
    let kind = format!("type: {}", ids::DATASOURCE);
    for wanted in [uid.as_str(), kind.as_str(), "editable: false"] {
        if !states(wanted) {
            found.push(format!("{file}: it does not say {wanted:?}"));
        }
    }
    for line in text.lines().map(|line| line.trim_start_matches([' ', '-'])) {
        let field = line.split(':').next().unwrap_or_default();
        let open = ["basicAuth", "tls", "httpHeader", "withCredentials"];
        let nested = text.contains(&format!("\n    {line}"));
        if open.iter().any(|door| field.starts_with(door) && field != "tlsCaCert")
            || (field == "url" && nested)
        {
            found.push(format!("{file}: {field} opens Grafana's datasource proxy to all viewers"));
        }
    }
}

/// Returns words that look like an id of ours and are none.
fn foreign_ids(text: &str) -> BTreeSet<String> {
    let word = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    text.split(|sign| !word(sign))
        .filter(|id| id.starts_with("leverframe-"))
        .filter(|id| ["-app", "-datasource", "-panel"].iter().any(|kind| id.ends_with(kind)))
        .filter(|id| !ids::PLUGINS.contains(id))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_that_is_none_of_ours_is_found_anywhere() {
        let text = "type: leverframe-operations-app, /a/leverframe-ops-app/runs";
        assert_eq!(foreign_ids(text), BTreeSet::from(["leverframe-ops-app".to_owned()]));
    }

    #[test]
    fn an_action_posts_nothing_but_its_target_to_us() {
        let url = ids::ACTIONS_PATH.replace('*', "return-node");
        let good = json!({"url": url, "method": "POST", "body": "{}",
            "queryParams": [["target", "node/${__data.fields.id}"]]});
        assert_eq!(unfit_action(&good), None);
        for (field, value) in [
            ("url", json!("https://elsewhere/run")),
            ("url", json!(ids::ACTIONS_PATH.replace('*', "${x}"))),
            ("body", json!("{\"target\":\"${__data.fields.id}\"}")),
            ("method", json!("PUT")),
            ("queryParams", json!([["target", "a"], ["plan_hash", "b"]])),
        ] {
            let mut bad = good.clone();
            bad[field] = value;
            assert!(unfit_action(&bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_dashboard_with_an_id_or_inputs_or_another_uid_is_refused() {
        let json = json!({"uid": "u", "schemaVersion": SCHEMA_VERSION, "panels": []});
        let count = |change: &dyn Fn(&mut Value)| {
            let mut json = json.clone();
            change(&mut json);
            let mut found = Vec::new();
            check_dashboard(&Dashboard::new("x.json", json), "u", &mut found);
            found.len()
        };
        assert_eq!(count(&|_| {}), 0);
        assert_eq!(count(&|json| json["id"] = json!(7)), 1);
        assert_eq!(count(&|json| json["__inputs"] = json!([])), 1);
        assert_eq!(count(&|json| json["uid"] = json!("v")), 1);
        let panel = json!({"id": 1, "type": "stat", "targets": [],
            "datasource": {"uid": "other", "type": ids::DATASOURCE}});
        assert_eq!(count(&|json| json["panels"] = json!([panel, {"id": 1, "type": "row"}])), 2);
    }

    #[test]
    fn a_datasource_never_uses_grafanas_own_fields() {
        let good = format!(
            "    uid: {}\n    type: {}\n    editable: false\n    jsonData:\n        - url: x\n",
            ids::UID,
            ids::DATASOURCE
        );
        let count = |text: &str| {
            let mut found = Vec::new();
            check_datasource("x", text, &mut found);
            found.len()
        };
        assert_eq!(count(&good), 0);
        assert_eq!(count(&format!("{good}\n    url: http://x\n")), 1);
        assert_eq!(count(&format!("{good}\n    basicAuth: true\n")), 1);
        assert_eq!(count("    editable: true\n"), 3);
    }
}
