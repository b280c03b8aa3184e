//! The order of admission: replay, key, fingerprint, refusal, collision, cooldown, rate.

use std::collections::HashSet;

use futures::future::join_all;

use super::{
    Make,
    build::{accept, admit, append, at, ended, failed, press, refuse, started},
};
use crate::{Admitted, EventKind, RunFilter, RunStore, run::State, store::IdempotencyKey};

pub(super) async fn all<S: RunStore>(make: Make<'_, S>) {
    an_accepted_press_is_queued(&make().await).await;
    a_jti_works_once(&make().await).await;
    a_spent_jti_wins_over_a_known_key(&make().await).await;
    a_key_finds_its_first_answer(&make().await).await;
    a_key_is_looked_up_without_a_press(&make().await).await;
    a_key_remembers_what_its_press_met(&make().await).await;
    a_key_is_kept_a_day_past_the_end(&make().await).await;
    a_refused_press_binds_no_key(&make().await).await;
    an_equal_press_meets_the_run_in_flight(&make().await).await;
    an_equal_press_meets_the_run_for_five_seconds_after_its_end(&make().await).await;
    an_equal_press_after_another_run_on_the_target_is_a_new_one(&make().await).await;
    the_fingerprint_wins_over_a_refusal(&make().await).await;
    an_equal_refusal_is_repeated_for_ten_seconds(&make().await).await;
    a_held_target_names_its_holder(&make().await).await;
    a_queued_run_already_claims_its_target(&make().await).await;
    an_ended_run_rests(&make().await).await;
    a_rate_counts_ends_in_a_window(&make().await).await;
    refused_runs_do_not_count(&make().await).await;
    a_hundred_equal_presses_are_one_run(&make().await).await;
}

async fn an_accepted_press_is_queued(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    assert_eq!((run.state, run.seq, run.created), (State::Queued, 1, at(0)));
    assert_eq!(store.load(run.id).await.expect("is there"), run);
    let log = store.log(run.id).await.expect("has a log");
    assert_eq!(crate::fold(run.id, &log).expect("folds"), run);
}

async fn a_jti_works_once(store: &impl RunStore) {
    accept(store, press("a", "ann", 0).with_jti("j")).await;
    let again = admit(store, press("b", "bob", 1).with_jti("j")).await;
    assert!(matches!(again, Admitted::Replay), "{again:?}");
    accept(store, press("b", "bob", 2).with_jti("other")).await;
}

async fn a_spent_jti_wins_over_a_known_key(store: &impl RunStore) {
    accept(store, press("a", "ann", 0).keyed("k", "d").with_jti("j")).await;
    let again = admit(store, press("a", "ann", 1).keyed("k", "d").with_jti("j")).await;
    assert!(matches!(again, Admitted::Replay), "{again:?}");
}

async fn a_key_finds_its_first_answer(store: &impl RunStore) {
    let first = accept(store, press("a", "ann", 0).keyed("k", "d")).await;
    let again = admit(store, press("a", "ann", 60).keyed("k", "d")).await;
    assert!(matches!(&again, Admitted::Replayed { run, .. } if run.id == first.id), "{again:?}");
    let other = admit(store, press("a", "ann", 61).keyed("k", "other")).await;
    assert!(matches!(other, Admitted::KeyReused), "{other:?}");
    // Another actor's key is another key.
    accept(store, press("b", "bob", 62).keyed("k", "other")).await;
    // A key that came with a double click finds the run of the first click.
    let click = admit(store, press("a", "ann", 63).keyed("k2", "d")).await;
    assert!(matches!(&click, Admitted::Duplicate(run) if run.id == first.id), "{click:?}");
    let again = admit(store, press("a", "ann", 64).keyed("k2", "d")).await;
    assert!(matches!(&again, Admitted::Replayed { run, .. } if run.id == first.id), "{again:?}");
}

