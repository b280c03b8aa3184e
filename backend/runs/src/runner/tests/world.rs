//! A world with one value for each target, a handler that acts on it, and tricks that go wrong
//! once.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{Clock, Failure, Handler, Measured, Refusal, Run, Sent, StepPlan, Verdict};

/// What goes wrong once, when a step is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trick {
    FailFinal,
    FailRetry,
    LostDone,
    LostNotDone,
    /// Lost; the effect arrives so many milliseconds later.
    Late(u64),
    PanicBefore,
    PanicAfter,
    /// Accepted without an effect.
    Ignored,
    /// A wait that ends when it is told to.
    HangingWait,
    /// A wait of ten seconds.
    SlowWait,
    /// Sent, then silent for ever.
    Hang,
}

#[derive(Default)]
pub(super) struct World {
    states: Mutex<BTreeMap<String, String>>,
    effects: Mutex<Vec<String>>,
    tricks: Mutex<HashMap<(String, u32), Trick>>,
    blind: Mutex<u32>,
    refusal: Mutex<Option<Refusal>>,
    measures: Mutex<VecDeque<Measured>>,
    since: Mutex<Vec<Timestamp>>,
    late: Mutex<JoinSet<()>>,
    pub(super) waits: AtomicUsize,
    waits_max: AtomicUsize,
}

impl World {
    pub(super) fn state(&self, target: &str) -> String {
        self.states.lock().unwrap().get(target).cloned().unwrap_or_else(|| "ready".into())
    }

    pub(super) fn set(&self, target: &str, state: &str) {
        self.states.lock().unwrap().insert(target.into(), state.into());
    }

    /// Every effect that happened, as `<step> <value>`.
    pub(super) fn effects(&self) -> Vec<String> {
        self.effects.lock().unwrap().clone()
    }

    pub(super) fn trick(&self, target: &str, step: u32, trick: Trick) {
        self.tricks.lock().unwrap().insert((target.into(), step), trick);
    }

    /// The next looks fail.
    pub(super) fn blind(&self, looks: u32) {
        *self.blind.lock().unwrap() = looks;
    }

    pub(super) fn refuse(&self, code: &str) {
        let detail = "as told".into();
        let refusal = Refusal { code: code.into(), detail, next_allowed: None, holder: None };
        *self.refusal.lock().unwrap() = Some(refusal);
    }

    /// What the goal says, look for look; after that it holds.
    pub(super) fn measures(&self, measures: impl IntoIterator<Item = Measured>) {
        self.measures.lock().unwrap().extend(measures);
    }

    pub(super) fn measured_since(&self) -> Vec<Timestamp> {
        self.since.lock().unwrap().clone()
    }

    pub(super) fn waits_max(&self) -> usize {
        self.waits_max.load(Ordering::SeqCst)
    }

    fn act(&self, step: &StepPlan) {
        let to = step.args["to"].as_str().unwrap();
        self.set(&step.target, to);
        self.effects.lock().unwrap().push(format!("{} {to}", step.n));
    }

    async fn waiting(&self, trick: Option<Trick>, stop: &CancellationToken) -> Sent {
        let now = self.waits.fetch_add(1, Ordering::SeqCst) + 1;
        self.waits_max.fetch_max(now, Ordering::SeqCst);
        let sent = match trick {
            Some(Trick::HangingWait) => {
                stop.cancelled().await;
                Sent::Failed(Failure::fail("stopped"))
            }
            Some(Trick::SlowWait) => {
                tokio::time::sleep(Duration::from_secs(10)).await;
                Sent::Done { reply: None }
            }
            Some(Trick::FailFinal) => Sent::Failed(Failure::fail("as told")),
            _ => Sent::Done { reply: None },
        };
        self.waits.fetch_sub(1, Ordering::SeqCst);
        sent
    }
}

/// The time of the tests: tokio's, which stands still until everybody waits.
pub(super) struct TestClock(pub(super) Instant);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000);
        start + SignedDuration::try_from(self.0.elapsed()).unwrap()
    }
}

pub(super) struct FakeHandler(pub(super) Arc<World>);

/// Nothing out there answers at once: so the tests see every state that a run goes through.
async fn pace() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// How long a lost effect of this world may still arrive.
pub(super) const SETTLE: Duration = Duration::from_secs(20);

#[async_trait]
impl Handler for FakeHandler {
    async fn admit(&self, _run: &Run) -> Result<(), Refusal> {
        pace().await;
        self.0.refusal.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    async fn observe(&self, _run: &Run, step: &StepPlan) -> Result<Value, Failure> {
        pace().await;
        let mut blind = self.0.blind.lock().unwrap();
        if *blind > 0 {
            *blind -= 1;
            return Err(Failure::retry("blind"));
        }
        Ok(json!(self.0.state(&step.target)))
    }

    fn inverse(&self, step: &StepPlan, before: &Value) -> Option<StepPlan> {
        let undoable = self.has_effect(step) && step.args.get("final").is_none();
        undoable.then(|| StepPlan { args: json!({ "to": before }), ..step.clone() })
    }

    async fn send(
        &self,
        step: &StepPlan,
        _before: &Value,
        effect_key: &str,
        ends: &CancellationToken,
    ) -> Sent {
        pace().await;
        // Tricks are for the way forward; the way back has step numbers of 100 and more.
        let n = if effect_key.ends_with("-undo") { step.n + 100 } else { step.n };
        let trick = self.0.tricks.lock().unwrap().remove(&(step.target.clone(), n));
        if !self.has_effect(step) {
            return self.0.waiting(trick, ends).await;
        }
        let lost = || Sent::Lost { cause: "no answer".into() };
        match trick {
            Some(Trick::FailFinal) => return Sent::Failed(Failure::fail("as told")),
            Some(Trick::FailRetry) => return Sent::Failed(Failure::retry("as told")),
            Some(Trick::LostNotDone) => return lost(),
            Some(Trick::Ignored) => return Sent::Done { reply: None },
            Some(Trick::PanicBefore) => panic!("as told"),
            Some(Trick::Late(millis)) => {
                let (world, step) = (Arc::clone(&self.0), step.clone());
                // Outlives the sender, as a packet does.
                self.0.late.lock().unwrap().spawn(async move {
                    tokio::time::sleep(Duration::from_millis(millis)).await;
                    world.act(&step);
                });
                return lost();
            }
            _ => {}
        }
        self.0.act(step);
        match trick {
            Some(Trick::LostDone) => lost(),
            Some(Trick::PanicAfter) => panic!("as told"),
            Some(Trick::Hang) => std::future::pending().await,
            _ => Sent::Done { reply: Some("ok".into()) },
        }
    }

    fn judge(&self, step: &StepPlan, before: &Value, now: &Value) -> Verdict {
        match now {
            now if *now == step.args["to"] => Verdict::Done,
            now if now == before => Verdict::NotDone,
            now if now == "half" => Verdict::Partial,
            _ => Verdict::Foreign,
        }
    }

    fn settle(&self, _step: &StepPlan) -> Duration {
        SETTLE
    }

    fn observable(&self, step: &StepPlan, _before: &Value) -> bool {
        step.operation != "fake.call"
    }

    fn has_effect(&self, step: &StepPlan) -> bool {
        step.operation != "fake.wait"
    }

    async fn baseline(&self, _run: &Run) -> Option<f64> {
        Some(7.0)
    }

    async fn measure(&self, _run: &Run, since: Timestamp) -> Measured {
        pace().await;
        self.0.since.lock().unwrap().push(since);
        self.0.measures.lock().unwrap().pop_front().unwrap_or(Measured::Holds(0.0))
    }
}
