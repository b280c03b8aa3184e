//! Where a node is found in HAProxy.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::reading::Reading;
use crate::{
    Error, Haproxy,
    haproxy::{ServerName, ServerState},
};

/// The HAProxy, the backend and the server that a node is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The HAProxy.
    pub haproxy: Arc<Haproxy>,
    /// The server in it.
    pub server: ServerName,
}

impl Place {
    /// Returns the server as HAProxy shows it now.
    pub async fn server_state(&self) -> Result<ServerState, Error> {
        let servers = self.haproxy.servers(self.server.backend()).await?;
        servers.into_iter().find(|row| row.name == self.server.server()).ok_or_else(|| self.gone())
    }

    /// Returns how many sessions, connections and waiting requests the server has now. The
    /// larger of sessions and connections counts: either alone may lag behind.
    pub async fn open_work(&self) -> Result<u64, Error> {
        let (backend, name) = (self.server.backend(), self.server.server());
        let stats = self.haproxy.stats(backend).await?;
        let stat = stats.into_iter().find(|row| row.name == name).ok_or_else(|| self.gone())?;
        let connections = self.haproxy.connections(backend).await?;
        let used = connections.into_iter().find(|row| row.name == name);
        let used = used.ok_or_else(|| self.gone())?.used;
        Ok(stat.sessions.max(used) + stat.queued)
    }

    fn gone(&self) -> Error {
        let (backend, server) = (self.server.backend(), self.server.server());
        Error::UnknownTarget {
            target: format!("{backend}/{server}"),
            why: format!("{} has no such server", self.haproxy.name()),
        }
    }
}

/// A place and the source that told of it.
#[derive(Clone, Debug)]
pub(super) struct ServerPlace {
    pub(super) source: String,
    pub(super) place: Place,
}

/// The places of each node: more than one where several balancers have a server of its id.
pub(super) type Places = BTreeMap<String, Vec<ServerPlace>>;

/// Returns the sources of these places in words: `lb-a and lb-b`.
pub(super) fn sources(places: &[ServerPlace]) -> String {
    let names: Vec<_> = places.iter().map(|place| place.source.as_str()).collect();
    names.join(" and ")
}

/// Says which node is found in more than one place, if any is.
pub(super) fn conflict(places: &Places) -> Option<String> {
    let mut twice = places.iter().filter(|(_, places)| places.len() > 1);
    let (id, first) = twice.next()?;
    let more = match twice.count() {
        0 => String::new(),
        more => format!(" ({more} more likewise)"),
    };
    Some(format!("the node {id} is found in {}{more}; use id_from", sources(first)))
}

/// Returns the places after a poll: those of a source that was read are replaced, those of a
/// source that failed are kept.
pub(super) fn next<'a>(
    before: &Places,
    readings: impl Iterator<Item = (&'a str, &'a Result<Reading, Error>)>,
) -> Places {
    let mut failed = BTreeSet::new();
    let mut places = Places::new();
    for (source, reading) in readings {
        let Ok(reading) = reading else {
            failed.insert(source);
            continue;
        };
        for sighting in &reading.sightings {
            if let Some(place) = sighting.place.clone() {
                let place = ServerPlace { source: source.to_owned(), place };
                places.entry(sighting.id.clone()).or_default().push(place);
            }
        }
    }
    for (id, known) in before {
        for place in known.iter().filter(|place| failed.contains(place.source.as_str())) {
            places.entry(id.clone()).or_default().push(place.clone());
        }
    }
    places
}
