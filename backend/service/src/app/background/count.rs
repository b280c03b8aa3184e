//! Counts runs as they begin and end, from the hints of the feed and the truth of the store.

use std::{collections::HashMap, time::Duration};

use api::ProblemCode;
use runs::{Run, RunId};
use tokio::sync::broadcast::error::RecvError;

use crate::{app::AppState, metrics::InFlight, to_api};

/// Follows all runs. A run that is in flight holds its part of the gauge.
pub(crate) async fn runs(app: AppState) {
    let mut changes = app.feed.subscribe();
    let mut open = HashMap::new();
    look_at_all(&app, &mut open).await;
    loop {
        match changes.recv().await {
            Ok(change) => look(&app, &mut open, change.run, change.seq == 1).await,
            Err(RecvError::Lagged(_)) => {
                let known: Vec<RunId> = open.keys().copied().collect();
                for run in known {
                    look(&app, &mut open, run, false).await;
                }
                look_at_all(&app, &mut open).await;
            }
            Err(RecvError::Closed) => return,
        }
    }
}

async fn look_at_all(app: &AppState, open: &mut HashMap<RunId, InFlight>) {
    match app.store.open_runs().await {
        Ok(runs) => {
            for run in runs {
                open.entry(run.id).or_insert_with(|| app.metrics.run_in_flight());
            }
        }
        Err(error) => tracing::warn!(%error, "open runs could not be counted"),
    }
}

/// Looks at a run. One that has ended is counted when it leaves the open ones, or with its first
/// hint if it had ended by then: so exactly once, however many hints follow.
async fn look(app: &AppState, open: &mut HashMap<RunId, InFlight>, run: RunId, first: bool) {
    match app.store.load(run).await {
        Ok(run) if run.state.is_terminal() => {
            if open.remove(&run.id).is_some() || first {
                ended(app, &run);
            }
        }
        Ok(run) => {
            open.entry(run.id).or_insert_with(|| app.metrics.run_in_flight());
        }
        Err(error) => tracing::warn!(run.id = %run, %error, "a run could not be counted"),
    }
}

fn ended(app: &AppState, run: &Run) {
    let end = run.ended.unwrap_or(run.updated);
    let took = Duration::try_from(end.duration_since(run.created)).unwrap_or_default();
    app.metrics.run_ended(&run.request.action, to_api::state(run.state).as_str(), took);
    let code = run.refusal.as_ref().and_then(|refusal| ProblemCode::parse(&refusal.code));
    if let Some(code) = code.filter(|code| code.as_str().starts_with("guard_")) {
        app.metrics.guard_refused(code.as_str());
    }
}
