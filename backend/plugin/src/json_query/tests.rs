//! Tests of rows, typed columns, and paths that are refused.

use frames::Cells;
use serde_json::json;

use super::*;

fn spec(selector: &str, kind: &str) -> ColumnSpec {
    serde_json::from_value(json!({"selector": selector, "text": "", "type": kind})).unwrap()
}

fn read(rows: &str, specs: &[(&str, &str)], tree: &Value) -> (Vec<Field>, Vec<Notice>) {
    let specs = specs.iter().map(|(selector, kind)| spec(selector, kind)).collect();
    Columns::new(rows, specs).unwrap().read(tree).unwrap()
}

fn texts(values: &[Option<&str>]) -> Column {
    let mut texts = frames::Texts::nullable();
    for text in values {
        texts.push_option(*text);
    }
    Column::Text(texts)
}

fn floats(values: &[Option<f64>]) -> Column {
    let mut cells = Cells::nullable();
    for value in values {
        cells.push_option(*value);
    }
    Column::Float(cells)
}

#[test]
fn the_classic_list_is_a_table() {
    let tree = json!([
        {"Node_id": "web-1", "Node_ip": "10.0.0.1", "status": "up"},
        {"Node_id": "web-2", "status": null},
    ]);
    for rows in ["", "$", "$[*]"] {
        let (fields, notices) = read(rows, &[("Node_id", "string"), ("$.status", "string")], &tree);
        assert_eq!(fields[0].column, texts(&[Some("web-1"), Some("web-2")]), "{rows}");
        assert_eq!(fields[1].column, texts(&[Some("up"), None]));
        assert_eq!((fields[0].name.as_str(), fields[1].name.as_str()), ("Node_id", "$.status"));
        assert!(notices.is_empty());
    }
}

#[test]
fn a_list_that_was_found_means_its_elements() {
    let tree = json!({"items": [{"a": {"b": 1}}, {"a": {"b": "2.5"}}], "next": null});
    for rows in ["$.items", "$.items[*]"] {
        let (fields, _) = read(rows, &[("$.a.b", "number")], &tree);
        assert_eq!(fields[0].column, floats(&[Some(1.0), Some(2.5)]), "{rows}");
    }
    let (fields, _) = read("$", &[("$.items[1].a.b", "number")], &tree);
    assert_eq!(fields[0].column, floats(&[Some(2.5)]));
}

#[test]
fn types_come_from_the_query_and_misfits_are_told() {
    let tree = json!([{"v": "x"}, {"v": 7}, {"v": true}, {"v": {"y": [1]}}, {}]);
    let (fields, notices) = read("", &[("v", "number"), ("v", "boolean"), ("v", "string")], &tree);
    assert_eq!(fields[0].column, floats(&[None, Some(7.0), None, None, None]));
    let mut truths = Cells::nullable();
    for truth in [None, None, Some(true), None, None] {
        truths.push_option(truth);
    }
    assert_eq!(fields[1].column, Column::Bool(truths));
    let shown = [Some("x"), Some("7"), Some("true"), Some(r#"{"y":[1]}"#), None];
    assert_eq!(fields[2].column, texts(&shown));
    let told: Vec<_> = notices.iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(told[0], "column v: 3 values are no number and left out");
    assert_eq!(told.len(), 2);
}

#[test]
fn times_are_texts_seconds_or_milliseconds() {
    let tree = json!([
        {"t": "2026-01-01T00:00:00.5Z"}, {"t": 1_767_225_600}, {"t": 1_767_225_600.25},
        {"t": 1_767_225_600_125_u64}, {"t": "yesterday"}, {"t": 1e300},
    ]);
    let (fields, notices) = read("", &[("t", "time")], &tree);
    let second = 1_767_225_600_000_000_000_i64;
    let expect = [Some(500_000_000), Some(0), Some(250_000_000), Some(125_000_000), None, None];
    let mut times = Cells::nullable();
    for more in expect {
        times.push_option(more.map(|more: i64| second + more));
    }
    assert_eq!(fields[0].column, Column::Time(times));
    assert_eq!(notices.len(), 1);
}

#[test]
fn several_values_for_one_cell_are_refused() {
    let columns = Columns::new("", vec![spec("$.a[*]", "string")]).unwrap();
    let error = columns.read(&json!([{"a": [1, 2]}])).unwrap_err();
    assert!(error.to_string().contains("finds 2 values"), "{error}");
}

#[track_caller]
fn check_refused(path: &str, part: &str) {
    let error = Columns::new(path, vec![spec("a", "string")]).unwrap_err();
    assert!(error.to_string().contains(part), "{error} does not say {part}");
    assert!(error.to_string().contains("field rows"), "{error}");
}

#[test]
fn paths_that_multiply_work_are_refused() {
    check_refused("$..*..*", "only once");
    check_refused("$[?$..a]", "start");
    check_refused("$[*,*][*,*]", "names and numbers");
    check_refused("$[?@.a, ?@.b]", "names and numbers");
    check_refused("$[::1,::1]", "names and numbers");
    check_refused(&format!("${}", "[?@".repeat(20)), "deeply");
    check_refused(&format!("$.{}", "a".repeat(600)), "longer");
    check_refused("$[?match(@.a, 'x.*')]", "not taken");
    check_refused("$[?@.b == 1 && !search (@.a, \"x\")]", "not taken");
    check_refused("$.a[", "field rows");
    let good = [
        "$..a",
        "$['a','b,*']",
        "$[0,1]",
        "$[?@.a == 'x,*$' && length(@.b) > 1]",
        "$.a[1:3]",
        "$.match",
        "$['search(']",
    ];
    for path in good {
        Columns::new(path, vec![spec("$", "string")]).unwrap();
    }
}

#[test]
fn rows_and_columns_are_bounded() {
    let tree = Value::from(vec![Value::Null; ROWS_MAX + 1]);
    let columns = Columns::new("", vec![spec("$", "string")]).unwrap();
    assert!(matches!(columns.read(&tree), Err(Error::TooLarge { .. })));
    assert!(Columns::new("", vec![spec("a", "string"); COLUMNS_MAX + 1]).is_err());
    assert!(Columns::new("", Vec::new()).is_err());
}
