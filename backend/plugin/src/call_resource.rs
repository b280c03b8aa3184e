//! `CallResource`: the only way to act. What is not in the table of routes does not exist here.
//!
//! The order of the checks is the order of this file: datasource, person, route, media type and
//! size, query string, body. Only then is anything sent.

mod body;
mod events;
mod parameters;
mod problem;
mod reply;

#[cfg(test)]
mod tests;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use api::{ProblemCode, body::BODY_BYTES_MAX};
use futures::Stream;
use identity::Role;
use tonic::{Response, Status};

use crate::{
    boundary::guarded,
    caller::Caller,
    error::Error,
    instance::Instance,
    limits::RESOURCE_CALLS_AT_ONCE,
    metrics::Verb,
    proto::pluginv2::{
        CallResourceRequest, CallResourceResponse, StringList, resource_server::Resource,
    },
    service_client::Request,
    shell::Shell,
};
pub(crate) use events::Places;
use parameters::Parameters;
use problem::{Refusal, of_error, of_torn, refusal};
use reply::Reply;

/// Serves `pluginv2.Resource`.
#[derive(Clone, Debug)]
pub(crate) struct ResourceService {
    shell: Arc<Shell>,
}

impl ResourceService {
    /// Makes the service.
    pub(crate) fn new(shell: Arc<Shell>) -> Self {
        Self { shell }
    }
}

type Messages = Pin<Box<dyn Stream<Item = Result<CallResourceResponse, Status>> + Send>>;

#[tonic::async_trait]
impl Resource for ResourceService {
    type CallResourceStream = Messages;

    async fn call_resource(
        &self,
        request: tonic::Request<CallResourceRequest>,
    ) -> Result<Response<Messages>, Status> {
        let request = request.into_inner();
        let shell = &self.shell;
        let acting_sent = AtomicBool::new(false);
        let call = answer(shell, &request, &acting_sent);
        let failed = |reply: &Reply| reply.status() >= 500;
        let reply = guarded(&shell.metrics, &shell.stop, Verb::CallResource, call, failed).await;
        let reply = reply.unwrap_or_else(|error| {
            Reply::problem(&of_torn(&error, acting_sent.load(Ordering::Relaxed)))
        });
        Ok(Response::new(reply.into_messages(shell.stop.clone())))
    }
}

async fn answer(
    shell: &Arc<Shell>,
    request: &CallResourceRequest,
    acting_sent: &AtomicBool,
) -> Reply {
    // Boxed: the whole exchange with the service is in it.
    let result = Box::pin(admit_and_send(shell, request, acting_sent)).await;
    result.unwrap_or_else(|problem| Reply::problem(&problem))
}

async fn admit_and_send(
    shell: &Arc<Shell>,
    request: &CallResourceRequest,
    acting_sent: &AtomicBool,
) -> Result<Reply, Refusal> {
    if request.plugin_context.is_none() {
        return Err(refusal(ProblemCode::Internal, "the call came without a plugin context"));
    }
    let admitted = shell.admit(request.plugin_context.as_ref());
    let (instance, caller) = admitted.map_err(|error| of_error(&error))?;
    check_person(&caller)?;
    let not_found = |_| refusal(ProblemCode::NotFound, "there is no such resource");
    let found = api::route::find_resource(&request.method, &request.path).map_err(not_found)?;
    let parameters = Parameters::read(found.route, &request.url)?;
    let body = match found.route.method {
        api::Method::Post => Some(checked_body(request, found.route, &parameters)?),
        api::Method::Get if request.body.is_empty() => None,
        api::Method::Get => {
            return Err(refusal(ProblemCode::InvalidBody, "a GET takes no body"));
        }
    };
    let key = match found.route.method {
        api::Method::Post => idempotency_key(request)?,
        api::Method::Get => None,
    };
    let sent = Request {
        route: found.route,
        ids: &found.ids,
        query: parameters.passed_on(),
        body,
        idempotency_key: key,
    };
    let reply = if *found.route == api::route::RUN_EVENTS {
        let after = parameters.after().unwrap_or_default();
        events::open(shell, &instance, &caller, &sent, after).await
    } else {
        send(shell, &instance, &caller, &sent, acting_sent).await
    };
    reply.map_err(|error| of_error(&error))
}

async fn send(
    shell: &Shell,
    instance: &Instance,
    caller: &Caller,
    request: &Request<'_>,
    acting_sent: &AtomicBool,
) -> Result<Reply, Error> {
    let service = instance.service()?;
    let max = RESOURCE_CALLS_AT_ONCE;
    let _place =
        shell.resources.try_acquire().map_err(|_| Error::Busy { what: "resource calls", max })?;
    acting_sent.store(request.route.acting, Ordering::Relaxed);
    service.call(caller, request).await.map(Reply::from_answer)
}

fn check_person(caller: &Caller) -> Result<(), Refusal> {
    let Some(person) = &caller.person else {
        let detail = "only a signed-in user or a service account may use this";
        return Err(refusal(ProblemCode::AuthAnonymous, detail));
    };
    if person.role == Role::None {
        let detail = "your account has no role in this organisation";
        return Err(refusal(ProblemCode::AuthForbidden, detail));
    }
    Ok(())
}

fn checked_body(
    request: &CallResourceRequest,
    route: &'static api::Route,
    parameters: &Parameters,
) -> Result<bytes::Bytes, Refusal> {
    let media_type = header(request, "Content-Type").map(|values| values.values.as_slice());
    let is_json = match media_type {
        Some([text]) => text
            .split(';')
            .next()
            .is_some_and(|text| text.trim().eq_ignore_ascii_case("application/json")),
        _ => false,
    };
    if !is_json {
        let detail = "send the body with the header Content-Type: application/json";
        return Err(refusal(ProblemCode::MediaType, detail));
    }
    if request.body.len() > BODY_BYTES_MAX {
        let detail = format!("the body is over {BODY_BYTES_MAX} bytes");
        return Err(refusal(ProblemCode::TooLarge, detail));
    }
    body::check(route, &request.body, parameters.target())
}

fn idempotency_key(request: &CallResourceRequest) -> Result<Option<&str>, Refusal> {
    let values = header(request, "Idempotency-Key").map(|list| list.values.as_slice());
    api::body::check_idempotency_key(values.unwrap_or_default().iter().map(String::as_bytes))
}

fn header<'a>(request: &'a CallResourceRequest, name: &str) -> Option<&'a StringList> {
    request.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, list)| list)
}
