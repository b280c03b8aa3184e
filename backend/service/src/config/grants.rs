//! What is given beyond Grafana's roles.

use std::collections::{BTreeMap, BTreeSet};

use identity::{Grant, Grants};

use super::Section;

/// The section `grants`.
#[derive(Clone, Debug)]
pub(crate) struct GrantsConfig {
    /// `stop`, `LEVERFRAME_GRANTS_STOP`: subjects (`grafana:<org>:<login>`) who may move the stop
    /// switch. Default none; the token that `leverframe init` makes may.
    pub(crate) table: Grants,
    /// `anonymous_reads`, `LEVERFRAME_GRANTS_ANONYMOUS_READS`: whether callers behind whom nobody
    /// stands (public dashboards, alert rules, anonymous visitors) may list runs and nodes, without
    /// names, reasons and addresses. Default false.
    pub(crate) anonymous_reads: bool,
}

impl GrantsConfig {
    /// Reads the section.
    pub(super) fn from(section: &Section<'_>) -> Self {
        let mut table: BTreeMap<String, BTreeSet<Grant>> = BTreeMap::new();
        for given in section.texts("stop") {
            if given.value.split(':').count() < 3 || !given.value.starts_with("grafana:") {
                let why = format!("`{}` is no subject: write grafana:<org>:<login>", given.value);
                section.fault(given.at, "stop", why);
                continue;
            }
            // Logins are folded in assertions, so they are folded here.
            table.entry(given.value.to_lowercase()).or_default().insert(Grant::Stop);
        }
        let anonymous_reads = section.flag("anonymous_reads").unwrap_or(false);
        for field in ["approver", "resolver", "breakglass"] {
            if section.gives(field) {
                section.fault(section.at.clone(), field, "is not available yet: remove it");
            }
        }
        section.done();
        Self { table: Grants::new(table), anonymous_reads }
    }
}
