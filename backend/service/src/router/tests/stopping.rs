//! The stop switch through the door, also with the disk away.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use identity::{Role, TokenRecord};
use jiff::Timestamp;
use runs::{
    Admission, Admitted, Error, Event, Page, Run, RunFilter, RunId, RunStore, store::IdempotencyKey,
};
use store::{AuditRecord, StopFlag};

use super::house::{House, VIEWER};
use crate::app::durable::Durable;

const STOP: &str = "/api/v1/stop";
const ON: &str = r#"{"stopped": true, "reason": "fire"}"#;
const OFF: &str = r#"{"stopped": false, "reason": null}"#;
const CHIEF: (&str, Role) = ("chief", Role::Viewer);
const GRANTS: &str = "grants: {stop: ['grafana:1:chief']}\n";

#[tokio::test]
async fn nothing_starts_while_the_switch_is_thrown() {
    let house = House::with(GRANTS, |store| store).await;
    let thrown = house.ask(CHIEF, "POST", STOP, ON).await.json();
    assert_eq!((&thrown["stopped"], &thrown["by"]), (&true.into(), &"grafana:1:chief".into()));
    let refused = house.press("x").await;
    refused.is(503, "stopped");
    assert!(refused.json()["run_id"].is_string(), "{}", refused.text);
    assert!(refused.json()["detail"].as_str().unwrap().contains("fire"), "{}", refused.text);
    assert_eq!(house.ask(CHIEF, "POST", STOP, OFF).await.json()["stopped"], false);
    assert_eq!(house.press("y").await.status, 202);
}

#[tokio::test]
async fn the_switch_is_thrown_with_the_disk_away_and_only_lifted_with_it_back() {
    let house = House::with(GRANTS, |store| Arc::new(NoDisk(store))).await;
    let thrown = house.ask(CHIEF, "POST", STOP, ON).await;
    assert_eq!(thrown.status, 200, "{}", thrown.text);
    assert!(*house.app.stop.subscribe().borrow());
    house.ask(CHIEF, "POST", STOP, OFF).await.is(503, "store_unavailable");
    assert!(*house.app.stop.subscribe().borrow());
    house.press("x").await.is(503, "store_unavailable");
    assert!(house.notes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nodes_are_not_shown_as_free_while_nobody_knows() {
    let house = House::with("", |store| Arc::new(NoDisk(store))).await;
    for path in ["/api/v1/nodes", "/api/v1/nodes/web-1"] {
        house.ask(VIEWER, "GET", path, "").await.is(503, "store_unavailable");
    }
}

/// A durable place whose disk takes nothing more, and whose list of open runs cannot be read.
struct NoDisk(Arc<dyn Durable>);

fn away<T>() -> Result<T, Error> {
    Err(Error::Unavailable("the disk is away".to_owned()))
}

#[async_trait]
impl RunStore for NoDisk {
    async fn admit(&self, _admission: Admission) -> Result<Admitted, Error> {
        away()
    }

    async fn replayed(
        &self,
        actor: &str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error> {
        self.0.replayed(actor, key, now).await
    }

    async fn append(&self, _run: RunId, _seq: u64, _events: Vec<Event>) -> Result<Run, Error> {
        away()
    }

    async fn load(&self, run: RunId) -> Result<Run, Error> {
        self.0.load(run).await
    }

    async fn log(&self, run: RunId) -> Result<Vec<Event>, Error> {
        self.0.log(run).await
    }

    async fn list(&self, filter: RunFilter) -> Result<Page, Error> {
        self.0.list(filter).await
    }

    async fn open_runs(&self) -> Result<Vec<Run>, Error> {
        away()
    }

    async fn next_fence(&self) -> Result<u64, Error> {
        away()
    }

    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error> {
        self.0.holder(key).await
    }

    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        self.0.rests_until(action, target, cooldown, now).await
    }
}

#[async_trait]
impl Durable for NoDisk {
    async fn keep_audit(&self, _record: AuditRecord) -> Result<(), Error> {
        away()
    }

    async fn spend(&self, _jti: &str, _expires: Timestamp, _now: Timestamp) -> Result<bool, Error> {
        away()
    }

    async fn keep_stop(&self, _flag: StopFlag) -> Result<(), Error> {
        away()
    }

    fn kept_stop(&self) -> StopFlag {
        self.0.kept_stop()
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>, Error> {
        self.0.tokens().await
    }
}
