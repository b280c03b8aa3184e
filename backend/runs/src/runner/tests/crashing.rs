//! A process that dies at each write, and a store that fails at each write: every run ends in a
//! true state, and no effect happens twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::Notify;

use super::{
    bench::{Bench, drain, goal},
    world::Trick,
};
use crate::{
    Admission, Admitted, Error, Event, EventKind, Measured, Page, Run, RunFilter, RunId, RunStore,
    Runner, State,
    run::StepState,
    store::{IdempotencyKey, memory::MemoryStore},
};

/// What happens at the n-th write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The process dies before it is written.
    DiesBefore,
    /// It is written, and the process dies before it hears so.
    DiesAfter,
    /// It is refused once.
    Refused,
    /// It is written, but the answer says otherwise.
    Denied,
}

/// A store that fails at one write. Of a dead process nothing is heard any more.
struct Faulty {
    inner: Arc<MemoryStore>,
    writes_left: AtomicU32,
    fault: Fault,
    died: Notify,
}

impl Faulty {
    async fn dead<T>(&self) -> T {
        self.died.notify_one();
        std::future::pending().await
    }

    /// Counts a write down; says whether this is the one. A dead process does not get so far.
    async fn is_it(&self) -> bool {
        let dies = matches!(self.fault, Fault::DiesBefore | Fault::DiesAfter);
        match self.writes_left.load(Ordering::SeqCst) {
            0 if dies => self.dead().await,
            0 => false,
            left => {
                self.writes_left.store(left - 1, Ordering::SeqCst);
                left == 1
            }
        }
    }
}

#[async_trait]
impl RunStore for Faulty {
    async fn admit(&self, admission: Admission) -> Result<Admitted, Error> {
        self.inner.admit(admission).await
    }

    async fn replayed(
        &self,
        actor: &str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error> {
        self.inner.replayed(actor, key, now).await
    }

    async fn append(&self, run: RunId, seq: u64, events: Vec<Event>) -> Result<Run, Error> {
        if !self.is_it().await {
            return self.inner.append(run, seq, events).await;
        }
        match self.fault {
            Fault::DiesBefore => self.dead().await,
            Fault::DiesAfter => {
                self.inner.append(run, seq, events).await?;
                self.dead().await
            }
            Fault::Refused => Err(Error::Full("as told".into())),
            Fault::Denied => {
                self.inner.append(run, seq, events).await?;
                Err(Error::Unavailable("as told".into()))
            }
        }
    }

    async fn load(&self, run: RunId) -> Result<Run, Error> {
        self.inner.load(run).await
    }

    async fn log(&self, run: RunId) -> Result<Vec<Event>, Error> {
        self.inner.log(run).await
    }

    async fn list(&self, filter: RunFilter) -> Result<Page, Error> {
        self.inner.list(filter).await
    }

    async fn open_runs(&self) -> Result<Vec<Run>, Error> {
        self.inner.open_runs().await
    }

    async fn next_fence(&self) -> Result<u64, Error> {
        self.inner.next_fence().await
    }

    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error> {
        self.inner.holder(key).await
    }

    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        self.inner.rests_until(action, target, cooldown, now).await
    }
}

/// Ways a drain can go.
#[derive(Clone, Copy, Debug)]
enum Story {
    Plain,
    Failing,
    Cancelled,
    LostDone,
    LostNotDone,
    Worse,
}

impl Story {
    const ALL: [Self; 6] = [
        Self::Plain,
        Self::Failing,
        Self::Cancelled,
        Self::LostDone,
        Self::LostNotDone,
        Self::Worse,
    ];

    fn set_up(self, bench: &Bench) {
        let trick = |step, trick| bench.world.trick("node/a", step, trick);
        match self {
            Self::Plain => {}
            Self::Failing => trick(3, Trick::FailFinal),
            Self::Cancelled => trick(2, Trick::HangingWait),
            Self::LostDone => trick(3, Trick::LostDone),
            Self::LostNotDone => trick(3, Trick::LostNotDone),
            Self::Worse => {
                bench.world.measures(std::iter::repeat_n(Measured::Worse(9.0), 1000));
            }
        }
    }

    /// The story's own part, beside the runner: somebody cancels during the wait.
    async fn play(self, bench: &Bench, runner: &Runner, run: RunId) {
        if matches!(self, Self::Cancelled) {
            let waits =
                |run: &Run| run.steps[1].state == StepState::Open || run.state.is_terminal();
            bench.until(run, waits).await;
            // Too late is an answer as well; a store that fails is asked again.
            while let Err(Error::Full(_) | Error::Unavailable(_)) =
                runner.cancel(run, "bob", None).await
            {}
        }
        bench.ended(run).await;
    }
}

/// Plays a story with a fault at the n-th write, and a second one at a write after the restart.
/// Says whether it came to the first.
async fn play(story: Story, attempts: u32, fault: Fault, (n, again): (u32, u32)) -> bool {
    let bench = Bench::new();
    story.set_up(&bench);
    let run = bench.press(drain().with_goal(goal()).trying(attempts)).await;
    let first = play_once(story, &bench, run, (fault, n)).await;
    play_once(story, &bench, run, (fault, again)).await;
    let runner = bench.runner().await;
    story.play(&bench, &runner, run).await;
    let ended = bench.ended(run).await;
    check_effects(&bench.world.effects(), story, (fault, n));
    check_state(story, &bench, &ended, (fault, n));
    first
}

