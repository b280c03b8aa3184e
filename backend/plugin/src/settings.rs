//! What an administrator configured: `jsonData` and `secureJsonData`, read once for each instance.
//!
//! Every wrong field is named, and stops only what needs it: each part of [`Settings`] is a
//! `Result` of its own. Grafana's own `url`, `basicAuth`, `tls*` and `httpHeader*` are never read.

mod endpoint;
mod fault;
mod read;
mod reader;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use identity::Signer;
use secrecy::SecretString;

pub(crate) use endpoint::Endpoint;
pub(crate) use fault::{Fault, Faults};
pub(crate) use read::read;

/// A part of the settings: usable, or the faults of all its fields.
pub(crate) type Part<T> = Result<T, Faults>;

/// The settings of one datasource.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Whether queries may be answered at all.
    pub(crate) queries: Part<()>,
    /// Prometheus; `None` if no address is set.
    pub(crate) prometheus: Part<Option<Prometheus>>,
    /// The service; `None` if no address is set.
    pub(crate) service: Part<Option<Service>>,
    /// The node APIs whose names could be read, in the order of the list.
    pub(crate) node_apis: Vec<(String, Part<NodeApi>)>,
    /// Faults of the whole list of node APIs, and of settings that belong to no upstream.
    pub(crate) others: Faults,
    /// What is set although it opens a door past this plugin.
    pub(crate) warnings: Vec<&'static str>,
    /// Certificates to trust beside the system's.
    pub(crate) certificates: Part<Vec<reqwest::Certificate>>,
    /// Longest wait for any upstream.
    pub(crate) timeout: Part<Duration>,
}

/// How Prometheus is asked.
#[derive(Clone, Debug)]
pub(crate) struct Prometheus {
    /// `prometheusUrl`.
    pub(crate) endpoint: Endpoint,
    /// How we say who we are.
    pub(crate) login: Login,
    /// `timeInterval`: the scrape interval, as the user wrote it (`15s`).
    pub(crate) interval: Option<String>,
    /// `timeoutSeconds`.
    pub(crate) timeout: Duration,
    /// `httpMethod`.
    pub(crate) method: HttpMethod,
    /// `acceptEncoding`.
    pub(crate) encoding: Encoding,
    /// `seriesLimit`.
    pub(crate) series_limit: u64,
    /// `responseBytesLimit`.
    pub(crate) bytes_limit: u64,
}

/// How we say who we are.
#[derive(Clone, Debug, Default)]
pub(crate) enum Login {
    /// Not at all.
    #[default]
    Nobody,
    /// `prometheusUser` and `prometheusPassword`.
    Basic(String, SecretString),
    /// `prometheusToken`, or a node API's token.
    Bearer(SecretString),
}

/// How a query is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HttpMethod {
    /// In a form: no limit on its length.
    #[default]
    Post,
    /// In the URL: caches and read-only proxies want it.
    Get,
}

/// Which compression is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// None from this machine, gzip from others.
    #[default]
    Auto,
    /// None.
    Identity,
    /// gzip.
    Gzip,
}

/// How the service is asked.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// `serviceUrl`.
    pub(crate) endpoint: Endpoint,
    /// Signs with `assertionKey`.
    pub(crate) signer: Arc<Signer>,
    /// `timeoutSeconds`.
    pub(crate) timeout: Duration,
}

/// A JSON API of which listed paths may be read.
#[derive(Clone, Debug)]
pub(crate) struct NodeApi {
    /// Its `url`.
    pub(crate) endpoint: Endpoint,
    /// The paths that may be read, each with a leading slash.
    pub(crate) paths: Vec<String>,
    /// Its token.
    pub(crate) login: Login,
    /// `timeoutSeconds`.
    pub(crate) timeout: Duration,
    /// `responseBytesLimit`.
    pub(crate) bytes_limit: u64,
}
