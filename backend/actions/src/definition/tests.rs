//! Definitions: what is read, and every fault with its place.

use std::sync::Arc;

use runs::store::Rate;
use targets::{Inventory, Operations};

use super::*;
use crate::{SHIPPED, rights::Rule};

fn operations() -> Operations {
    crate::testing::operations(&Arc::new(Inventory::new(Vec::new()).unwrap()))
}

const GOOD: &str = r#"name: drain-node
title: Drain node
target: node
risk: high
allow: [{ roles: [Editor, Admin] }, { subjects: ["grafana:1:ada"] }]
params:
  type: object
  properties:
    wait: { type: integer, minimum: 1, default: 60 }
  additionalProperties: false
confirm: { text: "Drain {{ target.name }}? {{ plan.summary }}", reason: required }
limits: { cooldown: 30s, rate: 10/h, collision: reject }
guards:
  - { name: spare, promql: 'sum(up{pool="{{ target.pool }}"}) - 1', expect: ">= 2" }
steps:
  - haproxy.set_state: { state: drain }
  - haproxy.wait_idle: { timeout_seconds: "{{ params.wait }}" }
verify: { promql: 'sessions{server="{{ target.id }}"}', expect: "== 0", within: 30s, stable_for: 3s, worse: increase }
undo: automatic
on_no_effect: keep
"#;

