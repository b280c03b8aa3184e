//! Appending and reading: all or none, in order, under the newest fence.

use super::{
    Make,
    build::{accept, append, at, ended, event, failed, intended, press, refuse, started},
};
use crate::{Error, EventKind, RunFilter, RunId, RunStore, run::State};

pub(super) async fn all<S: RunStore>(make: Make<'_, S>) {
    what_is_appended_is_read(&make().await).await;
    a_batch_is_written_whole_or_not(&make().await).await;
    an_old_number_is_a_conflict(&make().await).await;
    an_older_fence_is_stale(&make().await).await;
    nothing_follows_an_end(&make().await).await;
    an_absent_run_is_not_found(&make().await).await;
    fences_only_grow(&make().await).await;
    open_runs_are_listed_oldest_first(&make().await).await;
    a_list_is_filtered_and_paged(&make().await).await;
}

async fn what_is_appended_is_read(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let started = append(store, &run, 1, started()).await.expect("starts");
    assert_eq!((started.state, started.fence, started.seq), (State::Running, Some(1), 2));
    assert_eq!(store.load(run.id).await.expect("loads"), started);
    let log = store.log(run.id).await.expect("has a log");
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(crate::fold(run.id, &log).expect("folds"), started);
}

async fn a_batch_is_written_whole_or_not(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let first = event(&run, 1, 1, started());
    let mut second = event(&run, 1, 1, EventKind::UndoCompleted {});
    second.seq = 3;
    let refused = store.append(run.id, 1, vec![first.clone(), second.clone()]).await;
    assert!(matches!(refused, Err(Error::IllegalTransition { seq: 3, .. })), "{refused:?}");
    assert_eq!(store.load(run.id).await.expect("loads"), run);
    assert_eq!(store.log(run.id).await.expect("has a log").len(), 1);
    second.kind = failed();
    let ended = store.append(run.id, 1, vec![first, second]).await.expect("fits");
    assert_eq!((ended.state, ended.seq), (State::Failed, 3));
}

async fn an_old_number_is_a_conflict(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    append(store, &run, 1, started()).await.expect("starts");
    let cancel = EventKind::CancelRequested { reason: None };
    let late = append(store, &run, 2, cancel).await;
    assert!(matches!(late, Err(Error::Conflict { seq: 2, .. })), "{late:?}");
}

async fn an_older_fence_is_stale(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let run = append(store, &run, 1, started()).await.expect("starts");
    let over =
        EventKind::RunTakenOver { owner: "other".into(), old_fence: Some(1), open_intent: false };
    let taken = store.append(run.id, 2, vec![event(&run, 2, 2, over)]).await.expect("is taken");
    assert_eq!(taken.fence, Some(2));
    // The old owner hears it even with an old number: it must stop, not try again.
    for old in [&run, &taken] {
        let late = append(store, old, 3, intended(1)).await;
        let stale = matches!(late, Err(Error::StaleFence { ours: 1, current: 2 }));
        assert!(stale, "{late:?}");
    }
}

async fn nothing_follows_an_end(store: &impl RunStore) {
    let run = ended(store, press("a", "ann", 0), 1).await;
    let late = append(store, &run, 2, failed()).await;
    assert!(matches!(late, Err(Error::IllegalTransition { .. })), "{late:?}");
}

async fn an_absent_run_is_not_found(store: &impl RunStore) {
    let absent = RunId::at(at(0));
    assert!(matches!(store.load(absent).await, Err(Error::NotFound(id)) if id == absent));
    assert!(matches!(store.log(absent).await, Err(Error::NotFound(_))));
    assert!(matches!(store.append(absent, 1, Vec::new()).await, Err(Error::NotFound(_))));
}

async fn fences_only_grow(store: &impl RunStore) {
    let mut last = 0;
    for _ in 0..5 {
        let fence = store.next_fence().await.expect("counts");
        assert!(fence > last);
        last = fence;
    }
}

async fn open_runs_are_listed_oldest_first(store: &impl RunStore) {
    let first = accept(store, press("a", "ann", 0)).await;
    ended(store, press("b", "ann", 1), 1).await;
    refuse(store, press("c", "ann", 2).refused("stopped")).await;
    let last = accept(store, press("d", "ann", 3)).await;
    assert_eq!(store.open_runs().await.expect("lists"), [first, last]);
}

async fn a_list_is_filtered_and_paged(store: &impl RunStore) {
    let a = accept(store, press("a", "ann", 0)).await.id;
    let b = ended(store, press("b", "bob", 1), 1).await.id;
    let c = refuse(store, press("c", "ann", 2).refused("stopped")).await.0;
    let all = RunFilter { limit: 10, ..RunFilter::default() };
    let ids = async |filter: &RunFilter| -> (Vec<RunId>, Option<RunId>) {
        let page = store.list(filter.clone()).await.expect("lists");
        (page.runs.iter().map(|run| run.id).collect(), page.next)
    };
    assert_eq!(ids(&all).await, (vec![c, b, a], None));
    let two = RunFilter { limit: 2, ..all.clone() };
    assert_eq!(ids(&two).await, (vec![c, b], Some(b)));
    assert_eq!(ids(&RunFilter { before: Some(b), ..two }).await, (vec![a], None));
    let full = RunFilter { limit: 3, ..all.clone() };
    assert_eq!(ids(&full).await, (vec![c, b, a], None));
    let of = |target: &str| RunFilter { target: Some(target.into()), ..all.clone() };
    assert_eq!(ids(&of("node/b")).await, (vec![b], None));
    let by = RunFilter { actor: Some("ann".into()), ..all.clone() };
    assert_eq!(ids(&by).await, (vec![c, a], None));
    let states = vec![State::Queued, State::Failed];
    assert_eq!(ids(&RunFilter { states, ..all.clone() }).await, (vec![b, a], None));
    let other = RunFilter { action: Some("return".into()), ..all };
    assert_eq!(ids(&other).await, (vec![], None));
}
