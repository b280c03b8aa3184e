//! `http.call {api, method, path, body?, observe?}`: one request to a node API.
//!
//! `api`, `method` and `path` are literals of the definition; only the body is rendered. With
//! `observe: {path, pointer?, want, absent?}` the effect can be seen: the value there is compared
//! with `want`. A 404 is the state `null`; so is an answer without the value if `absent: true` says
//! that this is how the API spells it. Otherwise it says nothing. Without `observe` a lost answer
//! waits for a person.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    client::{NodeApi, Post},
    path::path_fault,
};
use crate::{
    ArgsFault, Call, CancelFlag, Change, Error, Operation, Sent, Verdict,
    adapter::{Args, fault, is_template, unsent},
    limits,
};

/// The operation `http.call` on any target.
#[derive(Debug)]
pub struct HttpCall {
    apis: BTreeMap<String, Arc<NodeApi>>,
}

impl HttpCall {
    /// Returns the operation, which knows these APIs by their names.
    pub fn new(apis: Vec<Arc<NodeApi>>) -> Self {
        Self { apis: apis.into_iter().map(|api| (api.name().to_owned(), api)).collect() }
    }

    fn api(&self, name: &str) -> Result<&Arc<NodeApi>, ArgsFault> {
        let known = || self.apis.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let unknown = || fault("api", &format!("is no configured node API; known: {}", known()));
        self.apis.get(name).ok_or_else(unknown)
    }
}

/// The arguments, read.
struct Wanted<'a> {
    api: &'a str,
    method: Method,
    path: &'a str,
    body: Option<&'a Value>,
    observe: Option<Observe<'a>>,
}

/// Where the effect can be seen.
struct Observe<'a> {
    path: &'a str,
    pointer: &'a str,
    want: &'a Value,
    absent: bool,
}

impl<'a> Wanted<'a> {
    fn read(args: &'a Value) -> Result<Self, ArgsFault> {
        let args = Args::of(args, &["api", "method", "path", "body", "observe"])?;
        let method = match args.text("method")? {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            _ => return Err(fault("method", "must be POST, PUT, PATCH or DELETE")),
        };
        Ok(Self {
            api: args.text("api")?,
            method,
            path: literal_path("path", args.text("path")?)?,
            body: args.get("body"),
            observe: args.get("observe").map(Observe::read).transpose()?,
        })
    }
}

impl<'a> Observe<'a> {
    fn read(value: &'a Value) -> Result<Self, ArgsFault> {
        let inside =
            |fault: ArgsFault| ArgsFault { pointer: format!("/observe{}", fault.pointer), ..fault };
        let args = Args::of(value, &["path", "pointer", "want", "absent"]).map_err(inside)?;
        let path = args.text("path").and_then(|path| literal_path("path", path)).map_err(inside)?;
        let pointer = match args.get("pointer") {
            None => "",
            Some(_) => args.text("pointer").map_err(inside)?,
        };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(inside(fault(
                "pointer",
                "must be a JSON pointer: empty, or starting with /",
            )));
        }
        let want = args.get("want").ok_or_else(|| {
            inside(fault("want", "is missing: say what is to be seen there afterwards"))
        })?;
        let absent = match args.get("absent") {
            None => false,
            Some(Value::Bool(absent)) => *absent,
            Some(_) => return Err(inside(fault("absent", "must be true or false"))),
        };
        Ok(Self { path, pointer, want, absent })
    }

    /// Returns the observation of what the API answered, `None` being a 404: `{"seen": value}`, or
    /// an empty one if the answer says nothing.
    fn seen(&self, answer: Option<&Value>) -> Value {
        match answer.map(|answer| answer.pointer(self.pointer)) {
            Some(Some(value)) => json!({ "seen": value }),
            Some(None) if !self.absent => json!({}),
            None | Some(None) => json!({ "seen": null }),
        }
    }
}

#[async_trait]
impl Operation for HttpCall {
    fn name(&self) -> &'static str {
        "http.call"
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        let wanted = Wanted::read(args)?;
        self.api(wanted.api)?;
        let literal = |body: &Value| body.is_object() || body.is_array() || is_template(body);
        match wanted.body {
            Some(body) if !literal(body) => Err(fault("body", "must be an object or an array")),
            Some(body) if body.to_string().len() > limits::BODY_BYTES_MAX => {
                Err(fault("body", &format!("is larger than {} bytes", limits::BODY_BYTES_MAX)))
            }
            _ => Ok(()),
        }
    }

    fn title(&self, call: &Call) -> String {
        match Wanted::read(&call.args) {
            Ok(Wanted { api, method, path, .. }) => format!("{method} {path} on {api}"),
            Err(_) => format!("Call a node API for {}", call.target),
        }
    }

    async fn observe(&self, call: &Call) -> Result<Value, Error> {
        let wanted = Wanted::read(&call.args)?;
        let api = self.api(wanted.api)?;
        let Some(observe) = wanted.observe else { return Ok(Value::Null) };
        Ok(observe.seen(api.find(observe.path).await?.as_ref()))
    }

    fn changes(&self, call: &Call, _before: &Value) -> Vec<Change> {
        let Ok(Wanted { body, .. }) = Wanted::read(&call.args) else { return Vec::new() };
        let (field, to) = (self.title(call), json!({ "sent": body }));
        vec![Change { target: call.target.clone(), field, from: Value::Null, to }]
    }

    fn inverse(&self, _call: &Call, _before: &Value) -> Option<Call> {
        None
    }

    async fn apply(&self, call: &Call, before: &Value, stop: &CancelFlag) -> Sent {
        if stop.is_cancelled() {
            return Sent::Failed { proof: "stopped before it was sent".to_owned(), retry: false };
        }
        let found = Wanted::read(&call.args).and_then(|wanted| Ok((self.api(wanted.api)?, wanted)));
        match found {
            Ok((api, Wanted { method, path, body, .. })) => {
                let (key, seen) = (call.effect_key.as_str(), self.observable(call, before));
                api.send(&Post { method, path, body, key, seen }).await
            }
            Err(fault) => unsent(&fault.into()),
        }
    }

    fn judge(&self, call: &Call, before: &Value, now: &Value) -> Verdict {
        let (Some(want), Some(was), Some(is)) =
            (wanted_value(call), before.get("seen"), now.get("seen"))
        else {
            return Verdict::Undecided;
        };
        match is {
            // It was there before, so its being there says nothing.
            is if is == want && was == want => Verdict::Undecided,
            is if is == want => Verdict::Done,
            is if is == was => Verdict::NotDone,
            _ => Verdict::Foreign,
        }
    }

    fn observable(&self, call: &Call, before: &Value) -> bool {
        let seen = before.get("seen");
        wanted_value(call).is_some_and(|want| seen.is_some_and(|was| was != want))
    }

    fn settle(&self) -> Duration {
        limits::NODE_API_SETTLE
    }

    fn timeout(&self, _call: &Call) -> Duration {
        limits::NODE_API_TIMEOUT + limits::TIMEOUT_MARGIN
    }

    fn effect(&self) -> bool {
        true
    }

    fn adds(&self) -> bool {
        true
    }
}

/// Returns the value that proves the effect of a call, if it says where to look.
fn wanted_value(call: &Call) -> Option<&Value> {
    Some(Wanted::read(&call.args).ok()?.observe?.want)
}

fn literal_path<'a>(name: &str, path: &'a str) -> Result<&'a str, ArgsFault> {
    match path_fault(path) {
        Some(_) if path.contains("{{") => Err(fault(name, "is fixed: no template may stand here")),
        Some(why) => Err(fault(name, why)),
        None => Ok(path),
    }
}
