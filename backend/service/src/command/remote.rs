//! The service at the other end: how commands ask it, and what its problems mean to a shell.

use std::{fmt::Write as _, fs, time::Duration};

use anyhow::Context as _;
use api::{Problem, ProblemCode, Route, problem::MEDIA_TYPE};
use reqwest::{Client, Response, StatusCode, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::Fault;
use crate::{
    cli::Remote,
    config::{ClientEnv, PORT, ProcessEnv},
    exit::Exit,
    terminal::plain,
};

/// Longest wait for an answer: a plan may have to wait for a slow guard.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Tries of a press whose answer was lost. Each carries the same key, so it cannot happen twice.
const TRIES: u32 = 3;

/// The service.
#[derive(Debug)]
pub(super) struct Service {
    client: Client,
    url: Url,
    token: Option<SecretString>,
    /// Whether problems are told as JSON too.
    json: bool,
}

impl Service {
    /// Prepares to ask the service that options and environment name.
    pub(super) fn new(remote: &Remote) -> Result<Self, Fault> {
        let env = ClientEnv::from(&ProcessEnv);
        let default = || format!("http://127.0.0.1:{PORT}");
        let text = remote.url.clone().or(env.url).unwrap_or_else(default);
        let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| {
            Fault::new(
                Exit::Usage,
                // The text is not shown: an address may hold a password.
                format!("the service's address is no http(s) URL: write http://127.0.0.1:{PORT}"),
            )
        })?;
        let token = match &remote.token_file {
            None => env.token,
            Some(file) => {
                let text = fs::read_to_string(file)
                    .with_context(|| format!("cannot read --token-file {}", file.display()))?;
                Some(SecretString::from(text.trim()))
            }
        };
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("leverframe/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Self { client, url, token, json: remote.json })
    }

    /// Reads from a route.
    pub(super) async fn get(
        &self,
        route: Route,
        ids: &[&str],
        query: &[(&str, String)],
    ) -> Result<Answer, Fault> {
        let mut url = self.at(route, ids);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.authorized(self.client.get(url));
        let response = request.send().await.map_err(|error| self.lost(&error, false))?;
        Answer::read(response, self.json).await
    }

    /// Posts to a route, once.
    pub(super) async fn post(
        &self,
        route: Route,
        ids: &[&str],
        body: &Value,
    ) -> Result<Answer, Fault> {
        let request = self.authorized(self.client.post(self.at(route, ids)).json_bytes(body));
        let response = request.send().await.map_err(|error| self.lost(&error, true))?;
        Answer::read(response, self.json).await
    }

    /// Posts a press; a lost answer is asked for again with the same key.
    pub(super) async fn press(
        &self,
        action: &str,
        body: &Value,
        key: &str,
    ) -> Result<Answer, Fault> {
        let url = self.at(api::route::RUN_ACTION, &[action]);
        for n in 1.. {
            let request = self.client.post(url.clone()).header("idempotency-key", key);
            match self.authorized(request.json_bytes(body)).send().await {
                Ok(response) => return Answer::read(response, self.json).await,
                Err(error) if n < TRIES && !error.is_connect() => {}
                Err(error) => return Err(self.lost(&error, true)),
            }
        }
        unreachable!("the loop ends by a return")
    }

    fn at(&self, route: Route, ids: &[&str]) -> Url {
        let mut url = self.url.clone();
        let path = format!("{}{}", url.path().trim_end_matches('/'), route.url_path(ids));
        url.set_path(&path);
        url
    }

    fn authorized(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token.expose_secret()),
            None => request,
        }
    }

    fn lost(&self, error: &reqwest::Error, acted: bool) -> Fault {
        let at = self.url.origin().ascii_serialization();
        if error.is_connect() {
            let hint = "is `leverframe serve` running? --url or LEVERFRAME_URL says where";
            return Fault::new(Exit::Failed, format!("cannot reach the service at {at}: {hint}"));
        }
        let why = if error.is_timeout() { "no answer in time" } else { "the connection was lost" };
        if acted {
            let hint = "it may have happened or not: look with `leverframe runs`";
            return Fault::new(Exit::Unknown, format!("{at}: {why}; {hint}"));
        }
        Fault::new(Exit::Failed, format!("{at}: {why}"))
    }
}

/// Sets a JSON body without the feature of reqwest that would do so.
trait JsonBytes {
    fn json_bytes(self, body: &Value) -> Self;
}

impl JsonBytes for reqwest::RequestBuilder {
    fn json_bytes(self, body: &Value) -> Self {
        self.header(header::CONTENT_TYPE, "application/json").body(body.to_string())
    }
}

/// An answer of the service.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) json: Value,
}

impl Answer {
    async fn read(response: Response, as_json: bool) -> Result<Self, Fault> {
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE).cloned();
        let problem = kind.is_some_and(|kind| kind.as_bytes().starts_with(MEDIA_TYPE.as_bytes()));
        let bytes = response.bytes().await.context("the answer was cut")?;
        let json: Value = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|_| {
                let hint = "is this a Leverframe service? check --url";
                Fault::new(Exit::Failed, format!("the answer ({status}) is not JSON: {hint}"))
            })?
        };
        if problem || !(status.is_success() || status == StatusCode::NOT_MODIFIED) {
            let told = as_json.then(|| json.to_string());
            return Err(Fault { json: told, ..refused(status, json) });
        }
        Ok(Self { status, json })
    }

    /// Reads the body in its shape.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let read = T::deserialize(&self.json)
            .context("the answer has another shape; do the versions fit?");
        Ok(read?)
    }
}

/// Says a problem in words for people, and what to do.
fn refused(status: StatusCode, json: Value) -> Fault {
    let Ok(problem) = serde_json::from_value::<Problem>(json) else {
        return Fault::new(Exit::Failed, format!("the service answered {status}"));
    };
    let mut text =
        format!("{} ({}): {}", problem.title, problem.code.as_str(), plain(&problem.detail));
    let mut line = |label: &str, value: &str| {
        // Writing into a String cannot fail.
        write!(text, "\n  {label}: {}", plain(value)).ok();
    };
    if let Some(pointer) = &problem.pointer {
        line("at", pointer);
    }
    for guard in problem.guards.iter().flatten().filter(|guard| !guard.ok) {
        let value = guard.value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        let why = guard.why.as_deref().unwrap_or("the condition does not hold");
        line("guard", &format!("{} is {value}, must be {}: {why}", guard.name, guard.expect));
    }
    for change in problem.changes.iter().flatten() {
        line(
            "changed",
            &format!("{} {}: {} -> {}", change.target, change.field, change.from, change.to),
        );
    }
    if let Some(at) = problem.next_allowed {
        line("again from", &at.to_string());
    }
    if let Some(holder) = &problem.holder {
        line("held by run", holder);
    }
    if let Some(run) = &problem.run_id {
        line("run", run);
    }
    match problem.code {
        ProblemCode::AuthToken => line("do", "set LEVERFRAME_TOKEN, or --token-file FILE"),
        ProblemCode::PlanRequired => {
            line("do", "look with `leverframe plan`, then --plan-hash HASH or --yes");
        }
        _ => {}
    }
    let exit = match problem.code {
        ProblemCode::Internal => Exit::Failed,
        _ if status == StatusCode::BAD_REQUEST => Exit::Usage,
        _ => Exit::Refused,
    };
    Fault::new(exit, text)
}
