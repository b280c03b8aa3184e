//! The stop switch and its file.

use super::*;

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn switch(folder: &Path) -> StopSwitch {
    StopSwitch::new(folder, StopFlag::default(), now())
}

#[test]
fn a_file_made_by_hand_stops_and_its_removal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let switch = switch(folder.path());
    assert!(switch.look(now()).is_none() && switch.refusal().is_none());
    fs::write(folder.path().join(FILE), "the roof is on fire\n").unwrap();
    let flag = switch.look(now()).unwrap();
    assert_eq!(
        (flag.by.as_deref(), flag.reason.as_deref()),
        (Some("file"), Some("the roof is on fire"))
    );
    assert!(*switch.subscribe().borrow());
    assert_eq!(switch.refusal().unwrap().code, "stopped");
    fs::remove_file(folder.path().join(FILE)).unwrap();
    assert!(!switch.look(now()).unwrap().stopped);
    assert!(!*switch.subscribe().borrow());
}

#[tokio::test]
async fn a_thrown_switch_stays_thrown_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = store::Store::open(&folder.path().join("x.db"), store::Options::default()).unwrap();
    let store: Arc<dyn Durable> = Arc::new(store);
    let moved = switch(folder.path()).throw("ada", Some("load".to_owned()), now(), &store).await;
    assert!(moved.faults.is_empty(), "{moved:?}");
    let again = switch(folder.path());
    assert!(again.shown().stopped && again.look(now()).is_none());
    assert_eq!(again.shown().by.as_deref(), Some("ada"));
    assert!(store.kept_stop().stopped);
    again.lift(&store).await.unwrap();
    assert!(!again.shown().stopped && !folder.path().join(FILE).exists());
    assert!(!store.kept_stop().stopped);
}

#[test]
fn a_kept_row_stops_also_without_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let kept =
        StopFlag { stopped: true, since: Some(now()), by: Some("ada".to_owned()), reason: None };
    let switch = StopSwitch::new(folder.path(), kept, now());
    assert!(switch.shown().stopped);
    assert!(switch.look(now()).is_none(), "the missing file was made again, not obeyed");
}
