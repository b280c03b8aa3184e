//! `json`: a table from a listed path of a node API. GET only, bounded, no redirects.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use frames::{Frame, Meta, Visualisation};
use reqwest::{RequestBuilder, StatusCode, header::ACCEPT};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    failure::of_frame,
    fields::{self, refused},
};
use crate::{
    error::{Error, Source, bounded, causes},
    instance::Instance,
    json_query::{ColumnSpec, Columns},
    query_data::{Frames, QueryCall},
    settings::{Login, NodeApi},
};

/// Largest answer that is read as JSON, in bytes: its tree takes several times as much memory.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Most parameters of one request.
const PARAMS_MAX: usize = 32;

/// Longest parameter of a request, in bytes.
const PARAM_BYTES_MAX: usize = 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    #[serde(deserialize_with = "fields::or_default")]
    api: String,
    #[serde(deserialize_with = "fields::or_default")]
    path: String,
    #[serde(deserialize_with = "fields::or_default")]
    params: Map<String, Value>,
    #[serde(deserialize_with = "fields::or_default")]
    rows: String,
    #[serde(deserialize_with = "fields::or_default")]
    columns: Vec<ColumnSpec>,
}

/// Answers a query of a node API.
///
/// # Errors
/// Of the query, the settings, or the API.
pub(super) async fn answer(call: &QueryCall) -> Result<Frames, Error> {
    let fields: Fields = fields::read(&call.query.json)?;
    let api = node_api(&call.instance, &fields.api)?;
    if !api.paths.contains(&fields.path) {
        let known = api.paths.join(", ");
        return refused(format!("field path: must be one of the listed paths: {known}"));
    }
    let params = params(&fields.params)?;
    let columns = Columns::new(&fields.rows, fields.columns)?;
    let upstream = format!("node API {}", bounded(&fields.api));
    let mut url = api.endpoint.join(&fields.path);
    if !params.is_empty() {
        url.query_pairs_mut().extend_pairs(&params);
    }
    let request = logged_in(call.instance.http.clone()?.get(url), &api.login);
    let exchange = read(request.header(ACCEPT, "application/json"), &upstream, api.bytes_limit);
    let late = || Error::TimedOut { upstream: upstream.clone(), after: api.timeout };
    let body = tokio::time::timeout(api.timeout, exchange).await.unwrap_or_else(|_| Err(late()));
    call.instance.metrics.upstream("node-api", body.as_ref().err());
    let (body, ref_id) = (body?, call.query.ref_id.clone());
    aside(&call.place, move || frame(&columns, &body, &upstream, ref_id)).await?
}

/// Does work that takes the time it takes beside the other calls. It cannot be stopped, so the
/// query's place is free only when it has ended, also when nobody waits for it any more.
async fn aside<T: Send + 'static>(
    place: &Arc<OwnedSemaphorePermit>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let place = Arc::clone(place);
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Panicked)
}

fn node_api<'a>(instance: &'a Instance, name: &str) -> Result<&'a NodeApi, Error> {
    let apis = &instance.settings.node_apis;
    match apis.iter().find(|(known, _)| known == name) {
        Some((_, Ok(api))) => Ok(api),
        Some((_, Err(faults))) => Err(faults.clone().into()),
        None if apis.is_empty() => {
            Err(Error::NotConfigured { upstream: "a node API".to_owned(), setting: "nodeApis" })
        }
        None => {
            let known: Vec<_> = apis.iter().map(|(name, _)| name.as_str()).collect();
            refused(format!("field api: must be one of the configured ones: {}", known.join(", ")))
        }
    }
}

fn params(fields: &Map<String, Value>) -> Result<Vec<(&str, String)>, Error> {
    if fields.len() > PARAMS_MAX {
        return refused(format!("field params: more than {PARAMS_MAX}"));
    }
    let mut params = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return refused("field params: values must be texts, numbers, true or false"),
        };
        if name.len() + text.len() > PARAM_BYTES_MAX {
            return refused(format!("field params: one is longer than {PARAM_BYTES_MAX} bytes"));
        }
        params.push((name.as_str(), text));
    }
    Ok(params)
}

fn logged_in(request: RequestBuilder, login: &Login) -> RequestBuilder {
    match login {
        Login::Nobody => request,
        Login::Basic(user, password) => request.basic_auth(user, Some(password.expose_secret())),
        Login::Bearer(token) => request.bearer_auth(token.expose_secret()),
    }
}

async fn read(request: RequestBuilder, upstream: &str, bytes_limit: u64) -> Result<Bytes, Error> {
    let name = || upstream.to_owned();
    let unreachable = |error| Error::Unreachable { upstream: name(), why: causes(error) };
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if !status.is_success() {
        return Err(unwanted(upstream, status));
    }
    let (limit, max) = if bytes_limit < ANSWER_BYTES_MAX {
        ("responseBytesLimit", bytes_limit)
    } else {
        ("a fixed limit for JSON answers", ANSWER_BYTES_MAX)
    };
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if (body.len() + chunk.len()) as u64 > max {
            return Err(Error::TooLarge { upstream: name(), limit, max });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// A stranger's words stay unread: the API may be any JSON API there is.
fn unwanted(upstream: &str, status: StatusCode) -> Error {
    let hint = match status.as_u16() {
        300..=399 => "; redirects are not followed",
        401 | 403 => "; check its token",
        _ => "",
    };
    let code = status.as_u16();
    Error::Query {
        status: if (400..600).contains(&code) && code != 401 { code } else { 502 },
        source_kind: Source::Downstream,
        message: format!("{upstream} answered HTTP {code}{hint}"),
    }
}

fn frame(columns: &Columns, body: &[u8], upstream: &str, ref_id: String) -> Result<Frames, Error> {
    let tree: Value = serde_json::from_slice(body).map_err(|error| Error::Upstream {
        upstream: upstream.to_owned(),
        status: None,
        why: bounded(&format!("its answer is no JSON: {error}")),
    })?;
    let (fields, notices) = columns.read(&tree)?;
    let visualisation = Some(Visualisation::Table);
    let meta = Meta { notices, visualisation, ..Meta::default() };
    let frame = Frame { name: String::new(), ref_id, meta: Some(meta), fields };
    let bytes = frame.to_bytes().map_err(|error| of_frame(&error))?;
    Ok(Frames::from_iter([bytes]))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn a_place_is_free_when_the_work_ends_and_not_when_the_caller_leaves() {
        let places = Arc::new(Semaphore::new(1));
        let place = Arc::new(Arc::clone(&places).try_acquire_owned().unwrap());
        let (finish, wait) = mpsc::channel::<()>();
        let mut working = Box::pin(aside(&place, move || wait.recv()));
        assert!(futures::poll!(&mut working).is_pending());
        drop(working);
        drop(place);
        assert_eq!(places.available_permits(), 0);
        finish.send(()).unwrap();
        assert!(places.acquire().await.is_ok());
    }
}