async fn a_key_is_looked_up_without_a_press(store: &impl RunStore) {
    let key = |digest: &str| IdempotencyKey { key: "k".into(), digest: digest.into() };
    let look = async |actor: &'static str, digest: &str, seconds| {
        store.replayed(actor, &key(digest), at(seconds)).await.expect("looks")
    };
    let none = look("ann", "d", 0).await;
    assert!(none.is_none(), "{none:?}");
    let first = accept(store, press("a", "ann", 0).keyed("k", "d")).await;
    let run = append(store, &first, 1, started()).await.expect("starts");
    let found = look("ann", "d", 60).await;
    let Some(Admitted::Replayed { run: it, met: None }) = &found else { panic!("{found:?}") };
    assert_eq!(**it, run);
    let other = look("ann", "other", 60).await;
    assert!(matches!(other, Some(Admitted::KeyReused)), "{other:?}");
    let stranger = look("bob", "d", 60).await;
    assert!(stranger.is_none(), "{stranger:?}");
    append(store, &run, 61, failed()).await.expect("ends");
    let day = 24 * 3600;
    assert!(look("ann", "d", 60 + day).await.is_some(), "kept a day past the end");
    let late = look("ann", "d", 62 + day).await;
    assert!(late.is_none(), "{late:?}");
}

async fn a_key_remembers_what_its_press_met(store: &impl RunStore) {
    let first = accept(store, press("a", "ann", 0)).await;
    let run = append(store, &first, 1, started()).await.expect("starts");
    let click = admit(store, press("a", "ann", 2).keyed("k", "d")).await;
    assert!(matches!(&click, Admitted::Duplicate(it) if **it == run), "{click:?}");
    append(store, &run, 3, failed()).await.expect("ends");
    let again = admit(store, press("a", "ann", 60).keyed("k", "d")).await;
    let Admitted::Replayed { run: it, met } = &again else { panic!("{again:?}") };
    assert_eq!((it.id, *met), (run.id, Some(run.seq)));
}

async fn a_key_is_kept_a_day_past_the_end(store: &impl RunStore) {
    let day = 24 * 3600;
    let first = accept(store, press("a", "ann", 0).keyed("k", "d")).await;
    let open = admit(store, press("a", "ann", 3 * day).keyed("k", "d")).await;
    assert!(matches!(open, Admitted::Replayed { .. }), "{open:?}");
    let cancel = EventKind::CancelRequested { reason: None };
    append(store, &first, 3 * day, cancel).await.expect("is cancelled");
    let kept = admit(store, press("a", "ann", 4 * day - 1).keyed("k", "d")).await;
    assert!(matches!(kept, Admitted::Replayed { .. }), "{kept:?}");
    let new = accept(store, press("a", "ann", 4 * day + 1).keyed("k", "other")).await;
    assert_ne!(new.id, first.id);
}

async fn a_refused_press_binds_no_key(store: &impl RunStore) {
    refuse(store, press("a", "ann", 0).keyed("k", "d").refused("guard_unmet")).await;
    accept(store, press("a", "ann", 1).keyed("k", "d")).await;
}

async fn an_equal_press_meets_the_run_in_flight(store: &impl RunStore) {
    let first = accept(store, press("a", "ann", 0)).await;
    let run = append(store, &first, 1, started()).await.expect("starts");
    let again = admit(store, press("a", "ann", 3600)).await;
    assert!(matches!(&again, Admitted::Duplicate(it) if **it == run), "{again:?}");
}

async fn an_equal_press_meets_the_run_for_five_seconds_after_its_end(store: &impl RunStore) {
    let run = ended(store, press("a", "ann", 0), 10).await;
    let again = admit(store, press("a", "ann", 14)).await;
    assert!(matches!(&again, Admitted::Duplicate(it) if it.id == run.id), "{again:?}");
    accept(store, press("a", "ann", 15)).await;
}

async fn the_fingerprint_wins_over_a_refusal(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let again = admit(store, press("a", "ann", 1).refused("guard_unmet")).await;
    assert!(matches!(&again, Admitted::Duplicate(it) if it.id == run.id), "{again:?}");
}

