//! The SQLite store against the suite, and against files and disks that are not as they should be.

mod files;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use runs::{
    Admission, Admitted, Collision, LockKey, LockMode, Request, RunFilter, RunId, RunStore, State,
    StepPlan, UndoRule, store::conformance,
};
use tempfile::TempDir;

use super::*;
use crate::AuditRecord;

/// A store that takes its folder with it.
struct Temporary {
    store: Option<Store>,
    folder: TempDir,
}

impl Temporary {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Some(Store::open(&folder.path().join("store.db"), options()).unwrap());
        Self { store, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    fn close(&mut self) {
        self.store = None;
    }

    fn reopen(&mut self) {
        self.close();
        self.store = Some(Store::open(&self.path(), options()).unwrap());
    }
}

impl std::ops::Deref for Temporary {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store.as_ref().unwrap()
    }
}

#[async_trait::async_trait]
impl RunStore for Temporary {
    async fn admit(&self, admission: Admission) -> Result<Admitted, Error> {
        (**self).admit(admission).await
    }
    async fn replayed(
        &self,
        actor: &str,
        key: &runs::store::IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error> {
        (**self).replayed(actor, key, now).await
    }
    async fn append(
        &self,
        run: RunId,
        seq: u64,
        events: Vec<runs::Event>,
    ) -> Result<runs::Run, Error> {
        (**self).append(run, seq, events).await
    }
    async fn load(&self, run: RunId) -> Result<runs::Run, Error> {
        (**self).load(run).await
    }
    async fn log(&self, run: RunId) -> Result<Vec<runs::Event>, Error> {
        (**self).log(run).await
    }
    async fn list(&self, filter: RunFilter) -> Result<runs::Page, Error> {
        (**self).list(filter).await
    }
    async fn open_runs(&self) -> Result<Vec<runs::Run>, Error> {
        (**self).open_runs().await
    }
    async fn next_fence(&self) -> Result<u64, Error> {
        (**self).next_fence().await
    }
    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error> {
        (**self).holder(key).await
    }
    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: std::time::Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        (**self).rests_until(action, target, cooldown, now).await
    }
}

fn options() -> Options {
    // The disk of a build machine may be nearly full; that is not what is tested.
    Options { free_bytes_min: 0, ..Options::default() }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000)
}

fn press(node: &str) -> Admission {
    Admission {
        run: RunId::at(now()),
        now: now(),
        request: Request {
            action: "drain".into(),
            version: "1".into(),
            target: format!("node/{node}"),
            actor: "ann".into(),
            params: serde_json::Map::new(),
            reason: Some("because".into()),
            ticket: None,
            plan_hash: None,
            fingerprint: node.into(),
            locks: vec![LockKey { key: format!("node/{node}"), mode: LockMode::Exclusive }],
            steps: vec![StepPlan {
                n: 1,
                operation: "fake.set".into(),
                title: "set".into(),
                target: format!("node/{node}"),
                args: serde_json::json!({}),
                attempts_max: 1,
            }],
            guards: serde_json::json!([]),
            goal: None,
            undo: UndoRule::Automatic,
            undo_on_no_effect: false,
            deadline: None,
        },
        refusal: None,
        key: None,
        jti: None,
        collision: Collision::Reject,
        cooldown: std::time::Duration::ZERO,
        rate: None,
    }
}

async fn accept(store: &Store, node: &str) -> RunId {
    let admitted = store.admit(press(node)).await.unwrap();
    let Admitted::New(run) = admitted else { panic!("{admitted:?}") };
    run.id
}

#[tokio::test]
async fn the_sqlite_store_passes_the_suite() {
    conformance::run_all(&|| Box::pin(async { Temporary::new() })).await;
}

#[tokio::test]
async fn what_was_answered_is_there_after_reopening() {
    let mut store = Temporary::new();
    let run = accept(&store, "a").await;
    let before = store.load(run).await.unwrap();
    store.reopen();
    assert_eq!(store.load(run).await.unwrap(), before);
    assert_eq!(store.open_runs().await.unwrap(), [before]);
    let fence = store.next_fence().await.unwrap();
    store.reopen();
    assert!(store.next_fence().await.unwrap() > fence);
}

