//! Floors: which crate may import which of ours, against what cargo says.

use serde_json::Value;

use super::Breach;

/// One crate, and what it may import.
struct Room {
    name: &'static str,
    /// Ours that it may import.
    imports: &'static [&'static str],
    /// Whether it is a library, whose callers need typed errors.
    library: bool,
}

const fn library(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, imports, library: true }
}

const fn program(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, imports, library: false }
}

/// The house from the ground up: imports go down, never sideways, never up.
const ROOMS: &[Room] = &[
    library("api", &[]),
    library("frames", &[]),
    library("identity", &[]),
    library("prometheus", &[]),
    library("runs", &[]),
    library("targets", &[]),
    library("actions", &["identity", "prometheus", "runs", "targets"]),
    library("store", &["identity", "runs"]),
    program("plugin", &["api", "frames", "identity", "prometheus"]),
    program("service", &["actions", "api", "identity", "prometheus", "runs", "store", "targets"]),
    program("worker", &[]),
    program("xtask", &[]),
    program(
        "tests",
        &[
            "actions",
            "api",
            "frames",
            "identity",
            "prometheus",
            "runs",
            "store",
            "targets",
            "xtask",
        ],
    ),
];

/// What every package's name begins with.
const PREFIX: &str = "leverframe-";

/// Returns the breaches of the table above.
pub(super) fn check(metadata: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(room) = ROOMS.iter().find(|room| name.strip_prefix(PREFIX) == Some(room.name))
        else {
            found.push(Breach::whole(name, "no such room in tidy's table of floors"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            if let Some(message) = refused(room, other, dependency["kind"].as_str()) {
                found.push(Breach::whole(name, message));
            }
        }
    }
    found
}

fn refused(room: &Room, other: &str, kind: Option<&str>) -> Option<String> {
    if let Some(ours) = other.strip_prefix(PREFIX) {
        let down = room.imports.contains(&ours);
        return (!down).then(|| format!("imports {ours}: not below it; imports go down only"));
    }
    if other == "anyhow" && room.library && kind != Some("dev") {
        return Some("a library gives its callers typed errors, not anyhow".to_owned());
    }
    if other == "grafana-plugin-sdk" && !(room.name == "tests" && kind == Some("dev")) {
        return Some("grafana-plugin-sdk is a peer for tests, never shipped".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_one(name: &str, dependency: &str, expected: Option<&str>) {
        let package = json!({"name": name, "dependencies": [{"name": dependency, "kind": null}]});
        let found = check(&json!({"packages": [package]}));
        let messages: Vec<&str> = found.iter().map(|breach| breach.message.as_str()).collect();
        match expected {
            None => assert_eq!(messages, <[&str; 0]>::default()),
            Some(part) => assert!(messages.iter().any(|text| text.contains(part)), "{messages:?}"),
        }
    }

    #[test]
    fn imports_go_down_only() {
        check_one("leverframe-service", "leverframe-store", None);
        check_one("leverframe-store", "leverframe-service", Some("imports service"));
        check_one("leverframe-runs", "leverframe-api", Some("imports api"));
        check_one("leverframe-service", "leverframe-frames", Some("imports frames"));
    }

    #[test]
    fn a_library_has_no_anyhow_and_nothing_ships_the_peer() {
        check_one("leverframe-runs", "anyhow", Some("typed errors"));
        check_one("leverframe-service", "anyhow", None);
        check_one("leverframe-plugin", "grafana-plugin-sdk", Some("never shipped"));
    }

    #[test]
    fn a_crate_outside_the_table_is_a_breach() {
        check_one("leverframe-utils", "serde", Some("no such room"));
    }
}
