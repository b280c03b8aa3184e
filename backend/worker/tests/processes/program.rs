//! One program under test: started, asked, signalled.

use std::{process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{Instant, timeout},
};

/// Longest wait for anything that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program. It is killed when dropped.
pub(crate) struct Program {
    pub(crate) url: String,
    pub(crate) ready: Value,
    pid: Pid,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) async fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_leverframe-worker"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["ready"], format!("leverframe-worker {}", args[0]));
        assert_eq!(ready["pid"], child.id().unwrap());
        let pid = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { url, ready, pid, child, lines }
    }

    /// Sends a signal and returns how long the program lived on, and its exit code.
    pub(crate) async fn end(&mut self, signal: Signal) -> (Duration, Option<i32>) {
        let start = Instant::now();
        kill_process(self.pid, signal).unwrap();
        let status = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap();
        (start.elapsed(), status.code())
    }

    /// Returns the next line on stdout.
    pub(crate) async fn line(&mut self) -> String {
        timeout(PATIENCE, self.lines.next_line()).await.unwrap().unwrap().unwrap()
    }

    /// Waits for its own end and returns the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap().code()
    }

    /// Closes its stdin.
    pub(crate) fn close_stdin(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Returns the pids of its children.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let tasks = format!("/proc/{}/task", self.pid.as_raw_nonzero());
        let children = std::fs::read_dir(tasks).unwrap().map(|task| {
            std::fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default()
        });
        let pids = children.collect::<Vec<_>>().join(" ");
        pids.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect()
    }
}

/// Returns a client that asks loopback.
pub(crate) fn client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap()
}

/// Asks and returns status and JSON body.
pub(crate) async fn ask(method: &str, url: &str, body: Option<&str>) -> (u16, Value) {
    let mut request = client().request(method.parse().unwrap(), url);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_owned());
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Asks until the answer's text satisfies `enough`: each answer is an event, no time is waited.
pub(crate) async fn until(url: &str, enough: impl Fn(&str) -> bool) -> String {
    let client = client();
    let asking = async {
        loop {
            let text = client.get(url).send().await.unwrap().text().await.unwrap();
            if enough(&text) {
                return text;
            }
        }
    };
    timeout(PATIENCE, asking).await.unwrap()
}

/// Tries to connect until nobody is there any more.
pub(crate) async fn until_gone(address: &str) {
    let trying = async { while tokio::net::TcpStream::connect(address).await.is_ok() {} };
    timeout(PATIENCE, trying).await.unwrap();
}
