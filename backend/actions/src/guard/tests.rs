//! Guards: what holds, and every way not to be read.

use serde_json::{Map, json};
use targets::Operations;

use super::*;
use crate::{
    Definition,
    testing::{Answer, FakePrometheus, object},
};

const VALUE: &str = r#"sum(up{pool="we\"b"}) - 1"#;
const AGE: &str = r#"max(time() - timestamp(up{pool="we\"b"}))"#;

fn guards(names: &[&str]) -> Vec<Guard> {
    let guards: Vec<_> = names
        .iter()
        .map(|name| {
            format!(
                "{{ name: {name}, promql: 'sum(up{{pool=\"{{{{ target.pool }}}}\"}}) - 1', \
                 expect: '>= 2', max_age: 20s }}"
            )
        })
        .collect();
    let guards = guards.join(", ");
    let text = format!(
        "name: x\ntitle: X\ntarget: node\nrisk: low\nallow: [{{roles: [Admin]}}]\nguards: [{guards}]\n\
         steps: [{{lever.pull: {{to: down}}}}]\n"
    );
    let operations = crate::testing::Levers::default().add_to(Operations::default());
    Definition::parse("x.yaml", "x", &text, &operations).unwrap().guards
}

fn context() -> Context {
    // The quote must reach Prometheus as a quote inside the value.
    Context::new(&object(&json!({"id": "web-1", "pool": "we\"b"})), &Map::new(), None)
}

#[track_caller]
fn check(outcomes: &[Outcome], code: Option<Code>, words: &str) {
    assert_eq!(outcomes.len(), 1);
    let outcome = &outcomes[0];
    assert_eq!((outcome.ok, outcome.code), (code.is_none(), code), "{outcome:?}");
    assert!(outcome.why.as_deref().unwrap_or("").contains(words), "{outcome:?}");
    assert_eq!(refusal(outcomes).map(|refusal| refusal.code), code);
}

fn soon() -> Instant {
    Instant::now() + limits::PLAN_TIMEOUT
}

async fn judged(prometheus: &FakePrometheus) -> Vec<Outcome> {
    judge(&guards(&["spare"]), &context(), &Source(Some(prometheus.client())), soon()).await
}

#[tokio::test]
async fn a_fresh_value_that_fits_holds_and_another_does_not() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(VALUE, Answer::Value("2"));
    let outcomes = judged(&prometheus).await;
    check(&outcomes, None, "");
    assert_eq!(
        stored(&outcomes),
        json!([
            {"name": "spare", "ok": true, "value": 2.0, "expect": ">= 2", "why": null}
        ])
    );
    assert_eq!(prometheus.asked(), [AGE, VALUE], "the age is asked before the value");
    prometheus.tell(VALUE, Answer::Value("1"));
    check(&judged(&prometheus).await, Some(Code::GuardUnmet), "1 is not >= 2");
}

#[tokio::test]
async fn what_is_stale_empty_or_ambiguous_does_not_hold() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(VALUE, Answer::Value("2"));
    prometheus.tell(AGE, Answer::Value("20.5"));
    check(&judged(&prometheus).await, Some(Code::GuardStale), "20 s are allowed");
    prometheus.tell(AGE, Answer::Empty);
    check(&judged(&prometheus).await, Some(Code::GuardEmpty), "no sample of up{pool=");
    prometheus.tell(AGE, Answer::Value("20"));
    prometheus.tell(VALUE, Answer::Empty);
    check(&judged(&prometheus).await, Some(Code::GuardEmpty), "no series");
    prometheus.tell(VALUE, Answer::Two);
    check(&judged(&prometheus).await, Some(Code::GuardAmbiguous), "2 series");
}

