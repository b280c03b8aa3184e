//! The lists of `http_sd`.

use std::collections::{BTreeMap, BTreeSet};

use targets::sd::{Exclude, SdRules};

use super::{Section, inventory::state_of};

/// Reads the section `sd`: a list of its own under each name, `/sd/<name>`.
///
/// Fields of a list: `pools` (a list; none: all), `port` (default: the node's own), `scheme`
/// (`http` or `https`), `metrics_path`, `exclude: {states, nodes, labels}`.
pub(super) fn lists(section: &Section<'_>) -> BTreeMap<String, SdRules> {
    let mut lists = BTreeMap::new();
    for (name, list) in section.named() {
        if api::is_id(&name.value) {
            lists.insert(name.value, rules(&list));
        } else {
            section.fault(name.at, &name.value, "must be 1 to 128 of A-Z a-z 0-9 _ . : -");
        }
    }
    lists
}

fn rules(list: &Section<'_>) -> SdRules {
    let rules = SdRules {
        pools: values(list, "pools"),
        port: list.number("port", 1..=65_535).and_then(|port| u16::try_from(port).ok()),
        scheme: scheme(list),
        metrics_path: metrics_path(list),
        exclude: exclude(&list.section("exclude")),
    };
    list.done();
    rules
}

fn values(section: &Section<'_>, field: &'static str) -> BTreeSet<String> {
    section.texts(field).into_iter().map(|given| given.value).collect()
}

fn scheme(list: &Section<'_>) -> Option<String> {
    let given = list.text("scheme")?;
    if matches!(given.value.as_str(), "http" | "https") {
        return Some(given.value);
    }
    list.fault(given.at, "scheme", format!("must be `http` or `https`, not `{}`", given.value));
    None
}

fn metrics_path(list: &Section<'_>) -> Option<String> {
    let given = list.text("metrics_path")?;
    if given.value.starts_with('/') {
        return Some(given.value);
    }
    list.fault(given.at, "metrics_path", "must begin with a slash");
    None
}

fn exclude(section: &Section<'_>) -> Exclude {
    let mut states = BTreeSet::new();
    for given in section.texts("states") {
        match state_of(&given.value) {
            Some(state) => {
                states.insert(state);
            }
            None => section.fault(
                given.at,
                "states",
                format!("`{}` is no state of a node", given.value),
            ),
        }
    }
    let nodes = values(section, "nodes");
    let pairs = section.section("labels").pairs();
    section.done();
    let labels = pairs.into_iter().map(|(name, value)| (name.value, value)).collect();
    Exclude { states, nodes, labels }
}