/// Plays a story in one process, up to its end or the process's. What a kill leaves is nothing but
/// the store and the world. Says whether the fault happened.
async fn play_once(story: Story, bench: &Bench, run: RunId, (fault, n): (Fault, u32)) -> bool {
    let faulty = Arc::new(Faulty {
        inner: Arc::clone(&bench.store),
        writes_left: AtomicU32::new(n),
        fault,
        died: Notify::new(),
    });
    let playing = async {
        let runner = Runner::start(bench.parts(Arc::clone(&faulty) as _)).await;
        // A store that fails at the take-over ends the process too.
        if let Ok(runner) = runner {
            story.play(bench, &runner, run).await;
        }
    };
    tokio::select! {
        () = playing => {}
        () = faulty.died.notified() => {}
    }
    faulty.writes_left.load(Ordering::SeqCst) == 0
}

fn check_effects(effects: &[String], story: Story, what: impl std::fmt::Debug) {
    for one in effects {
        let times = effects.iter().filter(|other| *other == one).count();
        assert_eq!(times, 1, "{story:?} {what:?}: {effects:?}");
    }
}

/// What the run says must be what the world shows.
fn check_state(story: Story, bench: &Bench, ended: &Run, what: impl std::fmt::Debug) {
    let state = bench.world.state("node/a");
    let gone_back = [State::Undone, State::Cancelled, State::Failed].contains(&ended.state);
    assert!(gone_back || ended.state == State::Succeeded, "{story:?} {what:?}: {}", ended.state);
    let expected = if gone_back { "ready" } else { "maint" };
    assert_eq!(state, expected, "{story:?} {what:?}: {} is not true", ended.state);
    assert!(ended.effects_left.is_empty(), "{story:?} {what:?}: {:?}", ended.effects_left);
}

/// Plays every story with the fault at its first, second, … write, as long as there is one.
async fn check_all(fault: Fault) {
    let mut played = 0;
    for story in Story::ALL {
        for attempts in [1, 2] {
            let mut n = 1;
            // The second fault falls on the take-over, on what was observed, and on what follows.
            while play(story, attempts, fault, (n, 1 + n % 5)).await {
                n += 1;
                assert!(n < 100, "{story:?} does not end");
            }
            played += n - 1;
        }
    }
    assert!(played > 100, "only {played} faults happened");
}

/// Returns the log of a story that nothing disturbs.
async fn log_of(story: Story) -> Vec<Event> {
    let bench = Bench::new();
    story.set_up(&bench);
    let run = bench.press(drain().with_goal(goal())).await;
    let runner = bench.runner().await;
    story.play(&bench, &runner, run).await;
    bench.log(run).await
}

/// Returns the world that a prefix leaves, with what has happened; `sent` tells of an intent
/// without an outcome.
fn world_of(log: &[Event], sent: bool) -> (String, Vec<String>) {
    let (mut state, mut effects) = ("ready".to_owned(), Vec::new());
    let run = crate::fold(log[0].run, log).unwrap();
    for (place, event) in log.iter().enumerate() {
        let EventKind::StepIntended { dir, step, effect: true, .. } = &event.kind else { continue };
        let outcome = log.get(place + 1).map(|event| event.kind.name());
        if outcome == Some("step_done") || (outcome.is_none() && sent) {
            let plan = &run.step(*dir, *step).unwrap().plan;
            plan.args["to"].as_str().unwrap().clone_into(&mut state);
            effects.push(format!("{step} {state}"));
        }
    }
    (state, effects)
}

#[tokio::test(start_paused = true)]
async fn every_prefix_of_a_log_is_brought_to_a_true_end() {
    let mut lengths = Vec::new();
    for story in [Story::Plain, Story::Failing, Story::Cancelled] {
        let log = log_of(story).await;
        lengths.push(log.len());
        for (cut, sent) in (1..=log.len()).flat_map(|cut| [(cut, false), (cut, true)]) {
            let prefix = &log[..cut];
            let (state, mut effects) = world_of(prefix, sent);
            let bench = Bench::after(prefix.to_vec(), &state);
            let runner = bench.runner().await;
            let ended = bench.ended(log[0].run).await;
            bench.until_idle(&runner).await;
            assert_eq!(bench.log(ended.id).await[..cut], *prefix, "the past was changed");
            effects.extend(bench.world.effects());
            check_effects(&effects, story, (cut, sent));
            check_state(story, &bench, &ended, (cut, sent));
        }
    }
    assert_eq!(lengths, [10, 12, 10], "the logs are those of three steps");
}

#[tokio::test(start_paused = true)]
async fn a_process_may_die_before_each_write() {
    check_all(Fault::DiesBefore).await;
}

#[tokio::test(start_paused = true)]
async fn a_process_may_die_after_each_write() {
    check_all(Fault::DiesAfter).await;
}

#[tokio::test(start_paused = true)]
async fn each_write_may_be_refused_once() {
    check_all(Fault::Refused).await;
}

#[tokio::test(start_paused = true)]
async fn each_write_may_be_done_but_denied() {
    check_all(Fault::Denied).await;
}
