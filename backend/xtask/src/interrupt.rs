//! Ctrl-C, SIGTERM and SIGHUP: heard once, so that everything we started is stopped in order.

use std::fmt;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::clock::Stopwatch;

static HEARD: Mutex<bool> = Mutex::new(false);
static WAKE: Condvar = Condvar::new();

/// What waiting ends with once we were told to stop.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("told to stop")
    }
}

impl std::error::Error for Interrupted {}

/// Starts to listen; from here on a signal no longer ends this process by itself.
pub(crate) fn listen() -> Result<()> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            *HEARD.lock().unwrap_or_else(PoisonError::into_inner) = true;
            WAKE.notify_all();
        }
    });
    Ok(())
}

/// Returns whether we were told to stop.
pub(crate) fn heard() -> bool {
    *HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fails once we were told to stop.
pub(crate) fn check() -> Result<()> {
    if heard() { Err(Interrupted.into()) } else { Ok(()) }
}

/// Waits for `time`, or fails as soon as we are told to stop.
pub(crate) fn pause(time: Duration) -> Result<()> {
    let watch = Stopwatch::start();
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    while !*heard {
        let Some(left) = time.checked_sub(watch.elapsed()) else { return Ok(()) };
        heard = WAKE.wait_timeout(heard, left).unwrap_or_else(PoisonError::into_inner).0;
    }
    Err(Interrupted.into())
}

/// Asks `ready` every `every` until it returns a value; fails after `limit` or when told to stop.
pub(crate) fn poll<T>(
    what: &str,
    limit: Duration,
    every: Duration,
    mut ready: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(value) = ready()? {
            return Ok(value);
        }
        anyhow::ensure!(watch.elapsed() < limit, "{what}: not within {} s", limit.as_secs());
        pause(every)?;
    }
}
