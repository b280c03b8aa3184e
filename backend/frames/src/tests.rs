//! Tests of frames through an Arrow reader, and against golden files.

use serde_json::json;

use super::*;
use crate::golden::{check, decoded};

const SECOND: i64 = 1_767_225_600_000_000_000;

fn table() -> SeriesTable {
    let mut table = SeriesTable::new();
    table.push(SECOND, 1.5);
    table.push(SECOND + 15_000_000_000, f64::NAN);
    table.end(SeriesHead {
        name: "up".to_owned(),
        labels: Labels::from_json(r#"{"__name__":"up", "job":"a\u00e9\"\\"}"#),
        display_name: Some("up{job=\"aé\"}".to_owned()),
    });
    table.end(SeriesHead {
        name: "up".to_owned(),
        labels: [("__name__", "up"), ("instance", "b")].into_iter().collect(),
        display_name: None,
    });
    table.push(SECOND, f64::INFINITY);
    table.end(SeriesHead {
        name: "Value".to_owned(),
        labels: Labels::from_json("{}"),
        display_name: None,
    });
    table
}

fn meta() -> Meta {
    let mut meta = Meta::of(FrameType::TimeSeriesMulti);
    meta.custom.insert("resultType".to_owned(), "matrix".into());
    meta.notices.push(Notice { severity: Severity::Warning, text: "partial".to_owned() });
    meta
}

#[test]
fn a_frame_per_series() {
    let meta_first =
        Meta { executed_query_string: Some("Expr: up\nStep: 15s".to_owned()), ..meta() };
    let layout = multi::Layout {
        ref_id: "A".to_owned(),
        meta: meta(),
        meta_first,
        interval_ms: Some(15_000.0),
    };
    check("a_frame_per_series", &multi::frames(table(), &layout).unwrap());
}

#[test]
fn one_table_for_all_series() {
    let frame = long::frame(&table(), "B", Meta::of(FrameType::TimeSeriesLong), None);
    check("one_table_for_all_series", &[frame.to_bytes().unwrap()]);
}

#[test]
fn a_table_of_every_type() {
    let mut frame = Frame { ref_id: "C".to_owned(), name: "t".to_owned(), ..Frame::default() };
    let (mut plain, mut nulls) = (Texts::plain(), Texts::nullable());
    for text in ["", "é\u{1f600}", "\"\\\n"] {
        plain.push(text);
    }
    nulls.push_option(Some("x"));
    nulls.push_option(None);
    nulls.push("");
    let mut times = Cells::nullable();
    times.push_option(None);
    times.push(SECOND);
    times.push_option(Some(-1));
    let mut floats = Cells::nullable();
    let mut ints = Cells::plain();
    let mut bools = Cells::nullable();
    for n in 0..3_i32 {
        floats.push_option((n > 0).then_some(f64::from(n) - 1.5));
        ints.push(i64::from(n) << 40);
        bools.push_option((n < 2).then_some(n == 0));
    }
    let columns = [
        ("plain", Column::Text(plain)),
        ("nulls", Column::Text(nulls)),
        ("times", Column::Time(times)),
        ("floats", Column::Float(floats)),
        ("ints", Column::Int(ints)),
        ("bools", Column::Bool(bools)),
    ];
    frame.fields.extend(columns.into_iter().map(|(name, column)| Field::new(name, column)));
    frame.fields[3].config = Some(Config {
        unit: Some("s".to_owned()),
        description: Some("d".to_owned()),
        ..Config::default()
    });
    check("a_table_of_every_type", &[frame.to_bytes().unwrap()]);
}

#[test]
fn a_frame_of_metadata_alone() {
    let frame = Frame {
        ref_id: "D".to_owned(),
        meta: Some(Meta { executed_query_string: Some("Expr: x".to_owned()), ..Meta::default() }),
        ..Frame::default()
    };
    check("a_frame_of_metadata_alone", &[frame.to_bytes().unwrap()]);
}

#[test]
fn columns_of_different_length_are_refused() {
    let mut frame = Frame::default();
    for (name, rows) in [("a", 2), ("b", 1)] {
        let mut cells = Cells::plain();
        (0..rows).for_each(|_| cells.push(0.0));
        frame.fields.push(Field::new(name, Column::Float(cells)));
    }
    let error = frame.to_bytes().unwrap_err();
    assert_eq!(error.to_string(), "field `b` has 1 rows where the frame has 2");
}

#[test]
fn a_null_makes_a_plain_column_nullable() {
    let mut cells = Cells::plain();
    cells.push(1_i64);
    cells.push_option(None);
    let mut frame = Frame::default();
    frame.fields.push(Field::new("a", Column::Int(cells)));
    let frame = decoded(&frame.to_bytes().unwrap());
    assert_eq!(frame["fields"][0]["nullable"], json!(true));
    assert_eq!(frame["fields"][0]["values"], json!("[1,null]"));
}

#[test]
fn a_cleared_column_starts_anew() {
    let mut cells = Cells::nullable();
    cells.push_option(None);
    cells.clear();
    assert!(cells.is_empty());
    cells.push(2.0);
    let mut frame = Frame::default();
    frame.fields.push(Field::new("a", Column::Float(cells)));
    assert_eq!(decoded(&frame.to_bytes().unwrap())["fields"][0]["values"], json!("[2.0]"));
}

#[test]
fn buffers_are_aligned_as_the_official_decoder_needs() {
    // arrow-go reads the footer's length from the end, and every block at a multiple of 8.
    let layout = multi::Layout { ref_id: "A".to_owned(), ..multi::Layout::default() };
    for frame in multi::frames(table(), &layout).unwrap() {
        assert!(frame.starts_with(b"ARROW1\0\0") && frame.ends_with(b"ARROW1"));
        let end = frame.len() - 10;
        let footer = u32::from_le_bytes(frame[end..end + 4].try_into().unwrap()) as usize;
        assert_eq!((end - footer) % 8, 0);
    }
}
