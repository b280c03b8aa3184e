//! How others follow runs: a hint after each durable commit. The truth is in the store.

use tokio::sync::broadcast;

use crate::RunId;

/// How many hints a slow follower may be behind before it loses some.
const FEED_CAPACITY: usize = 1024;

/// Says that a run has moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub run: RunId,
    /// To which event.
    pub seq: u64,
}

/// Spreads hints to followers. A follower that lost some loads the run from the store, which is
/// harmless.
#[derive(Clone, Debug)]
pub struct Feed(broadcast::Sender<Change>);

impl Feed {
    /// Makes a feed without followers.
    pub fn new() -> Self {
        Self(broadcast::channel(FEED_CAPACITY).0)
    }

    /// Tells followers that `run` is at `seq` now, durably.
    pub fn publish(&self, run: RunId, seq: u64) {
        // Nobody listening is no fault.
        self.0.send(Change { run, seq }).ok();
    }

    /// Follows from now on. Subscribe first, load the run after it: then nothing falls between.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[tokio::test]
    async fn a_follower_sees_what_comes_after_it_joined() {
        let feed = Feed::new();
        let run = RunId::at(Timestamp::UNIX_EPOCH);
        feed.publish(run, 1);
        let mut follower = feed.subscribe();
        feed.publish(run, 2);
        assert_eq!(follower.recv().await.unwrap(), Change { run, seq: 2 });
    }
}
