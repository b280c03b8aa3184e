//! Debian packages: installs what is missing, without letting a package start a service.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::prerequisites;
use crate::command;
use crate::place::{self, Place};

/// A program of the stack and the package that holds it.
const PROGRAMS: &[(&str, &str)] = &[
    ("prometheus", "prometheus"),
    ("promtool", "prometheus"),
    ("prometheus-node-exporter", "prometheus-node-exporter"),
    ("haproxy", "haproxy"),
];

/// A package's scripts ask this file whether they may start a service.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// Our own temporary policy: "no", and a mark by which a later start knows it.
const POLICY_TEXT: &str =
    "#!/bin/sh\n# leverframe: temporary, no package starts a service\nexit 101\n";

/// Installs what is missing; returns what was done.
pub(crate) fn install(place: &Place) -> Result<String> {
    let missing = missing();
    if missing.is_empty() {
        return Ok("all there".to_owned());
    }
    let names = missing.join(" ");
    if !prerequisites::is_bookworm() {
        bail!(
            "missing: {names}; they are installed on Debian 12 (bookworm) only: \
             put these programs on the PATH yourself"
        );
    }
    let Some(root) = Root::find() else {
        bail!(
            "missing Debian packages and no right to install them; run:\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
        );
    };
    let log = place.target.join("apt.log");
    fs::create_dir_all(&place.target).context("cannot make the target directory")?;
    let _policy = Policy::forbid_starts(&root, &place.target)?;
    command::logged(root.command("apt-get").arg("update"), &log)?;
    let words = ["install", "-y", "--no-install-recommends"];
    command::logged(root.command("apt-get").args(words).args(&missing), &log)?;
    disable(&root, &missing);
    Ok(format!("installed {names}"))
}

/// Keeps the services of what we have just installed from starting with the machine, too.
fn disable(root: &Root, packages: &[&str]) {
    if place::program("systemctl").is_some()
        && let Err(error) = command::output(root.command("systemctl").arg("disable").args(packages))
    {
        eprintln!("cannot keep the services from starting with the machine: {error:#}");
    }
}

/// Returns the packages whose programs are not there, each once.
fn missing() -> Vec<&'static str> {
    let mut missing: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(program, _)| place::program(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    missing.dedup();
    missing
}

/// The right to install: we are root, or sudo lets us without asking.
struct Root {
    sudo: bool,
}

impl Root {
    fn find() -> Option<Self> {
        if command::output(Command::new("id").arg("-u")).ok()?.trim() == "0" {
            return Some(Self { sudo: false });
        }
        command::output(Command::new("sudo").args(["-n", "true"])).ok()?;
        Some(Self { sudo: true })
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut call = Command::new(if self.sudo { OsStr::new("sudo") } else { program.as_ref() });
        if self.sudo {
            call.args(["-n", "DEBIAN_FRONTEND=noninteractive"]).arg(program);
        }
        call.env("DEBIAN_FRONTEND", "noninteractive");
        call
    }
}

/// Our policy file, while it is there; the machine's own is never touched.
struct Policy<'a> {
    root: &'a Root,
    ours: bool,
}

impl<'a> Policy<'a> {
    fn forbid_starts(root: &'a Root, scratch: &Path) -> Result<Self> {
        let policy = Path::new(POLICY);
        // One that an earlier start of ours was not allowed to remove counts as ours.
        let left_over = fs::read_to_string(policy).is_ok_and(|text| text == POLICY_TEXT);
        if policy.exists() {
            return Ok(Self { root, ours: left_over });
        }
        let draft: PathBuf = scratch.join("policy-rc.d");
        fs::write(&draft, POLICY_TEXT).context("cannot write the policy's draft")?;
        let mut call = root.command("install");
        command::output(call.args(["-m", "755"]).arg(&draft).arg(POLICY))?;
        Ok(Self { root, ours: true })
    }
}

impl Drop for Policy<'_> {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = command::output(self.root.command("rm").args(["-f", POLICY]))
        {
            eprintln!("cannot remove {POLICY}: {error:#}");
        }
    }
}
