//! Nodes from HAProxy: one for each server of the listed backends.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    node::NodeState,
    place::Place,
    reading::{Rank, Reading, Sighting},
};
use crate::{
    Error, Haproxy,
    haproxy::{Admin, ServerName, ServerStat, ServerState},
};

/// What becomes the id of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdFrom {
    /// The server's name.
    #[default]
    Server,
    /// `backend:server`, where servers of two backends have the same name.
    BackendServer,
    /// The server's `host:port`.
    Address,
}

/// The servers of some backends of one HAProxy.
#[derive(Clone, Debug)]
pub struct HaproxySource {
    /// The HAProxy. Its name is the source's name.
    pub haproxy: Arc<Haproxy>,
    /// The backends, each with the pool that it is; usually the same name.
    pub backends: BTreeMap<String, String>,
    /// What becomes the id of a node.
    pub id_from: IdFrom,
}

impl HaproxySource {
    pub(super) async fn read(&self) -> Result<Reading, Error> {
        let mut sightings = Vec::new();
        for (backend, pool) in &self.backends {
            let servers = self.haproxy.servers(backend).await?;
            let stats = self.haproxy.stats(backend).await?;
            let by_name = stats.iter().map(|stat| (stat.name.as_str(), stat));
            let by_name: BTreeMap<&str, &ServerStat> = by_name.collect();
            for server in servers {
                let stat = by_name.get(server.name.as_str()).copied();
                sightings.push(self.sighting(server, stat, pool)?);
            }
        }
        Reading::of(self.haproxy.name(), sightings)
    }

    fn sighting(
        &self,
        server: ServerState,
        stat: Option<&ServerStat>,
        pool: &str,
    ) -> Result<Sighting, Error> {
        let name = ServerName::new(&server.backend, &server.name)?;
        Ok(Sighting {
            id: match self.id_from {
                IdFrom::Server => server.name.clone(),
                IdFrom::BackendServer => format!("{}:{}", server.backend, server.name),
                IdFrom::Address => server.address.clone().unwrap_or_default(),
            },
            state: state(&server, stat),
            address: server.address,
            pool: Some(pool.to_owned()),
            weight: Some(server.weight),
            sessions: stat.map(|stat| stat.sessions),
            place: Some(Place { haproxy: Arc::clone(&self.haproxy), server: name }),
            rank: Rank::Balancer,
            ..Sighting::default()
        })
    }
}

/// Reads a server's state. What an administrator asked comes first, for a server in maintenance
/// is not checked. A weight of 0 or `NOLB` takes no new traffic either.
fn state(server: &ServerState, stat: Option<&ServerStat>) -> NodeState {
    let status = stat.map_or("", |stat| stat.status.as_str());
    match server.admin {
        Admin::Maint => NodeState::Maintenance,
        _ if !server.running || status.starts_with("DOWN") => NodeState::Down,
        Admin::Drain => NodeState::Draining,
        Admin::Ready if server.weight == 0 || status.starts_with("NOLB") => NodeState::Draining,
        Admin::Ready => NodeState::Ready,
    }
}
