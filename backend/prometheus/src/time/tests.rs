//! Tests of ranges, intervals and steps.

use super::*;

const HOUR_MS: i64 = 3_600_000;

fn request(length_ms: i64) -> StepRequest<'static> {
    StepRequest {
        range: TimeRange::new(0, length_ms).unwrap(),
        max_data_points: 1000,
        interval_ms: 0,
        min_step: "",
        factor: 0,
        scrape_interval: "",
    }
}

#[track_caller]
fn check_step(request: &StepRequest<'_>, millis: i64, rate_ms: i64) {
    let step = Step::compute(request).unwrap();
    assert_eq!((step.millis(), step.rate_interval_ms()), (millis, rate_ms));
}

#[test]
fn the_minimum_holds_where_the_panel_is_finer() {
    check_step(&request(HOUR_MS), 15_000, 60_000);
    check_step(&StepRequest { min_step: "30", ..request(HOUR_MS) }, 30_000, 120_000);
    check_step(&StepRequest { min_step: "0s", ..request(HOUR_MS) }, 15_000, 60_000);
    check_step(&StepRequest { scrape_interval: "5s", ..request(HOUR_MS) }, 5_000, 20_000);
    check_step(&StepRequest { interval_ms: 2_000, ..request(HOUR_MS) }, 5_000, 60_000);
}

#[test]
fn a_long_range_is_rounded_by_the_table() {
    check_step(&request(24 * HOUR_MS), 60_000, 75_000);
    check_step(&request(7 * 24 * HOUR_MS), 600_000, 615_000);
    check_step(&StepRequest { factor: 2, ..request(24 * HOUR_MS) }, 120_000, 135_000);
}

#[test]
fn prometheus_is_never_asked_for_more_points_than_it_gives() {
    let many =
        StepRequest { max_data_points: 100_000, min_step: "1s", ..request(30 * 24 * HOUR_MS) };
    check_step(&many, 300_000, 301_000);
}

#[test]
fn an_interval_macro_as_minimum_is_remembered() {
    for text in ["$__rate_interval", "${__rate_interval}", "$__rate_interval_ms"] {
        check_step(&StepRequest { min_step: text, ..request(HOUR_MS) }, 60_000, 60_000);
    }
    check_step(&StepRequest { min_step: "$__interval", ..request(HOUR_MS) }, 15_000, 60_000);
}

#[test]
fn absurd_requests_neither_panic_nor_divide_by_zero() {
    let wild = StepRequest {
        max_data_points: i64::MIN,
        interval_ms: i64::MIN,
        factor: i64::MAX,
        ..request(i64::MAX / 1_000_000)
    };
    assert!(Step::compute(&wild).unwrap().millis() > 0);
    let large = StepRequest { interval_ms: i64::MAX, factor: i64::MAX, ..request(0) };
    assert!(Step::compute(&large).unwrap().rate_interval_ms() > 0);
    assert!(TimeRange::new(2, 1).is_err());
    assert!(TimeRange::new(0, i64::MAX).is_err());
}

#[test]
fn ends_are_aligned_in_the_users_time_zone() {
    let range = TimeRange::new(1_000_000_007_000, 1_000_000_107_999).unwrap();
    let aligned = range.aligned(Step::from_millis(60_000), 0);
    assert_eq!((aligned.from_ms(), aligned.to_ms()), (999_999_960_000, 1_000_000_080_000));
    let day = Step::from_millis(86_400_000);
    let aligned = range.aligned(day, 3600);
    assert_eq!((aligned.from_ms() + 3_600_000) % 86_400_000, 0);
    let before = TimeRange::new(-1, -1).unwrap().aligned(Step::from_millis(1000), 0);
    assert_eq!(before.from_ms(), -1000);
}

#[test]
fn intervals_are_read_as_grafana_reads_them() {
    let parse = |text| parse_interval("interval", text);
    let good = [
        ("15", 15_000),
        ("15s", 15_000),
        (">1m", 60_000),
        ("1h30m", 5_400_000),
        ("1.5s", 1_500),
        ("250ms", 250),
        ("1500us", 1),
        ("2d", 172_800_000),
        ("1w", 604_800_000),
        ("1M", 2_592_000_000),
        ("1y", 31_536_000_000),
    ];
    for (text, expect) in good {
        assert_eq!(parse(text), Ok(expect), "{text}");
    }
    for text in
        ["", "x", "-1s", "1", "1x", "s", ".s", "1..5s", "1s1", "0", "99999999999999999999s", "11y"]
    {
        assert!(parse(text).is_err() || text == "1", "{text}");
    }
}

#[test]
fn intervals_are_printed_in_one_unit_and_durations_as_go_does() {
    for (millis, short, go) in [
        (1, "1ms", "1ms"),
        (1_500, "1s", "1.5s"),
        (15_000, "15s", "15s"),
        (90_000, "1m", "1m30s"),
        (600_000, "10m", "10m0s"),
        (3_600_000, "1h", "1h0m0s"),
        (90_000_000, "1d", "25h0m0s"),
    ] {
        assert_eq!((format_interval(millis).as_str(), format_go(millis).as_str()), (short, go));
    }
    assert_eq!(format_interval(0), "1ms");
    assert_eq!(format_go(0), "0s");
}

#[test]
fn seconds_are_printed_in_their_shortest_form() {
    for (ms, expect) in [(0, "0"), (1500, "1.5"), (1_767_225_600_000, "1767225600"), (-1, "-0.001")]
    {
        assert_eq!(seconds(ms), expect);
    }
}
