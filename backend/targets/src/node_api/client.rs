//! The HTTP client for one node API: no redirects, no proxy of the environment, one deadline.

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect};
use rustls::crypto::CryptoProvider;
use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;
use serde_json::Value;
use url::Url;

use super::{
    body::{self, BodyFault, cause_of},
    path::path_fault,
};
use crate::{Error, Sent, limits, target::quote};

/// How a node API is reached.
#[derive(Clone, Debug)]
pub struct NodeApiSettings {
    /// The name by which definitions and people call it.
    pub name: String,
    /// Where it is; paths are put behind it. `http` or `https`, without user, query and fragment.
    pub url: Url,
    /// Sent as a bearer token with each request.
    pub token: Option<SecretString>,
}

/// A request that acts.
#[derive(Clone, Debug)]
pub struct Post<'a> {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: Method,
    /// Put behind the API's URL.
    pub path: &'a str,
    /// Sent as JSON.
    pub body: Option<&'a Value>,
    /// Goes along as `Idempotency-Key`.
    pub key: &'a str,
    /// Whether the effect can be seen afterwards.
    pub seen: bool,
}

/// One node API.
#[derive(Debug)]
pub struct NodeApi {
    settings: NodeApiSettings,
    client: Client,
}

impl NodeApi {
    /// Returns a client with these settings.
    pub fn new(settings: NodeApiSettings) -> Result<Self, Error> {
        let wrong = |why: &str| Error::Config {
            what: format!("node API {}", settings.name),
            why: why.to_owned(),
        };
        let url = &settings.url;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong("its URL must be http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("its URL must not hold a user: give a token"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("its URL must not hold a query or a fragment"));
        }
        if CryptoProvider::get_default().is_none() {
            // The first one wins; an application may have chosen before. Either will do.
            rustls::crypto::ring::default_provider().install_default().ok();
        }
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(limits::NODE_API_TIMEOUT)
            .connect_timeout(limits::NODE_API_CONNECT_TIMEOUT)
            // A connection for each request: then "cannot connect" proves that nothing was sent.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(|error| wrong(&cause_of(&error)))?;
        Ok(Self { settings, client })
    }

    /// Returns its configured name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Reads the JSON at a path.
    pub async fn get(&self, path: &str) -> Result<Value, Error> {
        let upstream = self.settings.name.clone();
        let answer = StatusCode::NOT_FOUND.to_string();
        self.find(path).await?.ok_or(Error::Refused { upstream, answer })
    }

    /// Reads the JSON at a path; `None` if the API says that nothing is there (404).
    pub async fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        let upstream = self.settings.name.clone();
        let request = self.request(Method::GET, path)?;
        let response = request.send().await.map_err(|error| self.broken(&error))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            other => return Err(Error::Refused { upstream, answer: other.to_string() }),
        }
        let bytes = body::read(response).await.map_err(|fault| match fault {
            BodyFault::TooLarge => {
                Error::TooLarge { upstream: upstream.clone(), limit_bytes: limits::REPLY_BYTES_MAX }
            }
            BodyFault::Cut(cause) => Error::NoAnswer { upstream: upstream.clone(), cause },
        })?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::Protocol { upstream, cause: error.to_string() })
    }

    /// Sends a request that acts.
    pub async fn send(&self, post: &Post<'_>) -> Sent {
        let request = match self.request(post.method.clone(), post.path) {
            Ok(request) => request.header("idempotency-key", post.key),
            Err(error) => return failed(format!("nothing was sent: {error}"), false),
        };
        let request = match post.body.map(serde_json::to_vec) {
            None => request,
            Some(Ok(bytes)) if bytes.len() <= limits::BODY_BYTES_MAX => {
                request.header(header::CONTENT_TYPE, "application/json").body(bytes)
            }
            Some(_) => return failed("nothing was sent: the body is too large".to_owned(), false),
        };
        match request.send().await {
            Err(error) if error.is_connect() || error.is_builder() => {
                failed(format!("nothing was sent: {}", cause_of(&error)), error.is_connect())
            }
            Err(error) => Sent::Lost { cause: cause_of(&error) },
            Ok(response) => outcome(response, post.seen).await,
        }
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Error> {
        if let Some(fault) = path_fault(path) {
            let what = format!("path {:?}", quote(path));
            return Err(Error::Config { what, why: fault.to_owned() });
        }
        let mut url = self.settings.url.clone();
        let whole = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&whole);
        let request = self.client.request(method, url).header(header::ACCEPT, "application/json");
        Ok(match &self.settings.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        })
    }

    fn broken(&self, error: &reqwest::Error) -> Error {
        let (upstream, cause) = (self.settings.name.clone(), cause_of(error));
        if error.is_connect() {
            Error::Unreachable { upstream, cause }
        } else {
            Error::NoAnswer { upstream, cause }
        }
    }
}

/// Says what became of a request that was answered: only a 4xx is the promise that nothing was
/// done, and 408 is not even that. A 202 promises nothing either way: unless the effect will be
/// `seen`, nobody knows. What is no JSON was said by somebody else than the API.
async fn outcome(response: Response, seen: bool) -> Sent {
    let status = response.status();
    let read = body::read(response).await;
    let words =
        read.as_ref().map(|bytes| quote(&String::from_utf8_lossy(bytes))).unwrap_or_default();
    let said = if words.is_empty() { status.to_string() } else { format!("{status}: {words}") };
    match (status.as_u16(), read) {
        (408 | 100..=199 | 300..=399 | 500.., _) => {
            Sent::Lost { cause: format!("answered {said}") }
        }
        (429, _) => failed(said, true),
        (400..=499, _) => failed(said, false),
        (_, Err(BodyFault::TooLarge)) => Sent::Lost { cause: "the answer is too large".to_owned() },
        (_, Err(BodyFault::Cut(cause))) => Sent::Lost { cause },
        (_, Ok(bytes)) if !is_empty_or_json(&bytes) => {
            Sent::Lost { cause: format!("answered {status} with what is no JSON") }
        }
        (202, Ok(_)) if !seen => {
            Sent::Lost { cause: format!("answered {said}: whether it will happen cannot be seen") }
        }
        (_, Ok(_)) => Sent::Done { reply: said },
    }
}

fn is_empty_or_json(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

fn failed(proof: String, retry: bool) -> Sent {
    Sent::Failed { proof, retry }
}
