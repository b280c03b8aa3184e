//! A heading and a time for each part, and a table at the end.

use anyhow::{Result, bail};

use crate::clock::Stopwatch;
use crate::interrupt;

/// How a part ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It ran and found no fault.
    Passed,
    /// It did not run, for this reason.
    Skipped(String),
    /// It found a fault or could not run.
    Failed(String),
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Passed
    }
}

/// The parts that have ended, in order.
pub(crate) struct Report {
    watch: Stopwatch,
    rows: Vec<(String, Outcome, f64)>,
}

impl Report {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        Self { watch: Stopwatch::start(), rows: Vec::new() }
    }

    /// Runs a part under its heading; returns whether those that need it may run.
    pub(crate) fn part(&mut self, name: &str, run: impl FnOnce() -> Result<Outcome>) -> bool {
        if interrupt::heard() {
            return false;
        }
        println!("\n== {name}");
        let watch = Stopwatch::start();
        let outcome = run().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let seconds = watch.seconds();
        if let Outcome::Failed(why) = &outcome {
            println!("{why}");
        }
        println!("{}", line(name, &outcome, seconds));
        let go_on = !matches!(outcome, Outcome::Failed(_));
        self.rows.push((name.to_owned(), outcome, seconds));
        go_on
    }

    /// Prints the table; fails if a part failed.
    pub(crate) fn end(self) -> Result<()> {
        interrupt::check()?;
        println!("\n== summary");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for (name, outcome, seconds) in &self.rows {
            match outcome {
                Outcome::Passed => passed += 1,
                Outcome::Skipped(_) => skipped += 1,
                Outcome::Failed(_) => failed += 1,
            }
            println!("{}", line(name, outcome, *seconds));
        }
        println!("{:<10} {:>8.1} s", "all", self.watch.seconds());
        println!("parts: {passed} passed, {failed} failed, {skipped} skipped");
        if failed > 0 {
            bail!("{failed} of {} parts failed", self.rows.len());
        }
        Ok(())
    }
}

fn line(name: &str, outcome: &Outcome, seconds: f64) -> String {
    match outcome {
        Outcome::Passed => format!("{name:<10} {seconds:>8.1} s  passed"),
        Outcome::Skipped(why) => format!("{name:<10} {seconds:>8.1} s  skipped: {why}"),
        Outcome::Failed(why) => {
            let first = why.lines().next().unwrap_or_default();
            format!("{name:<10} {seconds:>8.1} s  FAILED: {first}")
        }
    }
}
