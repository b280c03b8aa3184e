//! HAProxy in front of the workers: traffic, metrics, and the runtime API on a unix socket.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::worker::Node;
use super::{port, template, until_answers};
use crate::command;
use crate::process::Process;

const TEMPLATE: &str = include_str!("../../../../tests/stack/haproxy.cfg");
/// The longest path of a unix socket, less what HAProxy appends while it starts.
const SOCKET_BYTES_MAX: usize = 90;
/// The backend, which is the pool's name too.
pub(crate) const BACKEND: &str = "web";
/// How long the runtime API may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// A running HAProxy.
pub struct Haproxy {
    /// Where traffic goes.
    pub url: String,
    /// Where Prometheus scrapes it.
    pub metrics_url: String,
    /// Its runtime API.
    pub socket: PathBuf,
    pub(super) process: Process,
}

impl Haproxy {
    /// Starts it with a server per node, named by the node's id.
    pub(super) fn start(data: &Path, logs: &Path, nodes: &[Node]) -> Result<Self> {
        let socket = data.join("haproxy.sock");
        ensure!(
            socket.as_os_str().len() <= SOCKET_BYTES_MAX,
            "{} is too long for a unix socket: choose a shorter --data",
            socket.display()
        );
        port::retry("HAProxy", |[entry, metrics]: [u16; 2]| {
            let config = data.join("haproxy.cfg");
            fs::write(&config, configuration(&socket, [entry, metrics], nodes)?)
                .with_context(|| format!("cannot write {}", config.display()))?;
            let mut check = Command::new("haproxy");
            command::output(check.args(["-q", "-c", "-f"]).arg(&config))?;
            let mut call = Command::new("haproxy");
            call.arg("-f").arg(&config).arg("-db");
            let mut process = Process::foreign("haproxy", &call, logs)?;
            let metrics_url = format!("http://127.0.0.1:{metrics}/metrics");
            until_answers(&mut process, &metrics_url)?;
            let url = format!("http://127.0.0.1:{entry}");
            Ok(Self { url, metrics_url, socket: socket.clone(), process })
        })
    }

    /// Returns the sessions that each server has taken since the start, by the balancer's own
    /// count.
    pub(crate) fn sessions_by_server(&self) -> Result<BTreeMap<String, u64>> {
        sessions(&self.ask("show stat")?)
    }

    /// Returns the state of each server, as `UP`, `DRAIN` or `MAINT`.
    pub fn state_of(&self, server: &str) -> Result<String> {
        let rows = rows(&self.ask("show stat")?)?;
        let row = rows.into_iter().find(|row| row.get("svname").is_some_and(|name| name == server));
        row.and_then(|row| row.get("status").cloned())
            .with_context(|| format!("no server {server}"))
    }

    /// Returns host and port of its metrics, as Prometheus names the instance.
    pub(super) fn metrics_address(&self) -> &str {
        let rest = self.metrics_url.trim_start_matches("http://");
        rest.split('/').next().unwrap_or_default()
    }

    /// Kills it as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    fn ask(&self, line: &str) -> Result<String> {
        let mut stream = UnixStream::connect(&self.socket).context("HAProxy's runtime API")?;
        stream.set_read_timeout(Some(ANSWER_LIMIT)).context("cannot set a limit")?;
        stream.write_all(format!("{line}\n").as_bytes()).context("HAProxy's runtime API")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).context("HAProxy's runtime API")?;
        Ok(answer)
    }
}

fn configuration(socket: &Path, ports: [u16; 2], nodes: &[Node]) -> Result<String> {
    let [entry, metrics] = ports.map(|port| port.to_string());
    let servers: Vec<String> = nodes
        .iter()
        .map(|node| format!("  server {} {} weight 100", node.id, node.address))
        .collect();
    let values = [
        ("socket", socket.to_string_lossy().into_owned()),
        ("port", entry),
        ("metrics_port", metrics),
        ("servers", servers.join("\n")),
    ];
    template::fill(TEMPLATE, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// Reads `show stat`: CSV whose first line begins with `# `.
fn rows(text: &str) -> Result<Vec<BTreeMap<String, String>>> {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let head = lines.next().and_then(|line| line.strip_prefix("# ")).context("no CSV")?;
    let names: Vec<&str> = head.split(',').collect();
    let row = |line: &str| {
        let pairs = names.iter().zip(line.split(','));
        pairs.map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
    };
    Ok(lines.map(row).collect())
}

fn sessions(text: &str) -> Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for row in rows(text)? {
        let value = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
        if value("pxname") == BACKEND && !matches!(value("svname"), "BACKEND" | "FRONTEND") {
            let count = value("stot").parse().context("stot is no number")?;
            counts.insert(value("svname").to_owned(), count);
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_counted_and_sums_are_not() {
        let text = "# pxname,svname,stot,status\nweb,web-1,3,UP\nweb,BACKEND,3,UP\n\
                    entry,FRONTEND,3,OPEN\n\n";
        assert_eq!(sessions(text).unwrap(), BTreeMap::from([("web-1".to_owned(), 3)]));
    }

    #[test]
    fn the_configuration_has_a_server_per_node() {
        let node = |id: &str| Node { id: id.to_owned(), address: "127.0.0.1:9".to_owned() };
        let nodes = [node("web-1"), node("web-2")];
        let text = configuration(Path::new("/run/x.sock"), [1, 2], &nodes).unwrap();
        assert!(text.contains("  server web-2 127.0.0.1:9 weight 100\n"), "{text}");
        assert!(text.contains("stats socket /run/x.sock mode 600 level admin"), "{text}");
    }
}
