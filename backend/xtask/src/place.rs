//! Where things lie: the repository, cargo's target directory, binaries.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;

/// The repository and its target directory.
#[derive(Clone)]
pub struct Place {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds; honours `CARGO_TARGET_DIR` and cargo's configuration.
    pub target: PathBuf,
}

impl Place {
    /// Finds both, by asking cargo.
    pub fn find() -> Result<Self> {
        let root = root();
        let metadata = metadata(&root)?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        Ok(Self { target: PathBuf::from(target), root })
    }

    /// Returns the folder of the dev profile's binaries.
    pub(crate) fn bin(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// Returns cargo, to be run at the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(cargo());
        cargo.current_dir(&self.root);
        cargo
    }
}

/// Returns the repository's root: two folders above this crate.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Returns what cargo says about the workspace's own packages.
pub(crate) fn metadata(root: &Path) -> Result<serde_json::Value> {
    let mut call = Command::new(cargo());
    call.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root);
    let text = command::output(&mut call).context("cannot ask cargo about the workspace")?;
    serde_json::from_str(&text).context("cargo metadata is no JSON")
}

/// Returns the cargo that started us, so that one toolchain does everything.
fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Returns where a program is found on the `PATH`; also in the folders of system programs, which
/// a plain user's `PATH` may lack.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}
