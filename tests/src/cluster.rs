//! The demo cluster of one test: everything real, on loopback, in a folder of its own, ended with
//! the test.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use tempfile::TempDir;
use tokio::time::{Instant, sleep};
use xtask::{place::Place, progress::Progress, stack::Stack};

use crate::{grafana::Grafana, service::Service};

/// A running stack. Programs end with the thread that started them, so a test keeps it on its own
/// thread.
pub struct Cluster {
    stack: Stack,
    _folder: TempDir,
}

impl Cluster {
    /// Starts everything.
    ///
    /// # Panics
    /// When a part does not start; the message holds the end of its log.
    pub fn start() -> Self {
        // A unix socket's path is short, so the folder is not below the target directory.
        let folder = tempfile::Builder::new().prefix("leverframe-").tempdir().unwrap();
        let place = Place::find().unwrap();
        let stack = Stack::start(&place, folder.path(), Progress::start()).unwrap();
        Self { stack, _folder: folder }
    }

    /// Returns Grafana's part: the test host that speaks to the plugin.
    pub fn grafana(&self) -> Grafana {
        Grafana::new(&self.stack.host.url)
    }

    /// Returns the service, asked with the admin token.
    pub fn service(&self) -> Service {
        let token = std::fs::read_to_string(&self.stack.service.token_file).unwrap();
        Service::new(&self.stack.service.url, token.trim())
    }

    /// Kills the service as a crash would, and starts it again where it was.
    pub fn crash_service(&mut self) {
        let logs = self.stack.data.join("logs");
        self.stack.service.kill().unwrap();
        self.stack.service.start_again(&logs).unwrap();
    }

    /// Returns the state of each server of the pool in HAProxy, by name.
    pub fn servers(&self) -> Vec<(String, String)> {
        let nodes = self.stack.nodes.iter();
        nodes.map(|node| (node.clone(), self.stack.haproxy.state_of(node).unwrap())).collect()
    }
}

impl Deref for Cluster {
    type Target = Stack;

    fn deref(&self) -> &Stack {
        &self.stack
    }
}

impl DerefMut for Cluster {
    fn deref_mut(&mut self) -> &mut Stack {
        &mut self.stack
    }
}

/// Asks again until there is an answer.
///
/// # Panics
/// When `limit` is over; `what` says what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    mut ask: impl FnMut() -> F,
) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {limit:?} for: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}
