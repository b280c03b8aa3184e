//! Real requests: counted at the balancer, and slow ones that must survive a drain.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::http::Response;
use crate::stack::haproxy::Haproxy;
use crate::{http, interrupt};

/// How long a slow request takes: longer than plan and run need to begin the drain.
const SLOW_MS: u32 = 4000;
/// How many are sent: HAProxy deals them out in turn, so each node works on some.
const SLOW_COUNT: usize = 12;
/// Where a worker says who it is.
const SERVER_HEADER: &str = "x-leverframe-server";
/// How long all slow requests may take to reach the workers.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// Returns how many sessions each server took while we watched.
pub(super) fn watch(haproxy: &Haproxy, time: Duration) -> Result<BTreeMap<String, u64>> {
    let before = haproxy.sessions_by_server()?;
    interrupt::pause(time)?;
    let after = haproxy.sessions_by_server()?;
    let grown = |(name, count): (String, u64)| {
        let old = before.get(&name).copied().unwrap_or(0);
        (name, count.saturating_sub(old))
    };
    Ok(after.into_iter().map(grown).collect())
}

/// Requests that are being worked on while the node is drained.
pub(super) struct SlowRequests {
    node: String,
    answers: Receiver<Result<Response>>,
    threads: Vec<JoinHandle<()>>,
}

impl SlowRequests {
    /// Sends them all and gives them time to reach their workers.
    pub(super) fn start(haproxy: &str, node: &str) -> Result<Self> {
        let url = format!("{haproxy}/work?ms={SLOW_MS}");
        let (sender, answers) = channel();
        let send = |_| {
            let (url, sender) = (url.clone(), sender.clone());
            // The receiver outlives the thread, so sending fails only after a failure elsewhere.
            std::thread::spawn(move || drop(sender.send(http::get(&url))))
        };
        let threads = (0..SLOW_COUNT).map(send).collect();
        interrupt::pause(UNDER_WAY)?;
        Ok(Self { node: node.to_owned(), answers, threads })
    }

    /// Waits for all; fails unless each ended with 200. Returns how many ran on the node.
    pub(super) fn end(self) -> Result<usize> {
        for thread in self.threads {
            if thread.join().is_err() {
                bail!("a slow request's thread died");
            }
        }
        let mut on_node = 0;
        for answer in self.answers.try_iter() {
            let answer = answer?;
            ensure!(answer.status == 200, "a slow request: {} {}", answer.status, answer.body);
            on_node += usize::from(answer.header(SERVER_HEADER) == Some(self.node.as_str()));
        }
        ensure!(on_node > 0, "no slow request ran on {}: nothing was proven", self.node);
        Ok(on_node)
    }
}
