//! The commands of the runtime API that Leverframe uses. Names are checked before they are sent.

use std::sync::Arc;

use tokio::{sync::Semaphore, time::timeout};

use super::{
    reply,
    servers::{self, Admin, ServerConnections, ServerStat, ServerState},
    socket::{self, Address, Broken},
};
use crate::{CancelFlag, Error, Sent, limits, target::checked_name};

/// One HAProxy process, reached through its runtime API.
#[derive(Clone, Debug)]
pub struct Haproxy {
    name: String,
    address: Address,
    /// Shared by all clones: together they send [`limits::HAPROXY_COMMANDS_AT_ONCE`] commands.
    places: Arc<Semaphore>,
}

impl Haproxy {
    /// Returns the HAProxy at `address`. The name is what people read in errors.
    pub fn new(name: impl Into<String>, address: Address) -> Self {
        let places = Arc::new(Semaphore::new(limits::HAPROXY_COMMANDS_AT_ONCE));
        Self { name: name.into(), address, places }
    }

    /// Returns its configured name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the servers of a backend as they are administered.
    pub async fn servers(&self, backend: &str) -> Result<Vec<ServerState>, Error> {
        let backend = checked_name(backend)?;
        servers::states(&self.name, &self.show(&format!("show servers state {backend}")).await?)
    }

    /// Returns the servers of a backend with their sessions.
    pub async fn stats(&self, backend: &str) -> Result<Vec<ServerStat>, Error> {
        let backend = checked_name(backend)?;
        servers::stats(&self.name, &self.show(&format!("show stat {backend} 4 -1")).await?)
    }

    /// Returns the servers of a backend with their connections.
    pub async fn connections(&self, backend: &str) -> Result<Vec<ServerConnections>, Error> {
        let backend = checked_name(backend)?;
        servers::connections(&self.name, &self.show(&format!("show servers conn {backend}")).await?)
    }

    /// Returns the process id. Another id means a restart: what was seen before it is void.
    pub async fn pid(&self) -> Result<u32, Error> {
        let text = self.show("show info").await?;
        let pid = text.lines().find_map(|line| line.strip_prefix("Pid: "));
        pid.and_then(|pid| pid.trim().parse().ok()).ok_or_else(|| Error::Protocol {
            upstream: self.name.clone(),
            cause: "show info holds no Pid".to_owned(),
        })
    }

    /// Sets the administrative state of a server.
    pub async fn set_state(&self, place: &ServerName, to: Admin, stop: &CancelFlag) -> Sent {
        self.set(place, &format!("state {}", to.as_str()), stop).await
    }

    /// Sets the weight of a server, 0 to 256.
    pub async fn set_weight(&self, place: &ServerName, to: u32, stop: &CancelFlag) -> Sent {
        self.set(place, &format!("weight {to}"), stop).await
    }

    async fn set(
        &self,
        ServerName { backend, server }: &ServerName,
        what: &str,
        stop: &CancelFlag,
    ) -> Sent {
        if stop.is_cancelled() {
            return Sent::Failed { proof: "stopped before it was sent".to_owned(), retry: false };
        }
        let command = format!("set server {backend}/{server} {what}");
        reply::outcome(self.exchange(&command).await)
    }

    /// Sends a command when there is a place; the wait and the exchange have a limit each.
    async fn exchange(&self, command: &str) -> Result<String, Broken> {
        let place = timeout(limits::HAPROXY_TIMEOUT, self.places.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(Broken::Unsent("too many commands at once".to_owned()));
        };
        socket::exchange(&self.address, command).await
    }

    async fn show(&self, command: &str) -> Result<String, Error> {
        reply::shown(&self.name, self.exchange(command).await)
    }
}

/// A server's place in HAProxy, with names that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName {
    backend: String,
    server: String,
}

impl ServerName {
    /// Returns the place if both names may be sent to HAProxy.
    pub fn new(backend: &str, server: &str) -> Result<Self, Error> {
        let (backend, server) = (checked_name(backend)?, checked_name(server)?);
        Ok(Self { backend: backend.to_owned(), server: server.to_owned() })
    }

    /// Returns the backend.
    pub fn backend(&self) -> &str {
        &self.backend
    }

    /// Returns the server.
    pub fn server(&self) -> &str {
        &self.server
    }
}
