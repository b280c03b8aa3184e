//! Tests of the reader: shapes, limits, and agreement with a reader that builds a tree.

mod reference;

use proptest::prelude::*;

use self::reference::{Event, Record, generous};
use super::*;
use crate::Error;

/// Reads a body in chunks of the given sizes, repeated.
fn read(body: &[u8], sizes: &[usize], limits: Limits) -> (Vec<Event>, Result<Summary, Error>) {
    let mut reader = Reader::new(limits, 200);
    let mut record = Record::default();
    let mut sizes = sizes.iter().cycle();
    let mut rest = body;
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        if let Err(error) = reader.feed(chunk, &mut record) {
            return (record.events, Err(error));
        }
        rest = tail;
    }
    let summary = reader.finish(&mut record);
    (record.events, summary)
}

fn whole(body: &str) -> (Vec<Event>, Result<Summary, Error>) {
    read(body.as_bytes(), &[usize::MAX], generous())
}

fn success(data: &str) -> String {
    format!(r#"{{"status":"success","data":{data}}}"#)
}

fn matrix(series: &str) -> String {
    success(&format!(r#"{{"resultType":"matrix","result":[{series}]}}"#))
}

#[track_caller]
fn check_malformed(body: &str, part: &str) {
    match whole(body).1 {
        Err(Error::Malformed { message, position }) => {
            assert!(message.contains(part), "{message:?} does not say {part:?}");
            assert!(position <= body.len() as u64);
        }
        other => panic!("{body} gave {other:?}"),
    }
}

#[test]
fn values_of_every_kind_are_read() {
    let body = matrix(
        r#"{"metric":{"__name__":"up","a":"\"\\\u00e9\ud83d\ude00\n"},
            "values":[[1767225600,"1"],[1767225600.1,"-0.5"] , [ 1767225600.781 , "NaN" ],
                      [1767225601.0009,"+Inf"],[1.7672256e9,"-Inf"],[-1.5,"1e-7"],[0,"123456789012345678"]]}"#,
    );
    let (events, summary) = whole(&body);
    let summary = summary.unwrap();
    assert_eq!((summary.result, summary.series, summary.points), (ResultType::Matrix, 1, 7));
    let second = 1_767_225_600_000_000_000;
    let expect = [
        (second, 1.0),
        (second + 100_000_000, -0.5),
        (second + 781_000_000, f64::NAN),
        (second + 1_000_000_000, f64::INFINITY),
        (second, f64::NEG_INFINITY),
        (-1_500_000_000, 1e-7),
        (0, 123_456_789_012_345_680.0),
    ];
    let floats = events.iter().filter_map(|event| match event {
        Event::Float(time, bits) => Some((*time, *bits)),
        _ => None,
    });
    assert!(floats.eq(expect.iter().map(|(time, value)| (*time, f64::to_bits(*value)))));
    let labels =
        [("__name__", "up"), ("a", "\"\\é😀\n")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert!(events.contains(&Event::Labels(labels.to_vec())));
}

#[test]
fn keys_may_come_in_any_order_and_unknown_ones_are_skipped() {
    let body = r#" {"data":{"result":[{"values":[[1,"2"]],"x":{"y":[1,{"z":null}]},"metric":{}}],
        "stats":{"deep":[[[]],true,-1.5e3]},"resultType":"matrix"},"infos":["i"],"warnings":["w","v"],
        "other":"\u0041","status":"success"} "#;
    let (events, summary) = whole(body);
    let summary = summary.unwrap();
    assert_eq!(summary.warnings, ["w", "v"]);
    assert_eq!(summary.infos, ["i"]);
    assert_eq!(events.len(), 4);
}

#[test]
fn vectors_scalars_and_strings_are_read() {
    let (events, summary) = whole(&success(
        r#"{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1,"2"]}]}"#,
    ));
    assert_eq!(summary.unwrap().result, ResultType::Vector);
    assert!(events.contains(&Event::Float(1_000_000_000, 2_f64.to_bits())));
    for body in [
        r#"{"resultType":"scalar","result":[1.5,"2"]}"#,
        r#"{"result":[1.5,"2"],"resultType":"scalar"}"#,
    ] {
        let (events, summary) = whole(&success(body));
        assert_eq!(summary.unwrap().result, ResultType::Scalar);
        assert!(events.contains(&Event::Float(1_500_000_000, 2_f64.to_bits())));
    }
    let (events, summary) = whole(&success(r#"{"resultType":"string","result":[1,"2"]}"#));
    assert_eq!(summary.unwrap().result, ResultType::String);
    assert!(events.contains(&Event::Text(1_000_000_000, "2".to_owned())));
}

#[test]
fn native_histograms_are_handed_out() {
    let body = matrix(
        r#"{"metric":{},"values":[[1,"2"]],"histograms":[[3,{"count":"7","sum":"1.5","extra":[1],
            "buckets":[[0,"0.5","1","3"],[3,"-1","+Inf","4"]]}],[4,{"sum":"0","count":"0"}]]}"#,
    );
    let (events, summary) = whole(&body);
    assert_eq!(summary.unwrap().points, 5);
    let Event::Histogram(time, numbers) = &events[3] else { panic!("{events:?}") };
    assert_eq!(*time, 3_000_000_000);
    let expect = [7.0, 1.5, 0.0, 0.5, 1.0, 3.0, 3.0, -1.0, f64::INFINITY, 4.0];
    assert_eq!(*numbers, expect.map(f64::to_bits));
}

