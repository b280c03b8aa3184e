//! The metrics as Prometheus reads them.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use super::*;

fn used() -> Metrics {
    let metrics = Metrics::new();
    metrics.run_ended("drain-node", "succeeded", Duration::from_secs(3));
    metrics.guard_refused("guard_unmet");
    metrics.dedupe_hit();
    metrics.answered("/api/v1/runs/{id}", "GET", 200, Duration::from_millis(4));
    metrics.set_sd_held("workers", false);
    metrics
}

#[test]
fn counters_carry_total_in_their_comments_too() {
    let text = used().text().unwrap();
    assert!(text.contains("# TYPE leverframe_runs_total counter\n"), "{text}");
    let row = "leverframe_runs_total{action=\"drain-node\",result=\"succeeded\"} 1\n";
    assert!(text.contains(row), "{text}");
    assert!(!text.contains("# EOF"), "{text}");
}

#[test]
fn a_gauge_goes_down_when_its_guard_is_dropped_in_a_panic() {
    let metrics = Metrics::new();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _request = metrics.request_in_flight();
        assert_eq!(metrics.requests_in_flight.get(), 1);
        std::panic::resume_unwind(Box::new("handler"));
    }));
    assert!(caught.is_err());
    assert_eq!(metrics.requests_in_flight.get(), 0);
}

#[test]
fn promtool_finds_nothing_to_lint() {
    let tool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut tool = tool.expect("promtool must be on the PATH: `cargo xtask test` installs it");
    tool.stdin.take().unwrap().write_all(used().text().unwrap().as_bytes()).unwrap();
    let output = tool.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
