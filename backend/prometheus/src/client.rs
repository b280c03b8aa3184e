//! Asks one Prometheus: bounded, without redirects, cancelled when its future is dropped.

mod answer;
mod config;
mod failure;
mod instant;
mod tls;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::read::{Limits, Sink, Summary};
use crate::time::{Step, TimeRange, seconds};
use crate::{Error, limits};

pub use config::{AcceptEncoding, Auth, ClientConfig, HttpMethod};
pub use instant::InstantValue;

/// Longest wait for a connection; the whole exchange has its own timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A range query whose macros are expanded and whose range is aligned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeQuery {
    /// The PromQL text.
    pub expr: String,
    /// First and last evaluation.
    pub range: TimeRange,
    /// Time between evaluations.
    pub step: Step,
}

/// A client of one Prometheus. Cheap to clone; clones share their connections.
///
/// Dropping the future of a call closes the connection, on which Prometheus stops evaluating.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<ClientConfig>,
}

impl Client {
    /// Makes a client with connections of its own.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        config.check()?;
        let tls = tls::client_config(&config)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .connect_timeout(config.timeout.min(CONNECT_TIMEOUT))
            .user_agent(concat!("leverframe/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::Config {
                field: "prometheusUrl",
                message: failure::chain(&error),
            })?;
        Ok(Self { http, config: Arc::new(config) })
    }

    /// Makes a client over connections that the caller owns. They must follow no redirects and use
    /// no proxy of the environment; `ca_cert_pem` is theirs to honour.
    pub fn with_http(config: ClientConfig, http: reqwest::Client) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { http, config: Arc::new(config) })
    }

    /// Asks a range query and hands the answer to `sink` while it downloads.
    pub async fn query_range<S: Sink + Send + ?Sized>(
        &self,
        query: &RangeQuery,
        sink: &mut S,
    ) -> Result<Summary, Error> {
        let params = [
            ("query", query.expr.clone()),
            ("start", seconds(query.range.from_ms())),
            ("end", seconds(query.range.to_ms())),
            ("step", seconds(query.step.millis())),
        ];
        self.ask("api/v1/query_range", &params, self.config.limits, sink).await
    }

    /// Asks an instant query, at the source's own time where `at` is none.
    pub async fn query<S: Sink + Send + ?Sized>(
        &self,
        expr: &str,
        at: Option<Timestamp>,
        sink: &mut S,
    ) -> Result<Summary, Error> {
        self.query_within(expr, at, self.config.limits, sink).await
    }

    /// Asks for `1+1`: reachable, authorised, and really a Prometheus.
    pub async fn health(&self) -> Result<(), Error> {
        match self.instant_value("1+1", None).await? {
            InstantValue { value, .. } if value.to_bits() == 2_f64.to_bits() => Ok(()),
            _ => Err(Error::malformed(0, "1+1 is not 2 there")),
        }
    }

    async fn query_within<S: Sink + Send + ?Sized>(
        &self,
        expr: &str,
        at: Option<Timestamp>,
        limits: Limits,
        sink: &mut S,
    ) -> Result<Summary, Error> {
        let mut params = vec![("query", expr.to_owned())];
        if let Some(at) = at {
            params.push(("time", seconds(at.as_millisecond())));
        }
        self.ask("api/v1/query", &params, limits, sink).await
    }

    /// One exchange within the timeout.
    async fn ask<S: Sink + Send + ?Sized>(
        &self,
        path: &str,
        params: &[(&str, String)],
        limits: Limits,
        sink: &mut S,
    ) -> Result<Summary, Error> {
        let after = self.config.timeout;
        let exchange = async {
            let response = self.send(path, params).await?;
            answer::read(response, limits, sink).await
        };
        match tokio::time::timeout(after, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Error::TimedOut { after }),
        }
    }

    /// Sends a request, once more if the connection broke: queries change nothing, and a server may
    /// close an idle connection at the very moment of its reuse.
    async fn send(
        &self,
        path: &str,
        params: &[(&str, String)],
    ) -> Result<reqwest::Response, Error> {
        match self.request(path, params).send().await {
            Err(error) if error.is_request() && !error.is_connect() && !error.is_timeout() => {
                self.request(path, params).send().await
            }
            first => first,
        }
        .map_err(|error| failure::translate(error, self.config.timeout))
    }

    fn request(&self, path: &str, params: &[(&str, String)]) -> reqwest::RequestBuilder {
        let mut url = self.config.endpoint(path);
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(params.iter().map(|(name, value)| (*name, value.as_str())))
            .finish();
        let request = match self.config.method {
            HttpMethod::Get => {
                url.set_query(Some(&form));
                self.http.get(url)
            }
            HttpMethod::Post => self
                .http
                .post(url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form),
        };
        let request = match &self.config.auth {
            Auth::None => request,
            Auth::Basic { user, password } => {
                request.basic_auth(user, Some(password.expose_secret()))
            }
            Auth::Bearer(token) => request.bearer_auth(token.expose_secret()),
        };
        request
            .header(header::ACCEPT, "application/json")
            .header(header::ACCEPT_ENCODING, self.config.encoding())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Tells whether an answer's body is packed; refuses an encoding that was not asked for.
fn is_gzip(headers: &HeaderMap) -> Result<bool, Error> {
    match headers.get(header::CONTENT_ENCODING).map(header::HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => Ok(false),
        Some(b"gzip" | b"x-gzip") => Ok(true),
        Some(_) => Err(Error::malformed(0, "the answer's encoding was not asked for")),
    }
}

/// The base URL of an upstream, joined by segments so that no text of a query becomes a path.
fn joined(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let prefix = base.path().trim_end_matches('/');
    url.set_path(&format!("{prefix}/{path}"));
    url
}

/// The bounds of an exchange that is due one value.
fn value_limits(series_max: u64) -> Limits {
    let mut bounds = Limits::unnamed();
    bounds.bytes.max = limits::VALUE_BYTES_MAX;
    bounds.series.max = series_max;
    bounds
}
