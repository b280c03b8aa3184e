//! `test`: sets everything up and runs every test, or one part.

mod dashboards;
pub(crate) mod report;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::arguments::{Arguments, Usage};
use crate::frontend::Frontend;
use crate::machine::go::Go;
use crate::machine::{packages, prerequisites};
use crate::place::Place;
use crate::progress::Progress;
use crate::{build, check, command, smoke, tidy};
use report::{Outcome, Report};

/// The rooms that the plugin is made of.
const PLUGIN_ROOMS: &[&str] = &["api", "frames", "identity", "prometheus", "plugin"];
/// The rooms that the service is made of.
const SERVICE_ROOMS: &[&str] =
    &["api", "identity", "prometheus", "runs", "targets", "actions", "store", "worker", "service"];

/// Which tests run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Plugin,
    Service,
    Peer,
    Smoke,
    Dashboards,
    Frontend,
}

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let part = part(words)?;
    let suite = Suite::new()?;
    let mut report = Report::start();
    if part == Part::All {
        suite.everything(&mut report);
    } else if report.part("set-up", || suite.set_up()) {
        suite.one(part, &mut report);
    }
    report.end()
}

fn part(words: &[String]) -> Result<Part> {
    let mut arguments = Arguments::new(words);
    let part = match arguments.next() {
        None => Part::All,
        Some("plugin") => Part::Plugin,
        Some("service") => Part::Service,
        Some("peer") => Part::Peer,
        Some("smoke") => Part::Smoke,
        Some("dashboards") => Part::Dashboards,
        Some("frontend") => Part::Frontend,
        Some(other) => return Err(Usage(format!("there is no part {other:?}")).into()),
    };
    match arguments.next() {
        None => Ok(part),
        Some(more) => Err(Usage(format!("unexpected argument {more:?}")).into()),
    }
}

/// What every part needs.
struct Suite {
    place: Place,
    logs: PathBuf,
}

impl Suite {
    fn new() -> Result<Self> {
        let place = Place::find()?;
        let logs = place.target.join("test-logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        Ok(Self { place, logs })
    }

    /// Runs all parts. One that fails does not keep the others from running, except where they
    /// would have nothing to run.
    fn everything(&self, report: &mut Report) {
        if !report.part("set-up", || self.set_up()) {
            return;
        }
        report.part("tidy", || tidy::run(&[]).map(Outcome::from));
        report.part("fmt", || check::fmt(&self.place).map(Outcome::from));
        report.part("clippy", || check::clippy(&self.place).map(Outcome::from));
        report.part("deny", || check::deny(&self.place));
        if !report.part("build", || self.build_everything()) {
            return;
        }
        report.part("rust", || self.cargo_test(&["--workspace"], &[]));
        report.part("go", || self.go());
        report.part("smoke", || self.smoke());
        report.part("dashboards", || self.dashboards());
        report.part("frontend", || self.frontend());
    }

    fn one(&self, part: Part, report: &mut Report) {
        let rooms = match part {
            Part::Plugin => PLUGIN_ROOMS,
            Part::Service => SERVICE_ROOMS,
            _ => &[],
        };
        if part == Part::Frontend {
            report.part("frontend", || self.frontend());
            return;
        }
        if !report.part("build", || self.build_binaries()) {
            return;
        }
        match part {
            Part::Plugin => report.part("plugin", || self.rooms(rooms)),
            Part::Service => {
                report.part("service", || self.rooms(rooms));
                report.part("crossing", || self.cargo_test(&["-p", "leverframe-tests"], &[]))
            }
            Part::Peer => {
                report.part("go", || self.go());
                let words = ["-p", "leverframe-tests"];
                report.part("decoder", || self.cargo_test(&words, &["peer"]))
            }
            Part::Dashboards => report.part("dashboards", || self.dashboards()),
            Part::All | Part::Smoke | Part::Frontend => report.part("smoke", || self.smoke()),
        };
    }

    /// Checks what must be there and installs the rest.
    fn set_up(&self) -> Result<Outcome> {
        println!("{}", prerequisites::check()?);
        println!("Debian packages: {}", packages::install(&self.place)?);
        println!("Go: {}", Go::find(&self.place)?.origin);
        Ok(Outcome::Passed)
    }

    /// Builds every target once with one set of features, so that nothing is compiled twice.
    fn build_everything(&self) -> Result<Outcome> {
        let words = ["build", "--workspace", "--all-targets", "--quiet"];
        command::run(self.place.cargo().args(words))?;
        self.build_host()
    }

    fn build_binaries(&self) -> Result<Outcome> {
        build::binaries(&self.place, &self.logs.join("build-rust.log"))?;
        self.build_host()
    }

    fn build_host(&self) -> Result<Outcome> {
        let go = Go::find(&self.place)?;
        build::host(&self.place, &go, &self.logs.join("build-go.log")).map(Outcome::from)
    }

    fn rooms(&self, rooms: &[&str]) -> Result<Outcome> {
        let names: Vec<String> = rooms.iter().map(|room| format!("leverframe-{room}")).collect();
        let words: Vec<&str> = names.iter().flat_map(|name| ["-p", name]).collect();
        self.cargo_test(&words, &[])
    }

    fn cargo_test(&self, selection: &[&str], filter: &[&str]) -> Result<Outcome> {
        let mut call = self.place.cargo();
        call.arg("test").args(selection).arg("--no-fail-fast").args(filter);
        call.env(build::BIN_VARIABLE, self.place.bin());
        call.env(build::PLUGIN_VARIABLE, build::plugin_path(&self.place));
        command::run(&mut call).map(Outcome::from)
    }

    /// The peer written on Grafana's own SDK.
    fn go(&self) -> Result<Outcome> {
        let go = Go::find(&self.place)?;
        let folder = self.place.root.join("tests/host");
        command::run(go.command(&folder).args(["vet", "./..."]))?;
        let mut tests = go.command(&folder);
        tests.args(["test", "-count=1", "./..."]);
        tests.env(build::BIN_VARIABLE, self.place.bin());
        tests.env(build::PLUGIN_VARIABLE, build::plugin_path(&self.place));
        command::run(&mut tests).map(Outcome::from)
    }

    fn smoke(&self) -> Result<Outcome> {
        let folder = smoke::Folder::make(None)?;
        let figures = smoke::run(&self.place, &folder, Progress::start())?;
        println!("{figures}");
        Ok(Outcome::Passed)
    }

    /// Types, style, tests and the production build of the frontends.
    fn frontend(&self) -> Result<Outcome> {
        let frontend = Frontend::new(&self.place);
        frontend.install()?;
        for script in ["typecheck", "lint", "format", "test", "build"] {
            println!("-- npm run {script}");
            frontend.script(script)?;
        }
        println!("{}", frontend.sizes()?);
        Ok(Outcome::Passed)
    }

    fn dashboards(&self) -> Result<Outcome> {
        println!("{}", dashboards::run(&self.place, Progress::start())?);
        Ok(Outcome::Passed)
    }
}
