//! What a client must know of its upstream.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use crate::Error;
use crate::read::Limits;

/// How a client reaches one Prometheus. Its `Debug` shows no URL and no secret: a URL may be one.
#[derive(Clone)]
pub struct ClientConfig {
    /// Where Prometheus is; a path is a prefix. `http` or `https`, without user, query or fragment.
    pub base_url: Url,
    /// What the client says of itself.
    pub auth: Auth,
    /// Bound on every exchange, from the request to the last byte.
    pub timeout: Duration,
    /// How queries are sent.
    pub method: HttpMethod,
    /// Which encodings are asked for.
    pub accept_encoding: AcceptEncoding,
    /// Bounds of the answers to queries.
    pub limits: Limits,
    /// The only certificate authorities to trust, as PEM; the system's where none.
    pub ca_cert_pem: Option<String>,
}

/// Credentials of a client.
#[derive(Debug, Clone, Default)]
pub enum Auth {
    /// None.
    #[default]
    None,
    /// User and password.
    Basic {
        /// The user's name.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// A bearer token.
    Bearer(SecretString),
}

/// How queries are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HttpMethod {
    /// As a form body: no bound on the query's length.
    #[default]
    Post,
    /// In the URL, for proxies that pass nothing else.
    Get,
}

/// Which encodings are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AcceptEncoding {
    /// None on this machine and in private networks, where packing costs more than it saves; else
    /// gzip.
    #[default]
    Auto,
    /// Never packed.
    Identity,
    /// Always gzip.
    Gzip,
}

impl ClientConfig {
    /// Makes a configuration with the defaults: POST, 30 seconds, automatic encoding, no
    /// credentials.
    pub fn new(base_url: Url, limits: Limits) -> Self {
        Self {
            base_url,
            auth: Auth::None,
            timeout: Duration::from_secs(30),
            method: HttpMethod::Post,
            accept_encoding: AcceptEncoding::Auto,
            limits,
            ca_cert_pem: None,
        }
    }

    /// Refuses what cannot work, naming the fault but never the URL.
    pub(super) fn check(&self) -> Result<(), Error> {
        let url = &self.base_url;
        let fault = if !matches!(url.scheme(), "http" | "https") {
            "must start with http:// or https://"
        } else if !url.username().is_empty() || url.password().is_some() {
            "must not hold a user or password; they have settings of their own"
        } else if url.query().is_some() || url.fragment().is_some() {
            "must end with the path"
        } else if self.timeout.is_zero() {
            let message = "must be more than 0".to_owned();
            return Err(Error::Config { field: "timeoutSeconds", message });
        } else {
            return Ok(());
        };
        Err(Error::Config { field: "prometheusUrl", message: fault.to_owned() })
    }

    pub(super) fn endpoint(&self, path: &str) -> Url {
        super::joined(&self.base_url, path)
    }

    pub(super) fn encoding(&self) -> &'static str {
        match self.accept_encoding {
            AcceptEncoding::Gzip => "gzip",
            AcceptEncoding::Auto if !is_near(&self.base_url) => "gzip",
            AcceptEncoding::Auto | AcceptEncoding::Identity => "identity",
        }
    }
}

/// This machine, a private address, or a name without dots (a container's).
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".localhost"),
        None => false,
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("auth", &self.auth)
            .field("timeout", &self.timeout)
            .field("method", &self.method)
            .field("accept_encoding", &self.accept_encoding)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
