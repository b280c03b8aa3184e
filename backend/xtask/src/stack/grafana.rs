//! Grafana, where one is found: provisioned from the repository's own folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::{ids, port};
use crate::place::{self, Place};
use crate::process::Process;
use crate::{build, http, interrupt};

/// Names a home folder of Grafana: the one that holds `conf/` and `public/`.
pub(crate) const HOME_VARIABLE: &str = "LEVERFRAME_GRAFANA_HOME";
/// The first start migrates an empty database, which takes a slow machine its time.
const READY_LIMIT: Duration = Duration::from_mins(3);
const POLL: Duration = Duration::from_millis(100);

/// What Grafana needs to be started.
pub(crate) struct Home {
    home: PathBuf,
    program: PathBuf,
}

/// What Grafana's datasource is told.
pub(super) struct Around<'a> {
    pub(super) prometheus: &'a str,
    pub(super) service: &'a str,
    pub(super) node_api: &'a str,
    pub(super) key_file: &'a Path,
}

/// A running Grafana.
pub(crate) struct Grafana {
    /// Where it answers.
    pub(crate) url: String,
    pub(super) process: Process,
}

impl Home {
    /// Finds Grafana, or says why there is none.
    pub(crate) fn find(place: &Place) -> Result<Self, String> {
        let Some(home) = std::env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty()) else {
            return Err(format!("none: {HOME_VARIABLE} names no home folder of Grafana"));
        };
        let home = PathBuf::from(home);
        if !home.join("conf/defaults.ini").is_file() {
            return Err(format!("none: {} has no conf/defaults.ini", home.display()));
        }
        let inside = home.join("bin/grafana");
        let program = if inside.is_file() { Some(inside) } else { place::program("grafana") };
        let Some(program) = program else {
            return Err(format!("none: no bin/grafana in {} nor on the PATH", home.display()));
        };
        if !dist(place).join("plugin.json").is_file() {
            let dist = dist(place);
            return Err(format!("not started: {} is not built yet", dist.display()));
        }
        Ok(Self { home, program })
    }
}

impl Grafana {
    /// Starts it on loopback with its data under `data`.
    pub(super) fn start(
        place: &Place,
        home: &Home,
        data: &Path,
        logs: &Path,
        around: &Around<'_>,
    ) -> Result<Self> {
        let folder = data.join("grafana");
        install(place, &folder.join("plugins"))?;
        let [port] = port::free()?;
        let config = folder.join("grafana.ini");
        fs::write(&config, configuration(place, &folder, port))
            .with_context(|| format!("cannot write {}", config.display()))?;
        let mut call = Command::new(&home.program);
        call.arg("server").arg("--homepath").arg(&home.home).arg("--config").arg(&config);
        call.current_dir(&folder);
        call.env("LEVERFRAME_DASHBOARDS", place.root.join("dashboards"));
        call.env("LEVERFRAME_PROMETHEUS_URL", around.prometheus);
        call.env("LEVERFRAME_SERVICE_URL", around.service);
        call.env("LEVERFRAME_NODE_API_URL", around.node_api);
        call.env("LEVERFRAME_TIME_INTERVAL", super::service::INTERVAL);
        let key = format!("$__file{{{}}}", around.key_file.display());
        call.env("LEVERFRAME_ASSERTION_KEY", key);
        let mut process = Process::foreign("grafana", &call, logs)?;
        let url = format!("http://127.0.0.1:{port}");
        let health = format!("{url}/api/health");
        interrupt::poll("Grafana answers", READY_LIMIT, POLL, || {
            if let Some(status) = process.ended() {
                bail!("ended with {status}: {}", process.end_of_log());
            }
            Ok(http::get(&health).is_ok_and(|answer| answer.status == 200).then_some(()))
        })?;
        Ok(Self { url, process })
    }

    /// Returns where to look first.
    pub(crate) fn dashboard_url(&self) -> String {
        format!("{}/d/{}", self.url, ids::FIRST_DASHBOARD)
    }
}

fn dist(place: &Place) -> PathBuf {
    place.root.join("frontend/plugin/dist")
}

/// Lays the plugin out as Grafana wants it: the built frontend, and the binary beside the nested
/// datasource's plugin.json.
fn install(place: &Place, plugins: &Path) -> Result<()> {
    let app = plugins.join(ids::APP);
    if app.exists() {
        fs::remove_dir_all(&app).with_context(|| format!("cannot remove {}", app.display()))?;
    }
    copy(&dist(place), &app)?;
    let name = format!("gpx_leverframe_{}_{}", std::env::consts::OS, architecture());
    let binary = app.join("datasource").join(name);
    fs::copy(build::plugin_path(place), &binary)
        .with_context(|| format!("cannot write {}", binary.display()))?;
    Ok(())
}

/// Returns the machine's architecture in Go's words.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// Copies a folder of plain files and folders.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read {}", from.display()))?;
        let kind = entry.file_type().context("an entry without type")?;
        let target = to.join(entry.file_name());
        ensure!(!kind.is_symlink(), "{} is a link", entry.path().display());
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

fn configuration(place: &Place, folder: &Path, port: u16) -> String {
    let (folder, provisioning) = (folder.display(), place.root.join("provisioning"));
    format!(
        "app_mode = production\n\
         [paths]\n\
         data = {folder}/data\n\
         logs = {folder}/logs\n\
         plugins = {folder}/plugins\n\
         provisioning = {provisioning}\n\
         [server]\n\
         http_addr = 127.0.0.1\n\
         http_port = {port}\n\
         root_url = http://127.0.0.1:{port}/\n\
         [security]\n\
         actions_allow_post_url = {actions}\n\
         [plugins]\n\
         allow_loading_unsigned_plugins = {plugins}\n\
         plugin_admin_enabled = false\n\
         preinstall_disabled = true\n\
         public_key_retrieval_disabled = true\n\
         [analytics]\n\
         reporting_enabled = false\n\
         check_for_updates = false\n\
         check_for_plugin_updates = false\n\
         [news]\n\
         news_feed_enabled = false\n\
         [auth.anonymous]\n\
         enabled = false\n",
        provisioning = provisioning.display(),
        actions = ids::ACTIONS_PATH,
        plugins = ids::PLUGINS.join(","),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_lists_all_plugins_without_blanks_and_opens_only_our_path() {
        let place = Place { root: PathBuf::from("/r"), target: PathBuf::from("/t") };
        let text = configuration(&place, Path::new("/d"), 3000);
        let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert!(!line("allow_loading_unsigned_plugins = ").contains(' '));
        assert_eq!(line("actions_allow_post_url = "), ids::ACTIONS_PATH);
        assert!(ids::ACTIONS_PATH.contains(&format!("/uid/{}/", ids::UID)));
        assert_eq!(line("root_url = "), "http://127.0.0.1:3000/");
    }
}