fn parse(text: &str) -> Result<Definition, Vec<String>> {
    Definition::parse("drain-node.yaml", "drain-node", text, &operations())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// Replaces `from` in the good definition and expects exactly one fault, at `line`, with `words`.
#[track_caller]
fn check(from: &str, to: &str, line: usize, words: &str) {
    assert!(GOOD.contains(from), "{from}");
    let faults = parse(&GOOD.replacen(from, to, 1)).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let place = format!("drain-node.yaml:{line}:");
    assert!(faults[0].starts_with(&place) && faults[0].contains(words), "{}", faults[0]);
}

#[test]
fn a_definition_is_read_whole() {
    let definition = parse(GOOD).unwrap();
    assert_eq!((definition.name.as_str(), definition.risk), ("drain-node", Risk::High));
    assert_eq!(definition.allow.len(), 2);
    let subjects = Some(["grafana:1:ada".to_owned()].into());
    assert_eq!(definition.allow[1], Rule { roles: None, subjects });
    assert_eq!(definition.confirm.reason, ReasonRule::Required);
    let rate = Some(Rate { runs: 10, window: Duration::from_hours(1) });
    let cooldown = Duration::from_secs(30);
    assert_eq!(definition.limits, Limits { cooldown, rate, collision: Collision::Reject });
    assert_eq!(definition.guards[0].max_age, Duration::from_secs(30));
    assert_eq!(definition.steps.len(), 2);
    let verify = definition.verify.unwrap();
    assert_eq!((verify.within.as_secs(), verify.stable_for.as_secs()), (30, 3));
    assert_eq!(verify.worse, Some(Worse::Increase));
    assert_eq!(definition.undo, runs::UndoRule::Automatic);
    assert_eq!(definition.version.len(), 12);
}

#[test]
fn the_version_changes_with_every_byte() {
    let one = Definition::version_of(GOOD);
    assert_eq!(one, parse(GOOD).unwrap().version);
    assert_ne!(one, Definition::version_of(&format!("{GOOD}\n")));
}

#[test]
fn every_shipped_definition_is_right() {
    for (file, text) in SHIPPED {
        let name = file.strip_suffix(".yaml").unwrap();
        let definition = Definition::parse(file, name, text, &operations());
        assert!(definition.is_ok(), "{:#?}", definition.unwrap_err());
    }
    let shipped = |name: &str| {
        let (file, text) = SHIPPED.iter().find(|(file, _)| file.starts_with(name)).unwrap();
        Definition::parse(file, name, text, &operations()).unwrap()
    };
    assert_eq!(shipped("drain-node").risk, Risk::High);
    let natively_wired = shipped("return-node");
    assert_eq!((natively_wired.risk, natively_wired.confirm.reason), (Risk::Low, ReasonRule::None));
    assert_eq!(natively_wired.parameters.names(), Some(std::collections::BTreeSet::new()));
    assert_eq!(shipped("set-weight").risk, Risk::Medium);
    assert_eq!(shipped("call-node-api").target, "node-api");
}

#[test]
fn each_fault_is_told_with_its_place() {
    check("name: drain-node", "name: drain", 1, "must be the file's name, `drain-node`");
    check("title: Drain node", "title: ' '", 2, "the title is empty");
    check("target: node", "target: nod", 3, "there is no target kind `nod`");
    check("risk: high", "risk: huge", 4, "huge");
    check("[Editor, Admin]", "[Editor, Owner]", 5, "there is no role `Owner`");
    check("[Editor, Admin]", "[None]", 5, "there is no role `None`");
    check("{ roles: [Editor, Admin] }", "{}", 5, "needs `roles` or `subjects`");
    check("type: integer", "type: int", 7, "the schema is not valid");
    check("default: 60", "default: 0", 7, "the default of `wait`");
    check("{{ plan.summary }}", "{{ plan.hash }}", 11, "`plan.hash` is not known here");
    check("{{ target.name }}", "{{ target.nick }}", 11, "`target.nick` does not exist");
    check("reason: required", "reason: always", 11, "always");
    check("cooldown: 30s", "cooldown: 30", 12, "`30` is no duration");
    check("rate: 10/h", "rate: often", 12, "`often` is no rate");
    check("{{ target.pool }}", "{{ params.pool }}", 14, "`params.pool` is no parameter");
    check("sum(up{pool=\"{{ target.pool }}\"}) - 1", "sum({{ target.pool }})", 14, "placeholder");
    check("sum(up{pool", "sum(up{pool!!", 14, "PromQL");
    check("expect: \">= 2\"", "expect: \"2\"", 14, "`2` is no comparison");
    check(
        "haproxy.set_state:",
        "haproxy.set_stat:",
        16,
        "there is no operation `haproxy.set_stat`",
    );
    check("{ state: drain }", "{ state: gone }", 16, "/state");
    check("{ state: drain }", "{ stat: drain }", 16, "/stat");
    check("{{ params.wait }}", "{{ params.wit }}", 17, "`params.wit` is no parameter");
    check("{{ params.wait }}", "{{ params.wait | sh }}", 17, "sh");
    check("within: 30s", "within: 2s", 18, "`within` must not be shorter");
    check("worse: increase", "worse: more", 18, "more");
}

#[test]
fn what_is_not_built_is_refused_in_clear_words() {
    check("undo: automatic", "approval: { count: 1 }", 19, "`approval` is not available yet");
    check("undo: automatic", "compute: { weights: {} }", 19, "`compute` is not available yet");
    check("undo: automatic", "budget: { max: 1 }", 19, "`budget` is not available yet");
    check("collision: reject", "collision: queue", 12, "`collision: queue` is not available yet");
    check("collision: reject", "queue_for: 2m", 12, "`limits.queue_for` is not available yet");
    for field in ["tokens", "tenants", "policies", "labels"] {
        let rule = format!("roles: [Admin], {field}: [x]");
        check("roles: [Editor, Admin]", &rule, 5, &format!("`allow.{field}` is not available yet"));
    }
}

#[test]
fn unknown_fields_and_broken_yaml_are_told_with_their_place() {
    check("undo: automatic", "redo: automatic", 19, "redo");
    check("expect: \">= 2\" }", "expect: \">= 2\", for: 1m }", 14, "for");
    check("undo: automatic", "undo: automatic\nundo: none", 20, "undo");
    check("undo: automatic", "undo: [automatic", 19, "");
    // What is missing has no place of its own: the end of the file is told.
    check("title: Drain node\n", "", 19, "title");
    check("on_no_effect: keep", "on_no_effect: undo\n---\nname: x", 22, "multiple YAML documents");
}

#[test]
fn rules_between_fields_hold() {
    check(
        "undo: automatic\non_no_effect: keep",
        "undo: none\non_no_effect: undo",
        20,
        "contradicts",
    );
    let verify = GOOD.lines().find(|line| line.starts_with("verify")).unwrap();
    check(&format!("{verify}\n"), "", 19, "`on_no_effect` needs a `verify`");
    check(
        "allow: [{ roles: [Editor, Admin] }, { subjects: [\"grafana:1:ada\"] }]",
        "allow: []",
        5,
        "nobody",
    );
    let second = "  - haproxy.wait_idle: { timeout_seconds: \"{{ params.wait }}\" }\n";
    check(second, &format!("{second}  - {{}}\n"), 18, "a step is one operation");
    let guard = GOOD.lines().find(|line| line.contains("name: spare")).unwrap();
    check(guard, &format!("{guard}\n{guard}"), 15, "two guards have this name");
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let text = GOOD
        .replace("title: Drain node", "title: ''")
        .replace("cooldown: 30s", "cooldown: soon")
        .replace("{ state: drain }", "{ state: gone }")
        .replace("expect: \">= 2\"", "expect: many");
    let faults = parse(&text).unwrap_err();
    let lines: Vec<_> = faults.iter().map(|f| f.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["2", "12", "14", "16"], "{faults:#?}");
}

#[test]
fn a_call_that_is_observed_says_what_is_to_be_seen() {
    let (_, text) = SHIPPED.iter().find(|(file, _)| *file == "call-node-api.yaml").unwrap();
    let text = text.replace(", want: \"{{ params.text }}\"", "");
    let faults = Definition::parse("f", "call-node-api", &text, &operations()).unwrap_err();
    assert!(faults[0].message.contains("/observe/want: is missing"), "{faults:?}");
    assert_eq!(faults.len(), 1);
}

#[test]
fn deep_or_endless_yaml_is_refused() {
    let deep = GOOD
        .replace("undo: automatic", &format!("budget: {}1{}", "[".repeat(500), "]".repeat(500)));
    assert!(parse(&deep).is_err());
    let bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n";
    assert!(parse(bomb).is_err());
}
