//! `leverframe.yaml` and `LEVERFRAME_*`: the one place that reads them, and tells every fault at
//! once.
//!
//! Each field's doc names its variable and its default. A variable wins over the file; items of
//! lists have none. Secrets come from a variable or from a file that a `*_file` field names, never
//! from the YAML.

mod assertion;
mod client;
mod document;
mod env;
mod fault;
mod grants;
mod inventory;
mod limits;
mod listen;
mod prometheus;
mod sd;
mod section;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use targets::sd::SdRules;

use self::section::{Given, Reader, Section};
pub(crate) use self::{
    assertion::Assertion,
    client::{ClientEnv, LogEnv},
    env::{Env, ProcessEnv},
    fault::{Fault, Faults, Place},
    grants::GrantsConfig,
    inventory::{Inventory, NodeApi},
    limits::Limits,
    listen::{Listen, PORT},
    prometheus::Prometheus,
};

/// The file that is read unless `--config` names another.
pub(crate) const FILE: &str = "leverframe.yaml";

/// Largest file in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Everything `leverframe.yaml` says.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where it listens.
    pub(crate) listen: Listen,
    /// `data`, `LEVERFRAME_DATA`: the folder of the store. Default `data` beside the file.
    pub(crate) data: PathBuf,
    /// `actions`, `LEVERFRAME_ACTIONS`: the folder of the definitions. Default `actions` beside the
    /// file.
    pub(crate) actions: PathBuf,
    /// `assertion`: the plugin's key.
    pub(crate) assertion: Assertion,
    /// `prometheus`: whom guards and goals ask.
    pub(crate) prometheus: Option<Prometheus>,
    /// `inventory`: where nodes are learnt from.
    pub(crate) inventory: Inventory,
    /// `sd`: the lists for Prometheus.
    pub(crate) sd: BTreeMap<String, SdRules>,
    /// `grants`: rights beyond the roles.
    pub(crate) grants: GrantsConfig,
    /// `limits`.
    pub(crate) limits: Limits,
}

impl Config {
    /// Reads `file` and the environment.
    pub(crate) fn load(file: &Path, env: &dyn Env) -> Result<Self, Faults> {
        let fault = |why: String| Faults {
            file: file.display().to_string(),
            list: vec![Fault { place: Place::Absent, field: String::new(), why }],
        };
        match fs::metadata(file) {
            Ok(meta) if meta.len() > FILE_BYTES_MAX => {
                return Err(fault(format!("has more than {FILE_BYTES_MAX} bytes")));
            }
            Ok(_) => {}
            Err(error) => {
                let what = "make one with `leverframe init DIR`, or name yours with --config";
                return Err(fault(format!("cannot be read: {error}; {what}")));
            }
        }
        let text =
            fs::read_to_string(file).map_err(|error| fault(format!("cannot be read: {error}")))?;
        Self::parse(&text, file, env)
    }

    /// Reads the text of `file` and the environment.
    pub(crate) fn parse(text: &str, file: &Path, env: &dyn Env) -> Result<Self, Faults> {
        let name = || file.display().to_string();
        let tree =
            document::parse(text).map_err(|fault| Faults { file: name(), list: vec![fault] })?;
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        let reader = Reader { env, folder, faults: std::cell::RefCell::default() };
        let config = Self::from(&Section::root(&reader, Some(&tree)), &reader.folder);
        let mut list = reader.faults.into_inner();
        if list.is_empty() {
            return Ok(config);
        }
        list.sort();
        list.dedup();
        Err(Faults { file: name(), list })
    }

    fn from(root: &Section<'_>, folder: &Path) -> Self {
        let path = |field: &'static str| {
            root.path(field).map_or_else(|| folder.join(field), |given| given.value)
        };
        let config = Self {
            listen: Listen::from(root),
            data: path("data"),
            actions: path("actions"),
            assertion: Assertion::from(&root.section("assertion")),
            prometheus: Prometheus::from(&root.section("prometheus")),
            inventory: Inventory::from(&root.section("inventory")),
            sd: sd::lists(&root.section("sd")),
            grants: GrantsConfig::from(&root.section("grants")),
            limits: Limits::from(&root.section("limits")),
        };
        root.done();
        if !config.sd.is_empty() && config.inventory.is_empty() && !root.gives("inventory") {
            root.missing("inventory", "http_sd lists need a source of nodes");
        }
        config
    }
}

#[cfg(test)]
mod tests;
