//! Tests of the runtime API: what answers mean, hostile sockets, and a real HAProxy.

mod hostile;
mod real;

use super::{
    reply::{csv, outcome, shown},
    servers::{connections, states, stats},
    socket::Broken,
    *,
};
use crate::{Error, Operation, Sent, Verdict, inventory::Inventory};
use serde_json::json;
use std::sync::Arc;

const STATES: &str = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state \
    srv_uweight srv_iweight srv_port\n\
    3 web 1 web-1 127.0.0.1 2 0 100 100 8001\n\
    3 web 2 web-2 ::1 0 8 50 100 8002\n\
    3 web 3 web-3 - 2 4 0 100 0\n\
    3 web 4 web-4 10.0.0.4 0 32 256 100 80\n\
    3 web 5 web-5 10.0.0.5 0 5 1 1 80\n\n";

#[test]
fn a_state_table_is_read_by_the_names_of_its_columns() {
    let rows = states("lb", STATES).unwrap();
    let seen: Vec<_> =
        rows.iter().map(|r| (r.address.as_deref(), r.admin, r.running, r.weight)).collect();
    assert_eq!(
        seen,
        [
            (Some("127.0.0.1:8001"), Admin::Ready, true, 100),
            (Some("[::1]:8002"), Admin::Drain, false, 50),
            (None, Admin::Ready, true, 0), // 4 only remembers the configuration
            (Some("10.0.0.4:80"), Admin::Maint, false, 256),
            (Some("10.0.0.5:80"), Admin::Maint, false, 1),
        ]
    );
}

#[test]
fn statistics_may_hold_quoted_commas_and_more_columns_than_we_know() {
    let text = "# pxname,svname,qcur,scur,last_chk,status,new,\n\
                web,web-1,2,7,\"a, \"\"b\"\"\",UP 1/3,9,\n\n";
    let rows = stats("lb", text).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].queued, rows[0].sessions, rows[0].status.as_str()), (2, 7, "UP 1/3"));
    assert_eq!(csv("a,\"b,\"\"c\"\"\",,d"), ["a", "b,\"c\"", "", "d"]);
}

#[test]
fn connections_are_read() {
    let text = "# bkname/svname bkid/svid addr port - used_cur\nweb/web-1 3/1 127.0.0.1 80 - 4\n\n";
    let rows = connections("lb", text).unwrap();
    assert_eq!(
        (rows[0].backend.as_str(), rows[0].name.as_str(), rows[0].used),
        ("web", "web-1", 4)
    );
}

#[test]
fn words_instead_of_a_table_are_a_refusal_and_a_broken_row_is_a_fault() {
    let refused = states("lb", "Can't find backend.\n\n").unwrap_err();
    assert_eq!(refused.to_string(), "lb refused: Can't find backend.");
    for broken in [
        STATES.replace("srv_uweight", "other"),
        STATES.replace(" 50 ", " many "),
        "# be_name\nweb\n\n".to_owned(),
    ] {
        assert!(matches!(states("lb", &broken), Err(Error::Protocol { .. })), "{broken}");
    }
}

#[test]
fn only_an_empty_line_is_success_of_a_set() {
    #[track_caller]
    fn check(answer: Result<&str, Broken>, want: &Sent) {
        assert_eq!(&outcome(answer.map(str::to_owned)), want);
    }
    check(Ok("\n"), &Sent::Done { reply: String::new() });
    let failed = |proof: &str, retry| Sent::Failed { proof: proof.to_owned(), retry };
    check(Ok("No such server.\n\n"), &failed("No such server.", false));
    check(Ok("Permission\u{7} denied\n"), &failed("Permission\\u{7} denied", false));
    check(Err(Broken::Unsent("refused".to_owned())), &failed("nothing was sent: refused", true));
    check(Err(Broken::Lost("eof".to_owned())), &Sent::Lost { cause: "eof".to_owned() });
    check(Err(Broken::TooLarge), &Sent::Lost { cause: "the answer never ended".to_owned() });
}

#[test]
fn a_list_that_was_cut_is_no_shorter_list() {
    assert!(shown("lb", Ok("# a\n1\n\n".to_owned())).is_ok());
    assert!(matches!(shown("lb", Ok("# a\n1\n".to_owned())), Err(Error::NoAnswer { .. })));
}

#[test]
fn addresses_are_paths_or_host_and_port() {
    for (text, want) in [
        ("unix@/run/a.sock", Some(Address::Unix("/run/a.sock".into()))),
        ("/run/a.sock", Some(Address::Unix("/run/a.sock".into()))),
        ("127.0.0.1:9999", Some(Address::Tcp("127.0.0.1:9999".to_owned()))),
        ("tcp@lb:9999", Some(Address::Tcp("lb:9999".to_owned()))),
        ("run/a.sock", None),
        ("lb", None),
        (":1", None),
        ("lb:99999", None),
    ] {
        assert_eq!(text.parse::<Address>().ok(), want, "{text}");
    }
}

#[track_caller]
fn check(operation: &dyn Operation, args: &Value, fault: Option<&str>) {
    let found = operation.check_args(args).err().map(|fault| fault.pointer);
    assert_eq!(found.as_deref(), fault, "{args}");
}

#[test]
fn arguments_are_checked_and_templates_pass_until_they_are_rendered() {
    let inventory = Arc::new(Inventory::new(Vec::new()).unwrap());
    let state = SetState::new(Arc::clone(&inventory));
    let weight = SetWeight::new(Arc::clone(&inventory));
    let idle = WaitIdle::new(inventory);
    for word in ["ready", "drain", "maint", "{{ params.state }}"] {
        check(&state, &json!({ "state": word }), None);
    }
    check(&state, &json!({ "state": "up" }), Some("/state"));
    check(&state, &json!({ "state": 1 }), Some("/state"));
    check(&state, &json!({}), Some("/state"));
    check(&state, &json!({ "state": "drain", "x/y": 1 }), Some("/x~1y"));
    check(&state, &json!("drain"), Some(""));
    for (value, fault) in [
        (json!(0), None),
        (json!(256), None),
        (json!(257), Some("/weight")),
        (json!(-1), Some("/weight")),
    ] {
        check(&weight, &json!({ "weight": value }), fault);
    }
    check(&weight, &json!({ "weight": "{{ params.w }}" }), None);
    check(&weight, &json!({ "weight": 1.5 }), Some("/weight"));
    check(&idle, &json!({ "timeout_seconds": 60 }), None);
    check(&idle, &json!({ "timeout_seconds": 0 }), Some("/timeout_seconds"));
    check(&idle, &json!({ "timeout_seconds": 3601 }), Some("/timeout_seconds"));
}

#[test]
fn a_verdict_needs_the_wanted_value_or_an_untouched_target() {
    let (before, drain) = (json!({"state": "ready", "pid": 7}), json!("drain"));
    let of = |now| judge("state", &drain, &before, &now);
    assert_eq!(of(json!({"state": "drain", "pid": 7})), Verdict::Done);
    assert_eq!(of(json!({"state": "drain", "pid": 8})), Verdict::Done);
    assert_eq!(of(json!({"state": "ready", "pid": 7})), Verdict::NotDone);
    assert_eq!(of(json!({"state": "maint", "pid": 7})), Verdict::Foreign);
    assert_eq!(of(json!({"state": "ready", "pid": 8})), Verdict::Foreign);
    assert_eq!(of(json!(null)), Verdict::Undecided);
}
