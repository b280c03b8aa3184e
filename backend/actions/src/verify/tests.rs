//! Goals: only samples from after the last step count.

use jiff::SignedDuration;

use super::*;
use crate::testing::{Answer, FakePrometheus, start};

const QUERY: &str = r#"sessions{server="web-1"}"#;
const AGE: &str = r#"max(time() - timestamp(sessions{server="web-1"}))"#;

fn goal(worse: Option<&str>) -> Goal {
    Goal {
        promql: QUERY.to_owned(),
        expect: "== 0".to_owned(),
        within_seconds: 30,
        stable_for_seconds: 3,
        worse: worse.map(str::to_owned),
    }
}

/// Looks `seconds` after the last step.
async fn look(
    prometheus: &FakePrometheus,
    goal: &Goal,
    baseline: Option<f64>,
    seconds: i64,
) -> Measured {
    let source = Source(Some(prometheus.client()));
    let now = start() + SignedDuration::from_secs(seconds);
    measure(goal, baseline, &source, (start(), now)).await
}

#[tokio::test]
async fn a_sample_from_before_the_end_of_the_steps_proves_nothing() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(QUERY, Answer::Value("0"));
    prometheus.tell(AGE, Answer::Value("2"));
    for (seconds, counts) in [(0, false), (1, false), (2, false), (3, true)] {
        let measured = look(&prometheus, &goal(None), None, seconds).await;
        let expected = if counts {
            Measured::Holds(0.0)
        } else {
            Measured::Unreadable("no sample was scraped after the last step yet".to_owned())
        };
        assert_eq!(measured, expected, "{seconds} s");
    }
    // A clock that was set back must not let an old sample count.
    assert!(matches!(look(&prometheus, &goal(None), None, -60).await, Measured::Unreadable(_)));
}

#[tokio::test]
async fn worse_is_worse_than_the_baseline_in_the_declared_direction() {
    let prometheus = FakePrometheus::start().await;
    for (value, worse, baseline, expected) in [
        ("0", Some("increase"), Some(5.0), Measured::Holds(0.0)),
        ("4", Some("increase"), Some(5.0), Measured::HoldsNot(4.0)),
        ("5", Some("increase"), Some(5.0), Measured::HoldsNot(5.0)),
        ("6", Some("increase"), Some(5.0), Measured::Worse(6.0)),
        ("6", Some("increase"), None, Measured::HoldsNot(6.0)),
        ("6", Some("decrease"), Some(5.0), Measured::HoldsNot(6.0)),
        ("4", Some("decrease"), Some(5.0), Measured::Worse(4.0)),
        ("6", None, Some(5.0), Measured::HoldsNot(6.0)),
        // What holds is never worse.
        ("0", Some("decrease"), Some(5.0), Measured::Holds(0.0)),
    ] {
        prometheus.tell(QUERY, Answer::Value(value));
        let measured = look(&prometheus, &goal(worse), baseline, 60).await;
        assert_eq!(measured, expected, "{value} {worse:?} {baseline:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_neither_met_nor_unmet() {
    let prometheus = FakePrometheus::start().await;
    for answer in [Answer::Empty, Answer::Two, Answer::Value("NaN"), Answer::Warned] {
        prometheus.tell(QUERY, answer.clone());
        let measured = look(&prometheus, &goal(None), None, 60).await;
        assert!(matches!(measured, Measured::Unreadable(_)), "{answer:?}: {measured:?}");
    }
    let nothing = measure(&goal(None), None, &Source(None), (start(), start())).await;
    assert_eq!(nothing, Measured::Unreadable("no Prometheus is configured".to_owned()));
}

#[tokio::test]
async fn a_stale_value_is_no_baseline() {
    let prometheus = FakePrometheus::start().await;
    let source = Source(Some(prometheus.client()));
    prometheus.tell(QUERY, Answer::Value("5"));
    assert_eq!(baseline(&goal(None), &source).await, Some(5.0));
    prometheus.tell(AGE, Answer::Value("31"));
    assert_eq!(baseline(&goal(None), &source).await, None);
    assert_eq!(baseline(&goal(None), &Source(None)).await, None);
}
