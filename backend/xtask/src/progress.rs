//! What is being done, and for how long: a line per step, and a spinner on a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock::Stopwatch;

const SPINNER: [char; 4] = ['|', '/', '-', '\\'];
const TICK: Duration = Duration::from_millis(120);
/// How often a long step speaks where no terminal could spin.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Reports steps on standard error, so that standard output holds results alone.
#[derive(Clone, Copy)]
pub struct Progress {
    start: Stopwatch,
}

impl Progress {
    /// Starts the clock that every line shows.
    pub fn start() -> Self {
        Self { start: Stopwatch::start() }
    }

    /// Returns the seconds since the start.
    pub(crate) fn seconds(self) -> f64 {
        self.start.seconds()
    }

    /// Announces a step; it is reported as failed unless it is ended with `done`.
    pub(crate) fn step(self, title: &str) -> Step {
        let (end, ended) = channel();
        let title = title.to_owned();
        let shown = title.clone();
        let painter = std::thread::spawn(move || paint(&shown, &ended));
        let watch = Stopwatch::start();
        Step { progress: self, title, watch, painter: Some((end, painter)), detail: None }
    }
}

/// One step that is being done.
pub(crate) struct Step {
    progress: Progress,
    title: String,
    watch: Stopwatch,
    painter: Option<(Sender<()>, JoinHandle<()>)>,
    detail: Option<String>,
}

impl Step {
    /// Ends the step, with what came of it.
    pub(crate) fn done(mut self, detail: impl Into<String>) {
        self.detail = Some(detail.into());
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some((end, painter)) = self.painter.take() {
            drop(end);
            drop(painter.join());
        }
        let (all, took, title) =
            (self.progress.seconds(), self.watch.seconds(), self.title.as_str());
        match self.detail.as_deref() {
            Some("") => eprintln!("[{all:7.1} s] {title} ({took:.1} s)"),
            Some(detail) => eprintln!("[{all:7.1} s] {title}: {detail} ({took:.1} s)"),
            None => eprintln!("[{all:7.1} s] {title}: FAILED ({took:.1} s)"),
        }
    }
}

fn paint(title: &str, ended: &Receiver<()>) {
    let terminal = std::io::stderr().is_terminal();
    let watch = Stopwatch::start();
    let every = if terminal { TICK } else { HEARTBEAT };
    for sign in SPINNER.iter().cycle() {
        if !matches!(ended.recv_timeout(every), Err(RecvTimeoutError::Timeout)) {
            break;
        }
        if terminal {
            eprint!("\r\x1b[K{sign} {title} {:.1} s", watch.seconds());
            drop(std::io::stderr().flush());
        } else {
            eprintln!("            {title}: still at it ({:.0} s)", watch.seconds());
        }
    }
    if terminal {
        eprint!("\r\x1b[K");
    }
}
