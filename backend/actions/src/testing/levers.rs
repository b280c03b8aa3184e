//! Operations on targets that live in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use targets::{
    ArgsFault, Call, CancelFlag, Change, Error, Operation, Operations, Sent, Target, Verdict,
};

/// Targets with one position each; `ready` where nothing else was said.
#[derive(Clone, Default)]
pub(crate) struct Levers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    positions: BTreeMap<String, String>,
    unreadable: bool,
    frozen: bool,
    sent: Vec<String>,
}

impl Levers {
    /// Adds `lever.pull {to}` (with an inverse), `lever.push {to}` (without) and `lever.wait
    /// {seconds}`.
    pub(crate) fn add_to(&self, operations: Operations) -> Operations {
        let operations =
            operations.with(Arc::new(Pull { levers: self.clone(), back: true })).unwrap();
        let operations =
            operations.with(Arc::new(Pull { levers: self.clone(), back: false })).unwrap();
        operations.with(Arc::new(Wait)).unwrap()
    }

    pub(crate) fn set(&self, target: &Target, to: &str) {
        self.0.lock().unwrap().positions.insert(target.to_string(), to.to_owned());
    }

    pub(crate) fn position(&self, target: &Target) -> String {
        let state = self.0.lock().unwrap();
        state.positions.get(&target.to_string()).cloned().unwrap_or_else(|| "ready".to_owned())
    }

    pub(crate) fn hide(&self) {
        self.0.lock().unwrap().unreadable = true;
    }

    /// Lets every look at a target wait for ever.
    pub(crate) fn freeze(&self) {
        self.0.lock().unwrap().frozen = true;
    }

    /// Returns the effect keys of everything that was sent.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.0.lock().unwrap().sent.clone()
    }
}

struct Pull {
    levers: Levers,
    back: bool,
}

fn text<'a>(args: &'a Value, name: &str) -> Result<&'a str, ArgsFault> {
    let fault =
        || ArgsFault { pointer: format!("/{name}"), message: "must be a string".to_owned() };
    args.get(name).and_then(Value::as_str).ok_or_else(fault)
}

#[async_trait]
impl Operation for Pull {
    fn name(&self) -> &'static str {
        if self.back { "lever.pull" } else { "lever.push" }
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        text(args, "to").map(drop)
    }

    fn title(&self, call: &Call) -> String {
        format!("Pull {} to {}", call.target.id, text(&call.args, "to").unwrap_or("?"))
    }

    async fn observe(&self, call: &Call) -> Result<Value, Error> {
        if self.levers.0.lock().unwrap().frozen {
            return std::future::pending().await;
        }
        if self.levers.0.lock().unwrap().unreadable {
            let (upstream, cause) = ("levers".to_owned(), "refused".to_owned());
            return Err(Error::Unreachable { upstream, cause });
        }
        Ok(json!({ "state": self.levers.position(&call.target) }))
    }

    fn changes(&self, call: &Call, before: &Value) -> Vec<Change> {
        let (from, to) = (before["state"].clone(), call.args["to"].clone());
        let field = "state".to_owned();
        if from == to {
            Vec::new()
        } else {
            vec![Change { target: call.target.clone(), field, from, to }]
        }
    }

    fn inverse(&self, call: &Call, before: &Value) -> Option<Call> {
        let args = json!({ "to": before["state"] });
        self.back.then(|| Call { args, ..call.clone() })
    }

    async fn apply(&self, call: &Call, _before: &Value, stop: &CancelFlag) -> Sent {
        let to = text(&call.args, "to").unwrap_or("?");
        match to {
            _ if stop.is_cancelled() => {
                return Sent::Failed { proof: "stopped".to_owned(), retry: false };
            }
            "stuck" => return Sent::Failed { proof: "it is stuck".to_owned(), retry: true },
            "fog" => return Sent::Lost { cause: "no answer".to_owned() },
            "forever" => return std::future::pending().await,
            _ => {}
        }
        self.levers.set(&call.target, to);
        self.levers.0.lock().unwrap().sent.push(call.effect_key.clone());
        Sent::Done { reply: "pulled".to_owned() }
    }

    fn judge(&self, call: &Call, before: &Value, now: &Value) -> Verdict {
        match now {
            now if now["state"] == call.args["to"] => Verdict::Done,
            now if now == before => Verdict::NotDone,
            _ => Verdict::Foreign,
        }
    }

    fn settle(&self) -> Duration {
        Duration::from_secs(7)
    }

    fn timeout(&self, _call: &Call) -> Duration {
        Duration::from_secs(1)
    }

    fn effect(&self) -> bool {
        true
    }
}

struct Wait;

#[async_trait]
impl Operation for Wait {
    fn name(&self) -> &'static str {
        "lever.wait"
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        let given = &args["seconds"];
        let template = given.as_str().is_some_and(|text| text.contains("{{"));
        let message = "must be an integer".to_owned();
        let fault = ArgsFault { pointer: "/seconds".to_owned(), message };
        if template || given.is_u64() { Ok(()) } else { Err(fault) }
    }

    fn title(&self, call: &Call) -> String {
        format!("Wait {} s", call.args["seconds"])
    }

    async fn observe(&self, _call: &Call) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn changes(&self, _call: &Call, _before: &Value) -> Vec<Change> {
        Vec::new()
    }

    fn inverse(&self, _call: &Call, _before: &Value) -> Option<Call> {
        None
    }

    async fn apply(&self, _call: &Call, _before: &Value, _stop: &CancelFlag) -> Sent {
        Sent::Done { reply: String::new() }
    }

    fn judge(&self, _call: &Call, _before: &Value, _now: &Value) -> Verdict {
        Verdict::Undecided
    }

    fn observable(&self, _call: &Call, _before: &Value) -> bool {
        false
    }

    fn settle(&self) -> Duration {
        Duration::ZERO
    }

    fn timeout(&self, _call: &Call) -> Duration {
        Duration::from_secs(1)
    }

    fn effect(&self) -> bool {
        false
    }
}
