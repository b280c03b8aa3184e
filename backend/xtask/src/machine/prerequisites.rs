//! What must be there before we start, each with what to do when it is not.

use std::fmt::Display;
use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;

/// Python, for the package index's client.
pub(crate) const PYTHON: &str = "python3";

/// The oldest Node that the frontends take.
const NODE_MAJOR_MIN: u32 = 20;

/// Checks everything at once and reports all that is missing together.
pub(crate) fn check() -> Result<String> {
    let mut missing = Vec::new();
    let rust = said("rustc", &["--version"]);
    let node = said("node", &["--version"]);
    let npm = said("npm", &["--version"]);
    let python = said(PYTHON, &["--version"]);
    let pip = said(PYTHON, &["-m", "pip", "--version"]);
    want(&mut missing, rust.is_some(), "Rust: install rustup; the repository pins the toolchain");
    let major = node.as_deref().and_then(node_major);
    want(
        &mut missing,
        major.is_some_and(|major| major >= NODE_MAJOR_MIN),
        format!("Node {NODE_MAJOR_MIN} or newer; found {}", node.as_deref().unwrap_or("none")),
    );
    want(&mut missing, npm.is_some(), "npm: it comes with Node");
    want(&mut missing, python.is_some(), "Python 3: the package python3 of the distribution");
    want(&mut missing, pip.is_some(), "pip: the package python3-pip of the distribution");
    if !missing.is_empty() {
        bail!("missing on this machine:\n  - {}", missing.join("\n  - "));
    }
    let found = [rust, node, npm.map(|version| format!("npm {version}")), python];
    Ok(found.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Returns whether this is the Debian whose packages the stack is made for.
pub(crate) fn is_bookworm() -> bool {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let has = |line: &str| text.lines().any(|other| other == line);
    has("ID=debian") && has("VERSION_CODENAME=bookworm")
}

fn want(missing: &mut Vec<String>, there: bool, what: impl Display) {
    if !there {
        missing.push(what.to_string());
    }
}

/// Returns the first line that a program prints, shortened to name and version.
fn said(program: &str, words: &[&str]) -> Option<String> {
    let text = command::output(Command::new(program).args(words)).ok()?;
    Some(text.lines().next()?.split(" (").next()?.to_owned())
}

fn node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_s_version_is_read() {
        assert_eq!(node_major("v20.20.2"), Some(20));
        assert_eq!(node_major("20"), None);
    }

    #[test]
    fn only_what_is_missing_is_reported() {
        let mut missing = Vec::new();
        want(&mut missing, true, "a");
        want(&mut missing, false, "b");
        assert_eq!(missing, ["b"]);
    }
}
