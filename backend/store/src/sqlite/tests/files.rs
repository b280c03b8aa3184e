//! Files that are in use, open to others, damaged, newer or not ours.

use std::{fs, os::unix::fs::PermissionsExt};

use runs::store::IdempotencyKey;

use super::*;

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_closed() {
    let mut store = Temporary::new();
    let second = Store::open(&store.path(), options()).unwrap_err();
    assert!(matches!(second, OpenError::InUse { .. }), "{second}");
    assert_eq!(second.exit_code(), 75);
    store.reopen();
}

#[tokio::test]
async fn files_are_private_even_if_they_were_not() {
    let mut store = Temporary::new();
    accept(&store, "a").await;
    let modes = |folder: &Path| -> Vec<(String, u32)> {
        let mode = |entry: fs::DirEntry| entry.metadata().unwrap().permissions().mode() & 0o777;
        let read = fs::read_dir(folder).unwrap().map(Result::unwrap);
        read.map(|entry| (entry.file_name().into_string().unwrap(), mode(entry))).collect()
    };
    let found = modes(store.folder.path());
    assert!(found.len() >= 4, "database, log, index of the log, lock: {found:?}");
    assert!(found.iter().all(|(_, mode)| *mode == 0o600), "{found:?}");
    store.close();
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o644)).unwrap();
    store.reopen();
    assert!(modes(store.folder.path()).iter().all(|(_, mode)| *mode == 0o600));
}

#[test]
fn a_missing_folder_is_made_private_and_an_open_one_is_refused() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("a/b");
    drop(Store::open(&inner.join("store.db"), options()).unwrap());
    assert_eq!(inner.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&inner, fs::Permissions::from_mode(0o777)).unwrap();
    let refused = Store::open(&inner.join("store.db"), options()).unwrap_err();
    assert!(matches!(refused, OpenError::OpenToOthers { .. }), "{refused}");
}

/// Changes a closed store, and expects that opening it is refused and leaves it as it is.
#[track_caller]
fn check_refused(change: impl FnOnce(&Path), expect: impl FnOnce(&OpenError) -> bool) {
    let mut store = Temporary::new();
    store.close();
    change(&store.path());
    let before = fs::read(store.path()).unwrap();
    let refused = Store::open(&store.path(), options()).unwrap_err();
    assert!(expect(&refused), "{refused:?}");
    assert_eq!(refused.exit_code(), 78);
    assert_eq!(fs::read(store.path()).unwrap(), before, "the file was touched");
}

#[tokio::test]
async fn an_older_schema_is_brought_up_with_what_it_holds() {
    let mut store = Temporary::new();
    let key = IdempotencyKey { key: "k".into(), digest: "d".into() };
    let keyed = Admission { key: Some(key.clone()), ..press("a") };
    let (actor, at) = (keyed.request.actor.clone(), keyed.now);
    let admitted = store.admit(keyed).await.unwrap();
    assert!(matches!(admitted, Admitted::New(_)), "{admitted:?}");
    store.close();
    let first = "ALTER TABLE bound_key DROP COLUMN met; PRAGMA user_version = 1;";
    Connection::open(store.path()).unwrap().execute_batch(first).unwrap();
    store.reopen();
    let found = store.replayed(&actor, &key, at).await.unwrap();
    assert!(matches!(found, Some(Admitted::Replayed { met: None, .. })), "{found:?}");
}

#[test]
fn a_newer_schema_is_refused() {
    let newer = |path: &Path| {
        let conn = Connection::open(path).unwrap();
        conn.pragma_update(None, "user_version", schema::NEWEST + 1).unwrap();
    };
    let says = |error: &OpenError| {
        let OpenError::NewerSchema { found, known, .. } = error else { return false };
        *found == known + 1
    };
    check_refused(newer, says);
}

#[test]
fn a_damaged_file_is_refused() {
    let damage = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        // The third page, whole: a tree that is no tree.
        bytes[8192..12288].fill(0xa5);
        fs::write(path, bytes).unwrap();
    };
    check_refused(damage, |error| matches!(error, OpenError::Corrupt { .. }));
    let text =
        |path: &Path| fs::write(path, "this is no database, whatever its name says").unwrap();
    check_refused(text, |error| matches!(error, OpenError::Corrupt { .. }));
}

#[test]
fn another_database_is_refused() {
    let other = |path: &Path| {
        fs::remove_file(path).unwrap();
        Connection::open(path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    };
    check_refused(other, |error| matches!(error, OpenError::Foreign { .. }));
}