#[test]
fn errors_of_prometheus_come_through_even_after_series() {
    let body = r#"{"data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]},
        "status":"error","errorType":"timeout","error":"query timed out"}"#;
    let (events, error) = whole(body);
    assert_eq!(events.len(), 4);
    assert_eq!(error.unwrap_err().to_string(), "timeout: query timed out");
    let (_, error) = whole(r#"{"status":"error","errorType":"bad_data","error":"x","data":null}"#);
    assert!(matches!(error, Err(Error::Upstream { status: 200, .. })));
    let long = format!(r#"{{"status":"error","errorType":"t","error":"{}"}}"#, "é".repeat(2000));
    let Err(Error::Upstream { message, .. }) = whole(&long).1 else { panic!() };
    assert_eq!(message.len(), 1024);
}

#[test]
fn what_is_no_answer_is_malformed() {
    check_malformed("", "cut");
    check_malformed("<html>", "`{`");
    check_malformed("{}", "status");
    check_malformed(r#"{"status":"success"}"#, "resultType");
    check_malformed(r#"{"status":"success","data":[]}"#, "object");
    check_malformed(&success(r#"{"resultType":"matrix"}"#), "no result");
    check_malformed(&success(r#"{"resultType":"tensor","result":[]}"#), "unknown");
    check_malformed(&success(r#"{"resultType":"scalar","result":[]}"#), "agree");
    check_malformed(&success(r#"{"resultType":"vector","result":[1,"2"]}"#), "agree");
    check_malformed(&matrix(r#"{"metric":{},"value":[1,"2"]}"#), "agree");
    check_malformed(&format!("{}x", matrix("")), "follows");
    check_malformed(&matrix(r#"{"metric":{},"values":[[1,"2"]]"#), "");
    check_malformed(
        &matrix(r#"{"metric":{},"values":[[1,"2"]]}, {"metric":{},"value":[1,"2"]}"#),
        "two kinds",
    );
    check_malformed(&matrix(r#"{"metric":{}}"#), "lacks");
    check_malformed(&matrix(r#"{"values":[[1,"2"]]}"#), "lacks");
}

#[test]
fn stray_commas_and_duplicates_are_refused() {
    check_malformed(&matrix(r#"{"metric":{},"values":[[1,"2"],]}"#), "");
    check_malformed(&matrix(r#"{"metric":{},"values":[,[1,"2"]]}"#), "");
    check_malformed(&matrix(r#"{"metric":{},"values":[[1,"2"]],}"#), "");
    check_malformed(&matrix(r#"{"metric":{},"values":[[1,"2"]]},"#), "");
    check_malformed(&matrix(r#"{"metric":{"a":"b",},"values":[]}"#), "");
    check_malformed(&matrix(r#"{"metric":{"a":"b","a":"c"},"values":[]}"#), "duplicate");
    check_malformed(&matrix(r#"{"metric":{},"metric":{},"values":[]}"#), "duplicate");
    check_malformed(&matrix(r#"{"metric":{},"values":[],"values":[]}"#), "duplicate");
    check_malformed(r#"{"status":"success","status":"success"}"#, "duplicate");
    check_malformed(r#"{"status":"success",}"#, "string");
    check_malformed(r#"{"x":[1,],"status":"success"}"#, "value");
    check_malformed(r#"{"x":{"y"},"status":"success"}"#, "`:`");
}

#[test]
fn bad_samples_are_refused() {
    for sample in [
        "[1,2]",
        r#"["1","2"]"#,
        r#"[1,"2",3]"#,
        "[1]",
        "[]",
        r#"[01,"2"]"#,
        r#"[1.,"2"]"#,
        r#"[1,""]"#,
        r#"[1,"x"]"#,
        r#"[1,"nan"]"#,
        r#"[1,"+1"]"#,
        r#"[1,"1 "]"#,
        r#"[1e30,"1"]"#,
        r#"[99999999999999,"1"]"#,
        r#"[--1,"1"]"#,
        r#"[1,"0x1"]"#,
        r#"[1,"infinity"]"#,
    ] {
        check_malformed(&matrix(&format!(r#"{{"metric":{{}},"values":[{sample}]}}"#)), "");
    }
    for metric in [r#"{"a":1}"#, "[]", r#"{"a":"\x"}"#, r#"{"a":"\ud800"}"#, "{\"a\":\"\n\"}"] {
        check_malformed(&matrix(&format!(r#"{{"metric":{metric},"values":[]}}"#)), "");
    }
}

#[test]
fn every_limit_names_its_setting() {
    let body = matrix(r#"{"metric":{},"values":[[1,"2"],[2,"3"]]},{"metric":{},"values":[]}"#);
    let tight = |change: fn(&mut Limits)| {
        let mut limits = generous();
        change(&mut limits);
        read(body.as_bytes(), &[7], limits).1.unwrap_err()
    };
    let error = tight(|limits| limits.bytes.max = 60);
    assert_eq!(error, Error::TooLarge { limit: "responseBytesLimit", max: 60 });
    let error = tight(|limits| limits.series.max = 1);
    assert_eq!(error, Error::TooLarge { limit: "seriesLimit", max: 1 });
    let error = tight(|limits| limits.points.max = 1);
    assert_eq!(error, Error::TooLarge { limit: "pointsLimit", max: 1 });
}

#[test]
fn endless_tokens_and_depth_are_refused() {
    let label = format!(r#"{{"metric":{{"a":"{}"}},"values":[]}}"#, "x".repeat(300_000));
    let (_, error) = read(matrix(&label).as_bytes(), &[1000], generous());
    assert!(error.unwrap_err().to_string().contains("token is longer"));
    check_malformed(&format!(r#"{{"x":{}"#, "[".repeat(1000)), "deeper");
}

#[test]
fn every_prefix_of_an_answer_is_cut_short() {
    let body = matrix(
        r#"{"metric":{"a":"\u00e9"},"values":[[1.5,"2"]],"histograms":[[3,{"count":"7","sum":"1"}]]}"#,
    );
    for end in 0..body.len() {
        let (_, result) = read(&body.as_bytes()[..end], &[3], generous());
        let Err(Error::Malformed { message, .. }) = result else { panic!("{}", &body[..end]) };
        assert!(message.contains("cut short"), "{message} after {}", &body[..end]);
    }
    assert!(whole(&body).1.is_ok());
}

fn number_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>().prop_filter("JSON has none", |v| v.is_finite()).prop_map(|v| format!("{v}")),
        any::<f64>().prop_filter("JSON has none", |v| v.is_finite()).prop_map(|v| format!("{v:e}")),
        any::<i32>().prop_map(|v| v.to_string()),
        (0_u32..1000, 0_u32..100).prop_map(|(a, b)| format!("{a}.{b}")),
        Just("NaN".to_owned()),
        Just("+Inf".to_owned()),
        Just("-Inf".to_owned()),
    ]
}

fn time_text() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_i64..9_000_000_000, 0_u32..1000).prop_map(|(s, ms)| format!("{s}.{ms:03}")),
        (0_i64..9_000_000_000).prop_map(|s| s.to_string()),
        (-9_000_000_000_i64..0, 1_u32..10).prop_map(|(s, ms)| format!("{s}.{ms}")),
    ]
}

fn json_text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", "[\u{1}-\u{1f}\"\\\\/]{0,6}", Just("\u{1f600}".to_owned()),]
        .prop_flat_map(|text| {
            let escaped: Vec<_> =
                text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            let escaped = escaped.concat();
            let plain = serde_json::to_string(&text).unwrap();
            prop_oneof![Just(plain), Just(format!("\"{escaped}\""))]
        })
}

fn series() -> impl Strategy<Value = String> {
    let labels = proptest::collection::btree_map("[a-z]{1,6}", json_text(), 0..5);
    let values = proptest::collection::vec((time_text(), number_text()), 0..12);
    (labels, values, any::<bool>(), "[ \n\t]{0,2}").prop_map(|(labels, values, first, space)| {
        let join = |parts: Vec<String>| parts.join(&format!("{space},{space}"));
        let labels = join(labels.iter().map(|(k, v)| format!("\"{k}\"{space}:{v}")).collect());
        let values = join(values.iter().map(|(t, v)| format!("[{t},{space}\"{v}\"]")).collect());
        let metric = format!("\"metric\":{space}{{{labels}}}");
        let values = format!("\"values\"{space}:[{values}{space}]");
        let (a, b) = if first { (metric, values) } else { (values, metric) };
        format!("{{{a},{space}\"skip\":[{{}},\"]\"],{b}}}")
    })
}

proptest! {
    #[test]
    fn any_chunking_reads_like_a_tree_does(
        series in proptest::collection::vec(series(), 0..5),
        sizes in proptest::collection::vec(1_usize..70, 1..8),
    ) {
        let body = matrix(&series.join(","));
        let expect = reference::read(&body);
        let (events, summary) = whole(&body);
        let summary = summary.unwrap();
        prop_assert_eq!(reference::labels_first(&events), expect);
        let (chunked, chunked_summary) = read(body.as_bytes(), &sizes, generous());
        prop_assert_eq!(chunked, events);
        prop_assert_eq!(chunked_summary.unwrap(), summary);
    }

    #[test]
    fn a_changed_byte_never_panics_and_reads_alike_in_chunks(
        series in proptest::collection::vec(series(), 1..3),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        size in 1_usize..40,
    ) {
        let mut body = matrix(&series.join(",")).into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        let (events, result) = read(&body, &[usize::MAX], generous());
        let (chunked, chunked_result) = read(&body, &[size], generous());
        prop_assert_eq!(events, chunked);
        prop_assert_eq!(result.is_ok(), chunked_result.is_ok());
        // What we accept is JSON.
        if result.is_ok() {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
        }
    }
}