#[tokio::test]
async fn what_is_no_number_does_not_hold() {
    let prometheus = FakePrometheus::start().await;
    for (answer, words) in [
        (Answer::Value("NaN"), "the value is NaN"),
        (Answer::Value("+Inf"), "the value is infinite"),
        (Answer::Warned, "the answer may be partial: half"),
        (
            Answer::Body(r#"{"status":"success","data":{"resultType":"string","result":[1,"2"]}}"#),
            "a string came where a number is due",
        ),
        (
            Answer::Body(r#"{"status":"error","errorType":"execution","error":"boom"}"#),
            "execution: boom",
        ),
        (
            Answer::Body(r#"{"status":"success","data":{"resultType":"vector","result":[{"met"#),
            "malformed answer",
        ),
        (Answer::Body("<html>"), "malformed answer"),
    ] {
        prometheus.tell(VALUE, answer);
        check(&judged(&prometheus).await, Some(Code::GuardUnavailable), words);
    }
    prometheus.tell(VALUE, Answer::Value("2"));
    prometheus.tell(AGE, Answer::Value("NaN"));
    let words = "the age of up{pool=\"we\\\"b\"}: the value is NaN";
    check(&judged(&prometheus).await, Some(Code::GuardUnavailable), words);
}

#[tokio::test]
async fn guards_are_answered_in_their_order_and_each_with_its_own_cause() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(VALUE, Answer::Value("2"));
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let source = Source(Some(prometheus.client()));
    let outcomes = judge(&guards(&names), &context(), &source, soon()).await;
    let judged: Vec<_> = outcomes.iter().map(|o| (o.name.as_str(), o.ok)).collect();
    assert_eq!(judged, names.map(|name| (name, true)));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_answered_by_the_deadline_does_not_hold() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(AGE, Answer::Silence);
    let source = Source(Some(prometheus.client()));
    let began = Instant::now();
    let outcomes = judge(&guards(&["spare"]), &context(), &source, began).await;
    check(&outcomes, Some(Code::GuardUnavailable), "no full answer within 10 s");
    assert!(began.elapsed() < limits::SAMPLE_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_silent_source_is_not_waited_for_and_not_asked_again() {
    let prometheus = FakePrometheus::start().await;
    prometheus.tell(AGE, Answer::Silence);
    let source = Source(Some(prometheus.client()));
    let guards = guards(&["a", "b", "c", "d", "e", "f", "g", "h"]);
    let began = Instant::now();
    let outcomes = judge(&guards, &context(), &source, soon()).await;
    assert_eq!(outcomes.len(), 8);
    assert_eq!(began.elapsed().as_secs(), limits::SAMPLE_TIMEOUT.as_secs());
    for outcome in &outcomes {
        assert_eq!(outcome.code, Some(Code::GuardUnavailable), "{outcome:?}");
    }
    assert!(prometheus.asked().len() <= limits::GUARDS_AT_ONCE, "{:?}", prometheus.asked());
    assert_eq!(refusal(&outcomes).unwrap().guards.len(), 8);
}

#[tokio::test]
async fn without_a_prometheus_or_its_target_no_guard_holds() {
    let guards = guards(&["spare"]);
    let outcomes = judge(&guards, &context(), &Source(None), soon()).await;
    check(&outcomes, Some(Code::GuardUnavailable), "no Prometheus is configured");
    let prometheus = FakePrometheus::start().await;
    let source = Source(Some(prometheus.client()));
    let poolless = Context::new(&object(&json!({"id": "lone"})), &Map::new(), None);
    let outcomes = judge(&guards, &poolless, &source, soon()).await;
    check(&outcomes, Some(Code::GuardUnavailable), "target.pool");
    assert!(prometheus.asked().is_empty());
    drop(prometheus);
    let outcomes = judge(&guards, &context(), &source, soon()).await;
    check(&outcomes, Some(Code::GuardUnavailable), "cannot reach Prometheus");
}

#[test]
fn the_first_failing_guard_gives_the_code_and_all_give_words() {
    let outcome = |name: &str, code: Option<Code>| Outcome {
        name: name.to_owned(),
        ok: code.is_none(),
        value: None,
        expect: "== 0".to_owned(),
        why: code.map(|_| format!("{name} is wrong")),
        code,
    };
    let all = [
        outcome("a", None),
        outcome("b", Some(Code::GuardStale)),
        outcome("c", Some(Code::GuardUnmet)),
    ];
    let refused = refusal(&all).unwrap();
    assert_eq!(refused.code, Code::GuardStale);
    assert_eq!(refused.detail, "b: b is wrong; c: c is wrong");
    assert_eq!(refusal(&all[..1]), None);
}
