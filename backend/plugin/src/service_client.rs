//! Asks the action service: one signed request at a time, answers bounded, and a lost answer never
//! taken for a no.

mod answer;
mod request;
mod views;

use std::sync::Arc;

use identity::{Claims, Role, assertion};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tokio::time::timeout;
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use request::Request;
pub(crate) use views::{Listed, RunFilter};

use crate::{
    caller::Caller,
    clock,
    error::{Error, causes},
    metrics::Metrics,
    settings::Service,
};

/// How messages call it.
const NAME: &str = "the service";

/// Seconds an assertion is good for.
const LIFETIME_SECONDS: i64 = assertion::LIFETIME_SECONDS_MAX;

/// The service of one datasource.
#[derive(Clone, Debug)]
pub(crate) struct ServiceClient {
    http: reqwest::Client,
    service: Service,
    metrics: Arc<Metrics>,
}

impl ServiceClient {
    /// Makes a client from the instance's HTTP client.
    pub(crate) fn new(http: reqwest::Client, service: Service, metrics: Arc<Metrics>) -> Self {
        Self { http, service, metrics }
    }

    /// Returns what people may be shown of the address.
    pub(crate) fn shown(&self) -> String {
        self.service.endpoint.shown()
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// When no answer of the service came: see [`Error::Unreachable`], [`Error::OutcomeUnknown`]
    /// (of acting requests) and [`Error::AssertionRefused`].
    pub(crate) async fn call(
        &self,
        caller: &Caller,
        request: &Request<'_>,
    ) -> Result<Answer, Error> {
        let exchange = async {
            let response = self.send(caller, request).await?;
            answer::read(response, request.route.acting).await
        };
        let result = match timeout(self.service.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(self.late(request.route.acting)),
        };
        self.metrics.upstream("service", result.as_ref().err());
        result
    }

    /// Opens a stream of events; the time limit holds until its head is there. Anything but a
    /// stream is read whole.
    ///
    /// # Errors
    /// As [`ServiceClient::call`].
    pub(crate) async fn open(
        &self,
        caller: &Caller,
        request: &Request<'_>,
    ) -> Result<Result<reqwest::Response, Answer>, Error> {
        let exchange = async {
            let response = self.send(caller, request).await?;
            if answer::is_event_stream(&response) {
                return Ok(Ok(response));
            }
            answer::read(response, false).await.map(Err)
        };
        let result = match timeout(self.service.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(self.late(false)),
        };
        self.metrics.upstream("service", result.as_ref().err());
        result
    }

    async fn send(
        &self,
        caller: &Caller,
        request: &Request<'_>,
    ) -> Result<reqwest::Response, Error> {
        let mut url = self.service.endpoint.join(&request.route.url_path(request.ids));
        let claims = self.claims(caller, request, &url);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let method = match request.route.method {
            api::Method::Get => reqwest::Method::GET,
            api::Method::Post => reqwest::Method::POST,
        };
        let mut sending = self
            .http
            .request(method, url)
            .header(AUTHORIZATION, bearer(&self.service.signer.sign(&claims)))
            .header(ACCEPT, "application/json, text/event-stream");
        if let Some(key) = request.idempotency_key {
            sending = sending.header("Idempotency-Key", key);
        }
        if let Some(body) = &request.body {
            sending = sending.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        sending.send().await.map_err(|error| sent_in_vain(error, request.route.acting))
    }

    /// Says who asks for what; see the contract's *Assertion*. Where no person asks the login is
    /// empty.
    fn claims(&self, caller: &Caller, request: &Request<'_>, url: &Url) -> Claims {
        let person = caller.person.as_ref();
        let issued = clock::now().as_second();
        Claims {
            iss: caller.grafana.clone(),
            aud: self.service.endpoint.origin(),
            sub: assertion::subject(caller.org, person.map_or("", |person| &person.login)),
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            email: person.map(|person| person.email.clone()).unwrap_or_default(),
            org: caller.org,
            role: person.map_or(Role::None, |person| person.role),
            ds: caller.datasource.clone(),
            iat: issued,
            exp: issued + LIFETIME_SECONDS,
            jti: clock::fresh_id().to_string(),
            htm: request.route.method.as_str().to_owned(),
            htu: url.path().to_owned(),
            bh: assertion::body_hash(request.body.as_deref().unwrap_or_default()),
        }
    }

    fn late(&self, acting: bool) -> Error {
        let after = self.service.timeout;
        if acting {
            let why = format!("no answer within {} s", after.as_secs());
            return Error::OutcomeUnknown { why };
        }
        Error::TimedOut { upstream: NAME.to_owned(), after }
    }
}

fn bearer(assertion: &str) -> HeaderValue {
    // A JWS is ASCII; an empty header would be refused by the service like any wrong one.
    let value = HeaderValue::try_from(format!("Bearer {assertion}"));
    let mut value = value.unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
    value.set_sensitive(true);
    value
}

fn sent_in_vain(error: reqwest::Error, acting: bool) -> Error {
    let connected = !error.is_connect() && !error.is_builder();
    let why = causes(error);
    if acting && connected {
        return Error::OutcomeUnknown {
            why: format!("the connection was lost after sending: {why}"),
        };
    }
    Error::Unreachable { upstream: NAME.to_owned(), why }
}
