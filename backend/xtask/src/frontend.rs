//! The frontends: what npm installs, checks, tests and builds, and how large the bundles are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::command;
use crate::place::Place;

/// The panel's bundle may have so many bytes after gzip: it is loaded with every dashboard.
const PANEL_GZIP_MAX: usize = 150_000;
/// The bundles that are listed, below the plugin's `dist`.
const BUNDLES: [(&str, &str); 3] =
    [("app", "module.js"), ("datasource", "datasource/module.js"), ("panel", "panel/module.js")];

/// The npm workspace and the Node that it brings.
pub(crate) struct Frontend {
    root: PathBuf,
}

impl Frontend {
    /// Finds the workspace.
    pub(crate) fn new(place: &Place) -> Self {
        Self { root: place.root.join("frontend") }
    }

    /// Installs what the lock file names, unless it is all there.
    pub(crate) fn install(&self) -> Result<()> {
        let wanted = fs::read(self.root.join("package-lock.json")).context("package-lock.json")?;
        let mark = self.root.join("node_modules/.installed-lock.json");
        if fs::read(&mark).is_ok_and(|there| there == wanted) && self.node().is_file() {
            return Ok(());
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&self.root);
        command::run(&mut npm)?;
        ensure!(self.node().is_file(), "npm brought no Node: {} is missing", self.node().display());
        fs::write(&mark, wanted).with_context(|| format!("cannot write {}", mark.display()))
    }

    /// Runs one of the workspace's scripts with the workspace's own Node.
    pub(crate) fn script(&self, name: &str) -> Result<()> {
        let mut npm = Command::new("npm");
        npm.args(["run", "--silent", name]).current_dir(&self.root).env("CI", "true");
        let mut folders = vec![self.node().parent().unwrap_or(&self.root).to_path_buf()];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        npm.env("PATH", std::env::join_paths(folders).context("an odd PATH")?);
        command::run(&mut npm)
    }

    /// Returns a line per bundle; fails when the panel's is too large.
    pub(crate) fn sizes(&self) -> Result<String> {
        let mut lines = Vec::new();
        for (name, file) in BUNDLES {
            let path = self.root.join("plugin/dist").join(file);
            let bytes = fs::read(&path).with_context(|| {
                format!("{} is not built: cargo xtask test frontend", path.display())
            })?;
            let gzip = gzipped(&path)?;
            lines.push(format!("{name:<11} {:>8} bytes, {gzip:>7} gzip", bytes.len()));
            let small = name != "panel" || gzip <= PANEL_GZIP_MAX;
            ensure!(small, "the panel has {gzip} bytes after gzip, more than {PANEL_GZIP_MAX}");
        }
        Ok(lines.join("\n"))
    }

    fn node(&self) -> PathBuf {
        self.root.join("node_modules/node/bin/node")
    }
}

fn gzipped(path: &Path) -> Result<usize> {
    let mut gzip = Command::new("gzip");
    gzip.args(["-9", "-c"]).arg(path).stderr(Stdio::inherit());
    let output = gzip.output().context("cannot run gzip")?;
    ensure!(output.status.success(), "gzip ended with {}", output.status);
    Ok(output.stdout.len())
}