async fn an_equal_refusal_is_repeated_for_ten_seconds(store: &impl RunStore) {
    let (run, refusal) = refuse(store, press("a", "ann", 0).refused("guard_unmet")).await;
    assert_eq!(refusal.code, "guard_unmet");
    let again = admit(store, press("a", "ann", 9).refused("guard_unmet")).await;
    assert!(matches!(&again, Admitted::Duplicate(it) if it.id == run), "{again:?}");
    refuse(store, press("a", "ann", 9).refused("guard_stale")).await;
    let (later, _) = refuse(store, press("a", "ann", 10).refused("guard_unmet")).await;
    assert_ne!(later, run);
    // What is allowed meanwhile is not held back by an older refusal.
    accept(store, press("a", "ann", 11)).await;
}

async fn a_held_target_names_its_holder(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    append(store, &run, 1, started()).await.expect("starts");
    let (_, refusal) = refuse(store, press("a", "bob", 2)).await;
    assert_eq!((refusal.code.as_str(), refusal.holder), ("target_busy", Some(run.id.to_string())));
    // The pool is shared, so another node is free.
    accept(store, press("b", "bob", 3)).await;
}

async fn a_queued_run_already_claims_its_target(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let (_, refusal) = refuse(store, press("a", "bob", 0)).await;
    assert_eq!(refusal.holder, Some(run.id.to_string()));
}

async fn an_equal_press_after_another_run_on_the_target_is_a_new_one(store: &impl RunStore) {
    let first = ended(store, press("a", "ann", 0), 10).await;
    ended(store, press("b", "bob", 10), 11).await;
    let again = admit(store, press("a", "ann", 12)).await;
    assert!(matches!(&again, Admitted::Duplicate(it) if it.id == first.id), "{again:?}");
    ended(store, press("a", "bob", 12), 13).await;
    let new = accept(store, press("a", "ann", 14)).await;
    assert_ne!(new.id, first.id);
}

async fn an_ended_run_rests(store: &impl RunStore) {
    ended(store, press("a", "ann", 0), 10).await;
    let (_, refusal) = refuse(store, press("a", "bob", 39).resting(30)).await;
    assert_eq!((refusal.code.as_str(), refusal.next_allowed), ("cooldown", Some(at(40))));
    let cooldown = std::time::Duration::from_secs(30);
    let rests = async |now| store.rests_until("drain", "node/a", cooldown, at(now)).await;
    assert_eq!(rests(39).await.expect("answers"), Some(at(40)));
    assert_eq!(rests(40).await.expect("answers"), None);
    accept(store, press("a", "bob", 40).resting(30)).await;
}

async fn a_rate_counts_ends_in_a_window(store: &impl RunStore) {
    ended(store, press("a", "ann", 0), 10).await;
    ended(store, press("a", "bob", 20), 30).await;
    let (_, refusal) = refuse(store, press("a", "cyd", 40).rated(2, 60)).await;
    assert_eq!((refusal.code.as_str(), refusal.next_allowed), ("rate", Some(at(70))));
    // Another target has a rate of its own, and the window moves on.
    accept(store, press("b", "cyd", 41).rated(2, 60)).await;
    accept(store, press("a", "cyd", 71).rated(2, 60)).await;
}

async fn refused_runs_do_not_count(store: &impl RunStore) {
    refuse(store, press("a", "ann", 0).refused("guard_unmet")).await;
    accept(store, press("a", "bob", 1).resting(60).rated(1, 60)).await;
}

async fn a_hundred_equal_presses_are_one_run(store: &impl RunStore) {
    let presses = (0..100).map(|_| store.admit(press("a", "ann", 0)));
    let admitted = join_all(presses).await;
    let mut ids = HashSet::new();
    let mut new = 0;
    for answer in admitted {
        match answer.expect("answers") {
            Admitted::New(run) => {
                new += 1;
                ids.insert(run.id);
            }
            Admitted::Duplicate(run) => {
                ids.insert(run.id);
            }
            other @ (Admitted::Replayed { .. } | Admitted::KeyReused | Admitted::Replay) => {
                panic!("neither new nor a duplicate: {other:?}")
            }
        }
    }
    assert_eq!((new, ids.len()), (1, 1));
    let page = store.list(RunFilter { limit: 10, ..RunFilter::default() }).await.expect("lists");
    assert_eq!(page.runs.len(), 1);
}
