//! `check`: everything that can be said without running a test.

use std::process::Command;

use anyhow::Result;

use crate::place::{self, Place};
use crate::test::report::{Outcome, Report};
use crate::{arguments, command, tidy};

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    arguments::none(words)?;
    let place = Place::find()?;
    let mut report = Report::start();
    report.part("tidy", || tidy::run(&[]).map(Outcome::from));
    report.part("fmt", || fmt(&place).map(Outcome::from));
    report.part("clippy", || clippy(&place).map(Outcome::from));
    report.part("rustdoc", || rustdoc(&place).map(Outcome::from));
    report.part("deny", || deny(&place));
    report.end()
}

/// Fails if rustfmt would change a file.
pub(crate) fn fmt(place: &Place) -> Result<()> {
    command::run(place.cargo().args(["fmt", "--all", "--check"]))
}

/// Fails on any warning of clippy.
pub(crate) fn clippy(place: &Place) -> Result<()> {
    let words = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    command::run(place.cargo().args(words))
}

/// Fails on any warning of rustdoc, private items included.
fn rustdoc(place: &Place) -> Result<()> {
    let words = ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    command::run(place.cargo().args(words).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Checks licences, sources and doubled crates, where cargo-deny is installed.
pub(crate) fn deny(place: &Place) -> Result<Outcome> {
    if place::program("cargo-deny").is_none() {
        return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
    }
    let mut call = Command::new("cargo-deny");
    call.current_dir(&place.root).args(["check", "bans", "licenses", "sources"]);
    command::run(&mut call).map(Outcome::from)
}
