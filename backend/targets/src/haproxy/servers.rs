//! Servers as the runtime API shows them: state, statistics, connections.

use super::reply::{Table, csv, words};
use crate::{Error, limits};

/// What an administrator asked of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admin {
    /// It takes traffic.
    Ready,
    /// No new traffic; what is open goes on.
    Drain,
    /// No traffic, no health checks.
    Maint,
}

impl Admin {
    /// Returns the word of the runtime API: `ready`, `drain` or `maint`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Drain => "drain",
            Self::Maint => "maint",
        }
    }

    /// Returns the state with this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Ready, Self::Drain, Self::Maint].into_iter().find(|state| state.as_str() == word)
    }

    /// Reads `srv_admin_state`. Maintenance is forced (1), inherited (2) or by DNS (32); draining
    /// is forced (8) or inherited (16). The other bits only remember where a state came from.
    fn of_bits(bits: u32) -> Self {
        match bits {
            bits if bits & 0x23 != 0 => Self::Maint,
            bits if bits & 0x18 != 0 => Self::Drain,
            _ => Self::Ready,
        }
    }
}

/// A row of `show servers state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerState {
    /// The backend.
    pub backend: String,
    /// The server.
    pub name: String,
    /// `host:port` as HAProxy connects to it; `None` while it is not resolved.
    pub address: Option<String>,
    /// What an administrator asked.
    pub admin: Admin,
    /// Whether the checks find it running; true without checks.
    pub running: bool,
    /// Its weight, 0 to 256.
    pub weight: u32,
}

/// A row of `show stat`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStat {
    /// The backend.
    pub backend: String,
    /// The server.
    pub name: String,
    /// Sessions on it now.
    pub sessions: u64,
    /// Requests that wait for it now.
    pub queued: u64,
    /// HAProxy's word: `UP`, `DOWN 1/2`, `MAINT (via …)`, `no check`, ….
    pub status: String,
}

/// A row of `show servers conn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConnections {
    /// The backend.
    pub backend: String,
    /// The server.
    pub name: String,
    /// Connections in use now.
    pub used: u64,
}

/// Reads the answer to `show servers state`.
pub(super) fn states(upstream: &str, text: &str) -> Result<Vec<ServerState>, Error> {
    let rows = Table::read(upstream, text, words)?.map(upstream, |row| {
        Some(ServerState {
            backend: row.get("be_name")?.to_owned(),
            name: row.get("srv_name")?.to_owned(),
            address: address(row.get("srv_addr")?, row.get("srv_port")?.parse().ok()?),
            admin: Admin::of_bits(row.get("srv_admin_state")?.parse().ok()?),
            // 0 stopped, 1 starting, 2 running, 3 stopping
            running: row.get("srv_op_state")?.parse::<u32>().ok()? != 0,
            weight: row.get("srv_uweight")?.parse().ok()?,
        })
    })?;
    bounded(upstream, rows)
}

/// Reads the answer to `show stat`.
pub(super) fn stats(upstream: &str, text: &str) -> Result<Vec<ServerStat>, Error> {
    let rows = Table::read(upstream, text, csv)?.map(upstream, |row| {
        Some(ServerStat {
            backend: row.get("pxname")?.to_owned(),
            name: row.get("svname")?.to_owned(),
            sessions: row.get("scur")?.parse().ok()?,
            queued: row.get("qcur")?.parse().ok()?,
            status: row.get("status")?.to_owned(),
        })
    })?;
    bounded(upstream, rows)
}

/// Reads the answer to `show servers conn`.
pub(super) fn connections(upstream: &str, text: &str) -> Result<Vec<ServerConnections>, Error> {
    let rows = Table::read(upstream, text, words)?.map(upstream, |row| {
        let (backend, name) = row.get("bkname/svname")?.split_once('/')?;
        Some(ServerConnections {
            backend: backend.to_owned(),
            name: name.to_owned(),
            used: row.get("used_cur")?.parse().ok()?,
        })
    })?;
    bounded(upstream, rows)
}

/// Returns `host:port`; HAProxy writes `-` for an address that is not known and 0 for no port.
fn address(host: &str, port: u16) -> Option<String> {
    match host {
        "-" | "" => None,
        _ if port == 0 => None,
        host if host.contains(':') => Some(format!("[{host}]:{port}")),
        host => Some(format!("{host}:{port}")),
    }
}

fn bounded<T>(upstream: &str, rows: Vec<T>) -> Result<Vec<T>, Error> {
    if rows.len() > limits::NODES_MAX {
        let cause = format!("more than {} servers", limits::NODES_MAX);
        return Err(Error::Protocol { upstream: upstream.to_owned(), cause });
    }
    Ok(rows)
}
