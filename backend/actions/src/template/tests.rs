//! Templates: types, undefined names, bounds.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn context() -> Context {
    let object = |value: Value| value.as_object().unwrap().clone();
    Context::new(
        &object(json!({"id": "web-1", "kind": "node", "name": "web-1", "labels": {"zone": "a"}})),
        &object(
            json!({"n": 60, "ratio": 0.5, "on": true, "text": "a {{ b }}", "none": null, "list": [1]}),
        ),
        Some("state ready → maint"),
    )
}

#[track_caller]
fn renders(text: &str, expected: &Value) {
    assert_eq!(Text::parse(text).unwrap().render(&context()).as_ref(), Ok(expected), "{text}");
}

#[track_caller]
fn fails(text: &str, words: &str) {
    let fault = Text::parse(text).map_err(Unrendered::from);
    let fault = fault.and_then(|text| text.render(&context())).unwrap_err();
    assert!(fault.message.contains(words), "{text}: {fault}");
}

#[test]
fn one_expression_keeps_its_type_and_more_is_text() {
    renders("{{ params.n }}", &json!(60));
    renders("{{params.ratio}}", &json!(0.5));
    renders("{{ params.on }}", &json!(true));
    renders("{{ params.list }}", &json!([1]));
    renders("{{ params.none }}", &json!(null));
    renders("{{ params.n * 2 }}", &json!(120));
    renders(" {{ params.n }}", &json!(" 60"));
    renders("{{ target.id }}-{{ params.n }}s", &json!("web-1-60s"));
    renders("{{ target.labels.zone | upper }}", &json!("A"));
    renders("{{ 'big' if params.n > 10 else 'small' }}", &json!("big"));
    renders("no expression }} at all", &json!("no expression }} at all"));
    renders("", &json!(""));
}

#[test]
fn a_value_is_never_rendered_again() {
    renders("{{ params.text }}", &json!("a {{ b }}"));
    renders("<{{ params.text }}>", &json!("<a {{ b }}>"));
}

#[test]
fn what_is_undefined_is_an_error() {
    fails("{{ target.pool }}", "target.pool");
    fails("{{ target.pool }}!", "target.pool");
    fails("{{ target.pool.x }}", "undefined");
    fails("{{ params.m | upper }}", "undefined");
    fails("{{ nothing }}", "nothing");
    fails("x {{ params.none }}", "neither text nor a number");
    fails("x {{ params.list }}", "neither text nor a number");
}

#[test]
fn a_fault_names_the_root_that_lacks_something() {
    let (target, params) = (Some(Root::Target), Some(Root::Params));
    for (expression, root) in [
        ("target.pool", target),
        ("target.labels.rack", target),
        ("target.labels.zone ~ params.target_pool", params),
        ("params.n ~ target.pool", target),
        ("params.text | int", params),
        ("target.name | int", target),
        ("params.none", params),
        ("target.labels", target),
        ("[params.n, target.id]", None),
        ("nothing", None),
        ("1 +", None),
    ] {
        let fault = context().text(expression).unwrap_err();
        assert_eq!(fault.root, root, "{expression}: {fault}");
    }
    for (query, root) in [
        (r#"up{a="{{ target.id }}", b="{{ params.m }}"}"#, params),
        (r#"up{a="{{ target.pool }}", b="{{ params.n }}"}"#, target),
        (r#"up{a="{{ target.labels.zone | replace('a', '') }}"}"#, target),
    ] {
        let query = prometheus::Template::parse(query).unwrap();
        assert_eq!(context().promql(&query).unwrap_err().root, root, "{query:?}");
    }
}

#[test]
fn only_closed_expressions_are_templates() {
    for (text, words) in [
        ("{% if x %}{% endif %}", "only `{{ expression }}`"),
        ("{# note #}", "only `{{ expression }}`"),
        ("{{ params.n", "not closed"),
    ] {
        assert!(Text::parse(text).unwrap_err().contains(words), "{text}");
    }
    let scope = Scope::default();
    for text in ["{{ }}", "{{ params. }}", "{{ 1 + }}", "{{ params.n }", "{{ {'a': 1}} }}"] {
        let fault = Text::parse(text).and_then(|text| text.check(&scope));
        assert!(fault.is_err(), "{text}");
    }
}

#[test]
fn names_are_checked_before_anybody_presses() {
    let params = Some(BTreeSet::from(["n".to_owned()]));
    let scope = Scope { params, plan: false };
    for good in
        ["target.id", "params.n + 1", "target.labels.zone", "params.n if target.pool else 2"]
    {
        assert_eq!(scope.check(good), Ok(()), "{good}");
    }
    for (bad, words) in [
        ("target.ip", "`target.ip` does not exist"),
        ("params.m", "`params.m` is no parameter"),
        ("plan.summary", "`plan.summary` is not known here"),
        ("env", "`env` is not known here"),
        ("target.id | shell", "shell"),
        ("range(10)", "range"),
    ] {
        let fault = scope.check(bad).unwrap_err();
        assert!(fault.contains(words), "{bad}: {fault}");
    }
    assert_eq!(Scope { params: None, plan: true }.check("plan.summary ~ params.any"), Ok(()));
}

#[test]
fn a_template_does_not_work_for_ever() {
    let deep = format!("{{{{ {} }}}}", vec!["params.n"; 5_000].join(" + "));
    fails(&deep, "longer than 1000 bytes");
    // The longest chains of all kinds that are let in: the stack holds.
    for chain in
        [vec!["1"; 500].join("+"), "(".repeat(499) + "1" + &")".repeat(499), "-".repeat(999) + "1"]
    {
        let result = context().value(&chain);
        assert!(result.is_ok() || !result.unwrap_err().message.is_empty());
    }
    let long = "{{ params.text * 1000 }}".repeat(20);
    fails(&long, "longer than");
}

#[test]
fn every_string_inside_an_argument_is_rendered() {
    let args = json!({"body": {"text": "{{ params.n }}", "list": ["{{ target.id }}", 7, null]}});
    let rendered = context().tree(&args).unwrap();
    assert_eq!(rendered, json!({"body": {"text": 60, "list": ["web-1", 7, null]}}));
    let scope = Scope { params: Some(BTreeSet::new()), plan: false };
    assert!(scope.check_tree(&args).unwrap_err().contains("params.n"));
}

proptest! {
    #[test]
    fn any_value_arrives_as_it_was_given(text in "\\PC{0,40}|[{}%#\"' \\\\]{0,20}", number in any::<i64>()) {
        let params = json!({"text": text, "number": number});
        let context = Context::new(&Map::new(), params.as_object().unwrap(), None);
        let args = json!({"body": {"a": "{{ params.text }}", "b": ["{{ params.number }}"]}, "c": "<{{ params.text }}>"});
        let rendered = context.tree(&args).unwrap();
        prop_assert_eq!(rendered, json!({"body": {"a": text, "b": [number]}, "c": format!("<{text}>")}));
    }

    #[test]
    fn any_text_is_a_template_or_a_fault(text in "[a-z0-9{}%#.|()~+'\" ]{0,60}") {
        let scope = Scope::default();
        let fault = Text::parse(&text).and_then(|text| text.check(&scope));
        if let Ok(text) = Text::parse(&text) && fault.is_ok() {
            // Whether it renders depends on the values; that it ends does not.
            prop_assert!(text.render(&context()).is_ok() || text.render(&context()).is_err());
        }
    }
}
