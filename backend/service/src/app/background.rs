//! What goes on beside requests: the inventory is read, the stop file is looked at, runs are
//! counted, refusals are summed, and a hangup reads the definitions again. Every task ends with the
//! service.

pub(crate) mod count;

use std::{future::Future, sync::Arc, time::Duration};

use targets::Unsure;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::app::{AppState, reload};

/// Time between two writings of summed refusals.
const AUDIT_EVERY: Duration = Duration::from_secs(10);

/// Starts everything that goes on beside requests.
pub(crate) fn start(app: &AppState, tasks: &mut JoinSet<()>) -> std::io::Result<()> {
    let hangup = signal(SignalKind::hangup())?;
    until_closed(app, tasks, poll(Arc::clone(app)));
    until_closed(app, tasks, watch_stop_file(Arc::clone(app)));
    until_closed(app, tasks, sum_refusals(Arc::clone(app)));
    until_closed(app, tasks, count::runs(Arc::clone(app)));
    until_closed(app, tasks, reload_on(hangup, Arc::clone(app)));
    Ok(())
}

fn until_closed(
    app: &AppState,
    tasks: &mut JoinSet<()>,
    work: impl Future<Output = ()> + Send + 'static,
) {
    let closing = app.closing.clone();
    tasks.spawn(async move {
        closing.run_until_cancelled(work).await;
    });
}

/// Reads the inventory, and tells the lists of `http_sd` what was seen.
async fn poll(app: AppState) {
    let mut ticks = interval(app.config.inventory.poll);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut doubt = None;
    loop {
        ticks.tick().await;
        let now = poll_once(&app).await.map(|unsure| unsure.why);
        // Told once when it begins or changes, not with every poll.
        match (&doubt, &now) {
            (Some(_), None) => tracing::info!("the inventory is sure again"),
            (before, Some(why)) if before.as_ref() != Some(why) => {
                tracing::warn!(why, "the inventory is unsure");
            }
            _ => {}
        }
        doubt = now;
    }
}

/// Reads the inventory once; returns why it is unsure, if it is.
pub(crate) async fn poll_once(app: &AppState) -> Option<Unsure> {
    app.inventory.poll(app.clock.now()).await;
    let seen = app.inventory.fresh(app.clock.now());
    app.metrics.set_inventory_sure(seen.is_ok());
    let mut lists = app.discovery();
    for (name, list) in &mut *lists {
        let held = list.held();
        list.update(seen.as_deref());
        app.metrics.set_sd_held(name, list.held());
        if list.held() && !held {
            tracing::error!(sd.name = name, why = list.held_why(), "a list is held back");
        }
    }
    seen.err()
}

/// Obeys the stop file.
async fn watch_stop_file(app: AppState) {
    let mut ticks = interval(crate::app::stop::LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(row) = app.stop.look(app.clock.now()) else { continue };
        app.metrics.set_stopped(row.stopped);
        let what = if row.stopped { "thrown by its file" } else { "lifted by its file" };
        tracing::warn!(stopped = row.stopped, "the stop switch was {what}");
        app.audit.did("stop", None, what.to_owned(), app.clock.now()).await;
        if let Err(error) = app.store.keep_stop(row).await {
            tracing::error!(%error, "the stop switch's row could not be written");
        }
    }
}

async fn sum_refusals(app: AppState) {
    let mut ticks = interval(AUDIT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.audit.flush(app.clock.now(), false).await;
    }
}

async fn reload_on(mut hangup: Signal, app: AppState) {
    while hangup.recv().await.is_some() {
        reload::reload(&app).await;
    }
}
