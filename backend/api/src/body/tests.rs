//! What is refused, and how its place is told.

use super::*;
use crate::ActionBody;

#[track_caller]
fn refused(body: &[u8], code: ProblemCode) -> Refusal {
    let problem = read::<ActionBody>(body).unwrap_err();
    assert_eq!(problem.code, code, "{}", String::from_utf8_lossy(body));
    problem
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    for (body, line, column) in [
        (&b""[..], 1, 1),
        (b"{", 1, 1),
        (b"{\"target\": node/web-1}", 1, 13),
        (b"{\"target\": \"node/web-1\",\n \"reason\": 'x'}", 2, 12),
        (b"{\"target\": \"node/web-1\"} x", 1, 26),
        (b"{\"target\": \"node/web-1\",\n}", 2, 1),
        (b"{\n\"a\xff\": 1}", 2, 3),
    ] {
        let problem = refused(body, ProblemCode::InvalidJson);
        assert_eq!((problem.line, problem.column), (Some(line), Some(column)), "{problem:?}");
        let place = format!(" at line {line}, column {column}");
        assert!(
            problem.detail.ends_with(&place) && problem.detail.matches(" at line ").count() == 1
        );
    }
}

#[test]
fn a_wrong_shape_is_told_with_a_pointer() {
    for (body, pointer) in [
        (r#"{"target": 7}"#, "/target"),
        (r#"{"target": "web-1"}"#, "/target"),
        (r#"{"target": "node/web-1", "params": []}"#, "/params"),
        (r#"{"target": "node/web-1", "for/ce": true}"#, "/for~1ce"),
        (r#"{"target": "node/web-1", "target": "node/web-2"}"#, "/target"),
        ("{}", "/target"),
        (r#"["node/web-1"]"#, ""),
        ("7", ""),
    ] {
        let problem = refused(body.as_bytes(), ProblemCode::InvalidBody);
        assert_eq!(problem.pointer.as_deref(), Some(pointer), "{body}: {}", problem.detail);
    }
    let long = format!(r#"{{"{}": 1}}"#, "é".repeat(5_000));
    assert!(refused(long.as_bytes(), ProblemCode::InvalidBody).detail.len() <= FAULT_BYTES_MAX);
}

#[test]
fn a_cancel_may_be_empty_and_its_reason_is_bounded() {
    assert_eq!(read_cancel(b"").unwrap().reason, None);
    assert_eq!(read_cancel(b"{}").unwrap().reason, None);
    let with = |chars| read_cancel(format!(r#"{{"reason": "{}"}}"#, "ä".repeat(chars)).as_bytes());
    assert!(with(REASON_CHARS_MAX).is_ok());
    let problem = with(REASON_CHARS_MAX + 1).unwrap_err();
    assert_eq!(problem.pointer.as_deref(), Some("/reason"));
    assert_eq!(read_cancel(b" ").unwrap_err().code, ProblemCode::InvalidJson);
}

#[test]
fn a_key_is_one_value_of_visible_ascii() {
    let none: [&[u8]; 0] = [];
    assert_eq!(check_idempotency_key(none).unwrap(), None);
    assert_eq!(check_idempotency_key([&b"a-1"[..]]).unwrap(), Some("a-1"));
    let long = [b'k'; IDEMPOTENCY_KEY_BYTES_MAX + 1];
    for bad in
        [&[&b""[..]][..], &[b"a b"], &["ä".as_bytes()], &[b"a\r\nX: y"], &[b"\xff"], &[&long]]
    {
        let problem = check_idempotency_key(bad.iter().copied()).unwrap_err();
        assert_eq!(problem.code, ProblemCode::InvalidParams, "{bad:?}");
    }
    assert!(check_idempotency_key([&b"a"[..], b"b"]).is_err());
}
