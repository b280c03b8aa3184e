//! Sums of strangers' refusals.

use jiff::SignedDuration;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn denied(told: &Told, second: i64) -> Denied<'_> {
    Denied { caller: None, route: "/api/v1/runs", action: None, told, now: at(second) }
}

#[tokio::test]
async fn a_kind_is_written_once_a_minute_and_then_as_a_sum() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data").join("x.db");
    let store = Arc::new(store::Store::open(&file, store::Options::default()).unwrap());
    let audit = Audit::new(Arc::<store::Store>::clone(&store), Arc::new(Metrics::new()));
    let told = Told { code: ProblemCode::AuthToken, detail: "no token".to_owned(), run: None };
    for second in [0, 1, 2] {
        audit.refused(denied(&told, second)).await;
    }
    let count = async || store.audit_list(None, 10).await.unwrap().len();
    assert_eq!(count().await, 1);
    audit.flush(at(30), false).await;
    assert_eq!(count().await, 1);
    audit.flush(at(61), false).await;
    let rows = store.audit_list(None, 10).await.unwrap();
    assert_eq!(rows[0].record.detail.as_deref(), Some("/api/v1/runs: 2 more within the minute"));
    audit.refused(denied(&told, 62)).await;
    assert_eq!(count().await, 3);
}

#[test]
fn what_we_could_not_do_is_no_denial() {
    for code in ProblemCode::ALL {
        let kept = is_kept(*code);
        assert!(!(kept && code.status() >= 500), "{code:?}");
    }
    assert!(!is_kept(ProblemCode::GuardUnmet), "it is a run");
}
