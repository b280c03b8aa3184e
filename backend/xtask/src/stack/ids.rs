//! The ids by which Grafana knows us: the same in plugin.json, provisioning and dashboards.

/// The app, which has no executable.
pub(crate) const APP: &str = "leverframe-operations-app";
/// The datasource nested in it, which owns the executable.
pub(crate) const DATASOURCE: &str = "leverframe-operations-datasource";
/// The panel nested in it.
pub(crate) const PANEL: &str = "leverframe-actions-panel";
/// All three, in the order in which Grafana lists unsigned plugins.
pub(crate) const PLUGINS: [&str; 3] = [APP, DATASOURCE, PANEL];
/// The uid of the provisioned datasource.
pub(crate) const UID: &str = "leverframe";
/// The dashboards' files and their uids: bookmarks and links hold the uids for ever.
pub(crate) const DASHBOARDS: [(&str, &str); 3] = [
    ("cluster.json", "leverframe-cluster"),
    ("leverframe.json", "leverframe-self"),
    ("runs.json", "leverframe-runs"),
];
/// The dashboard to begin with.
pub(crate) const FIRST_DASHBOARD: &str = "leverframe-cluster";
/// What natively wired actions may post to.
pub(crate) const ACTIONS_PATH: &str = "/api/datasources/uid/leverframe/resources/actions/*/run";
