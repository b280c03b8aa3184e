//! Ports for programs that cannot take port 0: found free, and tried again where another was
//! faster.

use std::net::TcpListener;

use anyhow::{Context as _, Result};

use crate::interrupt;

/// How often a start is tried with other ports.
const TRIES: usize = 5;

/// Returns so many ports of loopback that were free a moment ago.
pub(super) fn free<const COUNT: usize>() -> Result<[u16; COUNT]> {
    // All are held until the last is found: no port is handed out twice.
    let mut held = Vec::with_capacity(COUNT);
    let mut ports = [0; COUNT];
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
        *port = listener.local_addr().context("a listener without address")?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// Starts a foreign program on free ports; where it fails, tries again with others.
pub(super) fn retry<T, const COUNT: usize>(
    what: &str,
    start: impl Fn([u16; COUNT]) -> Result<T>,
) -> Result<T> {
    let mut tries = 1;
    loop {
        match start(free()?) {
            Ok(started) => return Ok(started),
            Err(error) if tries == TRIES || interrupt::heard() => {
                return Err(error.context(format!("{what} did not start, {tries} tries")));
            }
            Err(_) => tries += 1,
        }
    }
}
