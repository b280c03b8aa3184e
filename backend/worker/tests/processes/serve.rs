//! `serve`: work, metrics, and its end.

use std::{process::Stdio, time::Duration};

use rustix::process::Signal;
use tokio::{io::AsyncWriteExt, net::TcpStream, process::Command, time::Instant};

use crate::program::{Program, ask, client, until};

const IN_FLIGHT: &str = "leverframe_worker_requests_in_flight";

#[tokio::test]
async fn work_is_answered_by_name_and_counted() {
    let server = Program::start(&["serve", "--port", "0", "--id", "web-1"]).await;
    let start = Instant::now();
    let response = client().get(format!("{}/work?ms=50", server.url)).send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-leverframe-server"], "web-1");
    assert_eq!(response.text().await.unwrap(), r#"{"ms":50,"server":"web-1"}"#);
    let (status, body) = ask("GET", &format!("{}/work?fail=true", server.url), None).await;
    assert_eq!((status, body["error"].is_string()), (500, true));
    for query in ["ms=60001", "ms=-1", "ms=x", "mss=1"] {
        let (status, body) = ask("GET", &format!("{}/work?{query}", server.url), None).await;
        assert_eq!((status, body["error"].is_string()), (400, true), "{query}");
    }
    let metrics = until(&format!("{}/metrics", server.url), |_| true).await;
    for line in [
        "leverframe_worker_requests_total{outcome=\"ok\"} 1",
        "leverframe_worker_requests_total{outcome=\"failed\"} 1",
        "leverframe_worker_requests_total{outcome=\"aborted\"} 0",
        "leverframe_worker_request_seconds_count 2",
        "leverframe_worker_requests_in_flight 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn promtool_finds_nothing_to_say_about_the_metrics() {
    let server = Program::start(&["serve"]).await;
    let response = client().get(format!("{}/metrics", server.url)).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let metrics = response.text().await.unwrap();
    let promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut promtool =
        promtool.expect("promtool must be on the PATH: `cargo xtask test` installs it");
    promtool.stdin.take().unwrap().write_all(metrics.as_bytes()).await.unwrap();
    let output = promtool.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert_eq!((output.status.code(), String::from_utf8(said).unwrap()), (Some(0), String::new()));
}

#[tokio::test]
async fn a_client_that_goes_away_leaks_no_gauge() {
    let server = Program::start(&["serve"]).await;
    let address = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /work?ms=60000 HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let metrics = format!("{}/metrics", server.url);
    until(&metrics, |text| text.contains(&format!("{IN_FLIGHT} 1\n"))).await;
    drop(stream);
    let text = until(&metrics, |text| text.contains(&format!("{IN_FLIGHT} 0\n"))).await;
    assert!(text.contains("leverframe_worker_requests_total{outcome=\"aborted\"} 1"), "{text}");
}

#[tokio::test]
async fn sigterm_lets_short_work_end_and_cuts_long_work_within_two_seconds() {
    let mut server = Program::start(&["serve"]).await;
    let url = |ms: u32| format!("{}/work?ms={ms}", server.url);
    let client = client();
    let (short, long) = (client.get(url(600)).send(), client.get(url(60_000)).send());
    let metrics = format!("{}/metrics", server.url);
    let stop = async {
        until(&metrics, |text| text.contains(&format!("{IN_FLIGHT} 2\n"))).await;
        server.end(Signal::TERM).await
    };
    let (short, long, (took, code)) = tokio::join!(short, long, stop);
    assert_eq!(short.unwrap().status(), 200);
    assert!(long.is_err());
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn the_end_of_stdin_ends_a_child_and_nobody_else() {
    let mut child = Program::start(&["serve", "--until-stdin-closes"]).await;
    child.close_stdin();
    assert_eq!(child.ended().await, Some(0));
    let mut other = Program::start(&["serve"]).await;
    other.close_stdin();
    assert_eq!(ask("GET", &format!("{}/healthz", other.url), None).await.0, 200);
    assert_eq!(other.end(Signal::INT).await.1, Some(0));
}
