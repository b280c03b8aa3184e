//! The inventory: every node, merged by id from its sources. One complete picture, or none.

mod classic;
mod file;
mod from_haproxy;
mod from_node_api;
mod merge;
mod node;
mod place;
mod reading;
mod snapshot;

use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::sync::{Mutex, watch};

pub use file::{FileNode, FileSource};
pub use from_haproxy::{HaproxySource, IdFrom};
pub use from_node_api::{Mapping, MappingRules, NodeApiSource};
pub use node::{Node, NodeState};
pub use place::Place;
pub use reading::LeftOut;
pub use snapshot::{Snapshot, SourceHealth, Unsure};

use self::{place::Places, reading::Reading};
use crate::{Error, Target, limits};

/// One source of nodes.
#[derive(Debug)]
pub enum Source {
    /// The servers of HAProxy's backends.
    Haproxy(HaproxySource),
    /// The nodes that a node API lists.
    NodeApi(Box<NodeApiSource>),
    /// The nodes of a file.
    File(FileSource),
}

impl Source {
    fn name(&self) -> &str {
        match self {
            Self::Haproxy(source) => source.haproxy.name(),
            Self::NodeApi(source) => source.api.name(),
            Self::File(source) => &source.name,
        }
    }

    async fn read(&self) -> Result<Reading, Error> {
        match self {
            Self::Haproxy(source) => source.read().await,
            Self::NodeApi(source) => source.read().await,
            Self::File(source) => source.read(),
        }
    }
}

/// The nodes of all sources. Reading never waits for polling.
#[derive(Debug)]
pub struct Inventory {
    sources: Vec<Source>,
    polling: Mutex<()>,
    seen: watch::Sender<Arc<Seen>>,
}

/// What the last poll left behind.
#[derive(Debug, Default)]
struct Seen {
    /// The last snapshot of which every source was read.
    complete: Option<Arc<Snapshot>>,
    health: Vec<SourceHealth>,
    /// Where nodes are found in HAProxy, from the last good reading of each source: an undo must
    /// reach its server also while another source is away.
    places: Places,
    /// Which node is found in more than one place, in words: which one is meant is never guessed.
    conflict: Option<String>,
    /// Since when no poll was complete.
    unsure_since: Option<Timestamp>,
}

impl Inventory {
    /// Returns an inventory of these sources, not read yet. Their names must differ.
    pub fn new(sources: Vec<Source>) -> Result<Self, Error> {
        for (n, source) in sources.iter().enumerate() {
            if sources[..n].iter().any(|other| other.name() == source.name()) {
                let what = format!("inventory source {}", source.name());
                return Err(Error::Config { what, why: "two sources have this name".to_owned() });
            }
        }
        let (seen, _) = watch::channel(Arc::default());
        Ok(Self { sources, polling: Mutex::new(()), seen })
    }

    /// Reads all sources at once and publishes what was seen at `now`. Polls queue up behind each
    /// other; each ends by the timeouts of its sources.
    pub async fn poll(&self, now: Timestamp) {
        let _one_at_a_time = self.polling.lock().await;
        let readings = join_all(self.sources.iter().map(Source::read)).await;
        let before = Arc::clone(&self.seen.borrow());
        self.seen.send_replace(Arc::new(self.next(&before, readings, now)));
    }

    /// Returns the snapshot of the last poll if it was complete and is not older than
    /// [`limits::INVENTORY_FRESH_FOR`] at `now`.
    pub fn fresh(&self, now: Timestamp) -> Result<Arc<Snapshot>, Unsure> {
        let seen = Arc::clone(&self.seen.borrow());
        let Some(snapshot) = &seen.complete else {
            let why = seen.why().unwrap_or_else(|| "the inventory was not read yet".to_owned());
            return Err(Unsure { why, since: seen.unsure_since });
        };
        if let Some(since) = seen.unsure_since {
            let why = seen.why().unwrap_or_else(|| "the last poll was not complete".to_owned());
            return Err(Unsure { why, since: Some(since) });
        }
        let age = now.duration_since(snapshot.observed_at).unsigned_abs();
        if age > limits::INVENTORY_FRESH_FOR {
            let why = format!("the inventory was last read {} s ago", age.as_secs());
            return Err(Unsure { why, since: Some(snapshot.observed_at) });
        }
        Ok(Arc::clone(snapshot))
    }

    /// Returns the last complete snapshot, however old.
    pub fn last(&self) -> Option<Arc<Snapshot>> {
        self.seen.borrow().complete.clone()
    }

    /// Returns how each source did at the last poll.
    pub fn health(&self) -> Vec<SourceHealth> {
        self.seen.borrow().health.clone()
    }

    /// Returns where a node is found in HAProxy.
    pub fn place(&self, target: &Target) -> Result<Place, Error> {
        let unknown =
            |why: &str| Error::UnknownTarget { target: target.to_string(), why: why.to_owned() };
        if target.kind != "node" {
            return Err(unknown("only nodes are servers of HAProxy"));
        }
        let seen = Arc::clone(&self.seen.borrow());
        match seen.places.get(&target.id).map(Vec::as_slice) {
            Some([one]) => Ok(one.place.clone()),
            None | Some([]) => Err(unknown("no HAProxy of the inventory has this server")),
            Some(several) => Err(Error::Ambiguous {
                target: target.to_string(),
                places: place::sources(several),
            }),
        }
    }

    fn next(&self, before: &Seen, readings: Vec<Result<Reading, Error>>, now: Timestamp) -> Seen {
        let health = self.sources.iter().zip(&readings).map(|(source, reading)| {
            SourceHealth::next(source.name(), reading, &before.health, now)
        });
        let health = health.collect();
        let named = self.sources.iter().map(Source::name).zip(&readings);
        let places = place::next(&before.places, named);
        let conflict = place::conflict(&places);
        let whole: Result<Vec<Reading>, Error> = readings.into_iter().collect();
        match whole {
            Ok(readings) if conflict.is_none() => {
                let named = self.sources.iter().map(Source::name).zip(readings).collect();
                let complete = Some(Arc::new(merge::merge(named, before.complete.as_deref(), now)));
                Seen { complete, health, places, conflict, unsure_since: None }
            }
            _ => Seen {
                complete: before.complete.clone(),
                health,
                places,
                conflict,
                unsure_since: before.unsure_since.or(Some(now)),
            },
        }
    }
}

impl Seen {
    /// Returns the sources that failed and why, and what they contradict each other in.
    fn why(&self) -> Option<String> {
        let failed = self
            .health
            .iter()
            .filter_map(|source| Some(format!("{}: {}", source.name, source.error.as_ref()?)));
        let failed: Vec<_> = failed.chain(self.conflict.clone()).collect();
        (!failed.is_empty()).then(|| failed.join("; "))
    }
}

#[cfg(test)]
mod tests;
