//! Asks every configured upstream something small that proves more than an open port.

use futures::future::{join, join_all};
use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::report::{Line, State};
use crate::{
    caller::Caller,
    error::{Error, bounded, causes},
    instance::Instance,
    limits::HEALTH_ANSWER_BYTES_MAX,
    metrics::Metrics,
    service_client::Request,
    settings::{Faults, Login, NodeApi, Prometheus},
};

/// What is known of an upstream: what was seen, or what failed and what to do.
type Found = Result<String, (String, String)>;

/// Checks all upstreams at once; none waits longer than `timeoutSeconds`.
pub(super) async fn check(instance: &Instance, caller: &Caller, metrics: &Metrics) -> Vec<Line> {
    let apis = instance.settings.node_apis.iter().map(|(name, api)| async move {
        let found = match api {
            Ok(api) => node_api(instance, api).await,
            Err(faults) => wrong(faults),
        };
        line(format!("node-api/{name}"), Some(found))
    });
    let ((prometheus, service), apis) =
        join(join(prometheus(instance), service(instance, caller)), join_all(apis)).await;
    let mut lines = vec![line("prometheus".to_owned(), prometheus)];
    lines.push(line("service".to_owned(), service));
    lines.extend(apis);
    for line in &lines {
        let upstream = match line.name.as_str() {
            "prometheus" => "prometheus",
            "service" => continue, // its client counts
            _ => "node-api",
        };
        match line.state {
            State::Ok => metrics.upstream_result(upstream, "ok"),
            State::Failed => metrics.upstream_result(upstream, "error"),
            State::NotConfigured => {}
        }
    }
    lines
}

fn line(name: String, found: Option<Found>) -> Line {
    let (state, message, hint) = match found {
        None => (State::NotConfigured, "not configured".to_owned(), String::new()),
        Some(Ok(message)) => (State::Ok, message, String::new()),
        Some(Err((message, hint))) => (State::Failed, message, hint),
    };
    // One line each, whatever an upstream wrote.
    Line { name, state, message: bounded(&message), hint: bounded(&hint) }
}

fn wrong(faults: &Faults) -> Found {
    Err((faults.to_string(), "correct the data source's settings".to_owned()))
}

async fn prometheus(instance: &Instance) -> Option<Found> {
    let settings = match &instance.settings.prometheus {
        Ok(None) => return None,
        Err(faults) => return Some(wrong(faults)),
        Ok(Some(settings)) => settings,
    };
    Some(ask_prometheus(instance, settings).await)
}

async fn ask_prometheus(instance: &Instance, settings: &Prometheus) -> Found {
    let mut url = settings.endpoint.join("/api/v1/query");
    url.query_pairs_mut().append_pair("query", "1");
    let at = settings.endpoint.shown();
    let answer = get(instance, url, &settings.login, settings.timeout).await;
    let (status, body) = answer.map_err(|why| {
        (format!("{at}: {why}"), "check prometheusUrl, and that Prometheus runs".to_owned())
    })?;
    let answer: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    match (status, answer["status"].as_str()) {
        (200, Some("success")) => Ok(format!("{at} answers queries")),
        (401 | 403, _) => Err((
            format!("{at}: HTTP {status}"),
            "check prometheusUser and prometheusPassword, or prometheusToken".to_owned(),
        )),
        (_, Some("error")) => {
            let words = answer["error"].as_str().unwrap_or("no reason given");
            Err((format!("{at}: HTTP {status}: {words}"), "look into Prometheus' log".to_owned()))
        }
        _ => Err((
            format!("{at}: HTTP {status}, and no answer of a Prometheus"),
            "check prometheusUrl: it is the address before /api/v1".to_owned(),
        )),
    }
}

async fn service(instance: &Instance, caller: &Caller) -> Option<Found> {
    let service = match &instance.service {
        Ok(None) => return None,
        Err(faults) => return Some(wrong(faults)),
        Ok(Some(service)) => service,
    };
    let at = service.shown();
    // The stop switch is small, and reading it proves the assertion; a right to read it is not
    // needed for that.
    let result = service.call(caller, &Request::read(&api::route::STOP, &[])).await;
    Some(match result {
        Ok(answer) if answer.is_success() || answer.status == 403 => {
            Ok(format!("{at} answers and takes our assertion"))
        }
        Ok(answer) => {
            Err((format!("{at}: HTTP {}", answer.status), "look into the service's log".to_owned()))
        }
        Err(error) => {
            let hint = match &error {
                Error::Unreachable { .. } | Error::TimedOut { .. } => {
                    "check serviceUrl, and that `leverframe serve` runs"
                }
                Error::AssertionRefused { .. } => "compare assertionKey with the service's key",
                _ => "check serviceUrl",
            };
            Err((format!("{at}: {error}"), hint.to_owned()))
        }
    })
}

async fn node_api(instance: &Instance, api: &NodeApi) -> Found {
    let at = api.endpoint.shown();
    let Some(path) = api.paths.first() else {
        return Err((format!("{at}: no paths"), "list what may be read in paths".to_owned()));
    };
    let answer = get(instance, api.endpoint.join(path), &api.login, api.timeout).await;
    let (status, _) = answer.map_err(|why| {
        (format!("{at}{path}: {why}"), "check its url, and that it runs".to_owned())
    })?;
    match status {
        200..300 => Ok(format!("{at}{path} answers")),
        401 | 403 => Err((format!("{at}{path}: HTTP {status}"), "check its token".to_owned())),
        404 => Err((format!("{at}{path}: HTTP 404"), "check its url and paths".to_owned())),
        _ => Err((format!("{at}{path}: HTTP {status}"), "look into its log".to_owned())),
    }
}

/// Gets an answer's status and as much of its body as is needed to judge it.
async fn get(
    instance: &Instance,
    url: url::Url,
    login: &Login,
    limit: std::time::Duration,
) -> Result<(u16, Vec<u8>), String> {
    let http = instance.http.as_ref().map_err(ToString::to_string)?;
    let request = http.get(url);
    let request = match login {
        Login::Nobody => request,
        Login::Basic(user, password) => request.basic_auth(user, Some(password.expose_secret())),
        Login::Bearer(token) => request.bearer_auth(token.expose_secret()),
    };
    let exchange = async {
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let is_json = response.headers().get(CONTENT_TYPE).is_some();
        while is_json && body.len() < HEALTH_ANSWER_BYTES_MAX {
            let Some(chunk) = response.chunk().await? else { break };
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    };
    match timeout(limit, exchange).await {
        Ok(result) => result.map_err(causes),
        Err(_) => Err(format!("no answer within {} s", limit.as_secs())),
    }
}
