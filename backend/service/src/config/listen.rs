//! Where the service listens, and under which names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::Section;

/// The default port.
pub(crate) const PORT: u16 = 8642;

/// Where the service listens.
#[derive(Clone, Debug)]
pub(crate) struct Listen {
    /// `listen`, `LEVERFRAME_LISTEN`: address and port; port 0 takes a free one. Default
    /// `127.0.0.1:8642`.
    pub(crate) address: SocketAddr,
    /// `proxy`, `LEVERFRAME_PROXY`: `none` or `declared`. `declared` says that whatever reaches the
    /// port has come through a proxy that ends TLS; needed off loopback. Default `none`.
    pub(crate) proxy: bool,
    /// `hosts`, `LEVERFRAME_HOSTS`: host names under which the service may be asked, besides the
    /// loopback names and the address. Default none.
    pub(crate) hosts: Vec<String>,
    /// `base_path`, `LEVERFRAME_BASE_PATH`: the sub-path under which a proxy offers the service, as
    /// in `/leverframe`. Requests are taken with it and without. Default empty.
    pub(crate) base_path: String,
}

impl Listen {
    /// Reads the top level.
    pub(super) fn from(root: &Section<'_>) -> Self {
        let default = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT);
        let form = "an address with a port, as in 127.0.0.1:8642";
        let given = root.parsed::<SocketAddr>("listen", form);
        let proxy = proxy(root);
        if let Some(given) = &given
            && !given.value.ip().is_loopback()
            && !proxy
        {
            let why = "off loopback everything travels in the clear: put a proxy that ends TLS in \
                       front and say `proxy: declared`, or listen on 127.0.0.1";
            root.fault(given.at.clone(), "listen", why);
        }
        let address = given.map_or(default, |given| given.value);
        let hosts = hosts(root);
        if address.ip().is_unspecified() && !root.gives("hosts") {
            root.missing("hosts", "on all addresses only the names that it lists are answered");
        }
        Self { address, proxy, hosts, base_path: base_path(root) }
    }

    /// Tells whether only this machine can ask, and nobody through a proxy.
    pub(crate) fn is_private(&self) -> bool {
        self.address.ip().is_loopback() && !self.proxy
    }
}

fn proxy(root: &Section<'_>) -> bool {
    let Some(given) = root.text("proxy") else { return false };
    match given.value.as_str() {
        "none" => false,
        "declared" => true,
        other => {
            root.fault(given.at, "proxy", format!("must be `none` or `declared`, not `{other}`"));
            false
        }
    }
}

fn hosts(root: &Section<'_>) -> Vec<String> {
    let mut hosts = Vec::new();
    for given in root.texts("hosts") {
        let name = given.value.to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_[]:".contains(&b);
        if name.is_empty() || !name.bytes().all(allowed) || has_port(&name) {
            let why = format!("`{name}` is no host name: write it without scheme, port and path");
            root.fault(given.at, "hosts", why);
        } else {
            hosts.push(name.trim_start_matches('[').trim_end_matches(']').to_owned());
        }
    }
    hosts
}

fn has_port(name: &str) -> bool {
    !name.starts_with('[') && name.matches(':').count() == 1
}

fn base_path(root: &Section<'_>) -> String {
    let Some(given) = root.text("base_path") else { return String::new() };
    let path = given.value.trim_end_matches('/');
    let segment = |segment: &str| api::is_id(segment);
    if path.is_empty() {
        return String::new();
    }
    match path.strip_prefix('/') {
        Some(rest) if rest.split('/').all(segment) => path.to_owned(),
        _ => {
            let why = format!("`{path}` is no path: write it as in /leverframe");
            root.fault(given.at, "base_path", why);
            String::new()
        }
    }
}
