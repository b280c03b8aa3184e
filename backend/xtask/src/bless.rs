//! `bless`: takes what the code says now as right, and shows what that changed.

use std::process::Command;

use anyhow::Result;

use crate::place::Place;
use crate::{arguments, build, codegen, command};

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    arguments::none(words)?;
    let place = Place::find()?;
    codegen::write(&place)?;
    // A corpus test writes a missing answer and fails once: the tests' own result is not asked.
    let mut tests = place.cargo();
    tests.args(["test", "--workspace", "--no-fail-fast", "--quiet"]);
    tests.env("INSTA_UPDATE", "always").env("INSTA_FORCE_PASS", "1");
    tests.env(build::BIN_VARIABLE, place.bin());
    if let Err(error) = command::run(&mut tests) {
        println!("bless: {error:#}; run `cargo xtask test` for the verdict");
    }
    command::run(Command::new("git").current_dir(&place.root).args(["diff", "--stat"]))
}