#[tokio::test]
async fn one_failed_request_leaves_the_others_of_its_batch() {
    let store = Arc::new(Temporary::new());
    let bad = store.write(|conn| {
        conn.execute("INSERT INTO jti (jti, expires) VALUES ('half', 1)", []).unwrap();
        Err::<(), _>(Error::Busy("on purpose".into()))
    });
    let worse = store.write(|_| -> Result<(), Error> { panic!("on purpose") });
    let good = store.admit(press("a"));
    let (bad, worse, good) = futures::join!(bad, worse, good);
    assert!(matches!(bad, Err(Error::Busy(_))), "{bad:?}");
    assert!(matches!(worse, Err(Error::Unavailable(_))), "{worse:?}");
    assert!(matches!(good, Ok(Admitted::New(_))), "{good:?}");
    assert!(store.spend_jti("half", now(), now()).await.unwrap(), "half a request was kept");
    accept(&store, "b").await;
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let store = Temporary::new();
    let first = accept(&store, "a").await;
    let pages = async |limit: i64| {
        store
            .write(move |conn| {
                conn.pragma_update(None, "max_page_count", limit).map_err(failed)?;
                Ok(())
            })
            .await
            .unwrap();
    };
    pages(1).await;
    let mut refused = false;
    for node in 0..200 {
        match store.admit(press(&format!("n{node}"))).await {
            Ok(_) => {}
            Err(Error::Full(_)) => {
                refused = true;
                break;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(refused, "it never became full");
    assert_eq!(store.load(first).await.unwrap().state, State::Queued, "reads go on");
    pages(1_000_000).await;
    accept(&store, "z").await;
}

#[tokio::test]
async fn too_little_space_refuses_presses_but_not_events() {
    let folder = TempDir::new().unwrap();
    let options = Options { free_bytes_min: u64::MAX, readers: 1 };
    let store = Store::open(&folder.path().join("store.db"), options).unwrap();
    assert!(matches!(store.admit(press("a")).await, Err(Error::Full(_))));
    store.next_fence().await.unwrap();
}

#[tokio::test]
async fn a_queue_without_end_is_refused() {
    let store = Arc::new(Temporary::new());
    let (open_gate, gate) = std::sync::mpsc::channel::<()>();
    let blocked = store.write(move |_| {
        // Held until the queue is full.
        gate.recv().ok();
        Ok(())
    });
    let flood = async {
        let presses: Vec<_> = (0..5000)
            .map(|_| store.spend_jti("j", now() + SignedDuration::from_secs(9), now()))
            .collect();
        let mut presses = Box::pin(futures::future::join_all(presses));
        // One poll sends them all; then the gate opens.
        assert!(futures::poll!(presses.as_mut()).is_pending());
        open_gate.send(()).unwrap();
        presses.await
    };
    let (blocked, answers) = futures::join!(blocked, flood);
    blocked.unwrap();
    let busy = answers.iter().filter(|answer| matches!(answer, Err(Error::Busy(_)))).count();
    let new = answers.iter().filter(|answer| matches!(answer, Ok(true))).count();
    assert!(busy >= 5000 - 4096 - 256, "{busy} were refused");
    assert_eq!(new, 1);
}

#[tokio::test]
async fn a_log_that_does_not_fold_is_shown_as_unknown_and_left_alone() {
    let mut store = Temporary::new();
    let (good, bad) = (accept(&store, "a").await, accept(&store, "b").await);
    store.close();
    let conn = Connection::open(store.path()).unwrap();
    conn.execute("DELETE FROM event WHERE run = ?1", [&bad.0.as_bytes()[..]]).unwrap();
    drop(conn);
    store.reopen();
    let open = store.open_runs().await.unwrap();
    assert_eq!(open.iter().map(|run| run.id).collect::<Vec<_>>(), [good]);
    assert_eq!(store.load(bad).await.unwrap().state, State::Unknown);
    let append = store.append(bad, 1, Vec::new()).await;
    assert!(matches!(append, Err(Error::Corrupt(_))), "{append:?}");
    let filter = RunFilter { target: Some("node/b".into()), limit: 1, ..RunFilter::default() };
    assert_eq!(store.list(filter).await.unwrap().runs[0].state, State::Unknown);
}

#[tokio::test]
async fn what_actors_do_is_remembered_with_its_event() {
    let store = Temporary::new();
    let run = accept(&store, "a").await;
    let said = AuditRecord {
        at: now(),
        kind: "denied".into(),
        subject: None,
        action: None,
        target: None,
        code: Some("auth_token".into()),
        run: None,
        detail: Some("é".repeat(2000)),
    };
    store.audit(said).await.unwrap();
    let rows = store.audit_list(None, 10).await.unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| (row.n, row.record.kind.as_str())).collect();
    assert_eq!(kinds, [(2, "denied"), (1, "run_accepted")]);
    assert_eq!(rows[0].record.detail.as_ref().unwrap().len(), 1024);
    assert_eq!(rows[1].record.run, Some(run));
    assert_eq!(rows[1].record.detail.as_deref(), Some("because"));
    assert_eq!(store.audit_list(Some(2), 10).await.unwrap().len(), 1);
    let change =
        store.write(|conn| conn.execute("UPDATE audit SET kind = 'x'", []).map_err(failed)).await;
    assert!(change.is_err());
}

#[tokio::test]
async fn the_stop_switch_survives_a_restart() {
    let mut store = Temporary::new();
    let follower = store.stop_watch();
    assert!(!*follower.borrow() && !store.stop().stopped);
    let flag = StopFlag {
        stopped: true,
        since: Some(now()),
        by: Some("ann".into()),
        reason: Some("fire".into()),
    };
    store.set_stop(flag.clone()).await.unwrap();
    assert!(*follower.borrow());
    store.reopen();
    assert_eq!(store.stop(), flag);
    assert!(*store.stop_watch().borrow());
}

#[tokio::test]
async fn a_jti_can_be_used_again_only_after_it_expired() {
    let store = Temporary::new();
    let at = |seconds| now() + SignedDuration::from_secs(seconds);
    assert!(store.spend_jti("j", at(60), at(0)).await.unwrap());
    assert!(!store.spend_jti("j", at(120), at(59)).await.unwrap());
    assert!(store.spend_jti("j", at(120), at(60)).await.unwrap());
}

#[tokio::test]
async fn tokens_are_kept_by_their_hash() {
    let store = Temporary::new();
    let secret = identity::TokenSecret::new(&[7; identity::token::TOKEN_ENTROPY_BYTES]);
    let record = identity::TokenRecord::new(&secret, "ci", identity::Role::Admin, now());
    store.put_token(&record).await.unwrap();
    assert_eq!(store.find_token(secret.id()).await.unwrap(), Some(record.clone()));
    assert_eq!(store.list_tokens().await.unwrap(), [record]);
    assert!(store.remove_token(secret.id()).await.unwrap());
    assert_eq!(store.find_token(secret.id()).await.unwrap(), None);
}
