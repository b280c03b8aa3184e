//! A process is killed while it accepts runs, or its disk stops taking what is written: what it has
//! answered is there afterwards, and nothing is there by half.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use leverframe_store::{Options, Store};
use runs::{
    Admission, Admitted, Collision, Error, Request, RunId, RunStore, StepPlan, UndoRule, fold,
};

/// Runs that are accepted at once, so that the kill falls into a group commit.
const AT_ONCE: u64 = 64;
/// Answers after which the child is killed, each time on the same file.
const KILLED_AFTER: [usize; 5] = [1, 65, 200, 513, 900];

/// Makes this program a child that accepts runs.
const CHILD: &str = "--accept-without-end";
/// File size at which the disk of a child fails, in blocks of 512 bytes.
const BLOCKS: u32 = 6000;

fn main() {
    let arguments: Vec<_> = std::env::args_os().collect();
    if let [_, flag, path] = &arguments[..]
        && flag == CHILD
    {
        return accept_without_end(Path::new(path));
    }
    a_killed_process_leaves_what_it_answered();
    a_failing_disk_ends_the_process();
}

fn a_killed_process_leaves_what_it_answered() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("store.db");
    let mut answered = Vec::new();
    for (round, enough) in KILLED_AFTER.into_iter().enumerate() {
        answered.extend(answers_until_killed(&path, enough));
        check(&path, &answered, round);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn open(path: &Path) -> Store {
    Store::open(path, Options { free_bytes_min: 0, ..Options::default() }).unwrap()
}

/// The child: accepts runs without end, and says which once each is answered. If the disk fails it
/// ends as the service does.
fn accept_without_end(path: &Path) {
    let store = open(path);
    let mut out = std::io::stdout().lock();
    let code = runtime().block_on(async {
        for round in 0_u64.. {
            let presses = (0..AT_ONCE).map(|n| store.admit(press(round * AT_ONCE + n)));
            for admitted in join_all(presses).await {
                match admitted {
                    Ok(Admitted::New(run)) => writeln!(out, "{}", run.id).unwrap(),
                    Err(Error::Unavailable(_)) => {
                        assert!(!store.fatal().await.is_empty());
                        let after = store.next_fence().await;
                        assert!(matches!(after, Err(Error::Unavailable(_))), "{after:?}");
                        return 74;
                    }
                    other => panic!("{other:?}"),
                }
                out.flush().unwrap();
            }
        }
        0
    });
    std::process::exit(code);
}

fn a_failing_disk_ends_the_process() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("store.db");
    // The system refuses to let the log grow; without the trap it would kill the child instead.
    let script = format!("trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .args([CHILD.as_ref(), path.as_os_str()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let answered: Vec<RunId> = said.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(output.status.code(), Some(74), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(answered.len() > 64, "only {} were accepted", answered.len());
    check(&path, &answered, 0);
}

/// A child that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may be dead already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn answers_until_killed(path: &Path, enough: usize) -> Vec<RunId> {
    let program: PathBuf = std::env::current_exe().unwrap();
    let mut child =
        Killed(Command::new(program).arg(CHILD).arg(path).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let mut answered: Vec<RunId> =
        lines.by_ref().take(enough).map(|line| line.unwrap().parse().unwrap()).collect();
    assert_eq!(answered.len(), enough, "the child ended by itself");
    child.0.kill().unwrap();
    // What it said before it died counts as well; the last line may be cut.
    answered.extend(lines.map_while(Result::ok).filter_map(|line| line.parse::<RunId>().ok()));
    answered
}

fn check(path: &Path, answered: &[RunId], round: usize) {
    let store = open(path);
    runtime().block_on(async {
        for run in answered {
            let loaded = store.load(*run).await.unwrap();
            let log = store.log(*run).await.unwrap();
            assert_eq!(fold(*run, &log).unwrap(), loaded, "round {round}");
        }
        let open = store.open_runs().await.unwrap();
        assert!(open.len() >= answered.len(), "round {round}");
        for run in &open {
            assert_eq!(store.load(run.id).await.unwrap(), *run, "round {round}: half a run");
        }
    });
}

fn press(n: u64) -> Admission {
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(400_000);
    let run = RunId::at(now);
    Admission {
        run,
        now,
        request: Request {
            action: "drain".into(),
            version: "1".into(),
            target: format!("node/{n}"),
            actor: "ann".into(),
            params: serde_json::Map::new(),
            reason: None,
            ticket: None,
            plan_hash: None,
            fingerprint: run.to_string(),
            locks: Vec::new(),
            steps: vec![StepPlan {
                n: 1,
                operation: "fake.set".into(),
                title: "set".into(),
                target: format!("node/{n}"),
                args: serde_json::json!({"state": "drain"}),
                attempts_max: 1,
            }],
            guards: serde_json::json!([]),
            goal: None,
            undo: UndoRule::Automatic,
            undo_on_no_effect: false,
            deadline: None,
        },
        refusal: None,
        key: None,
        jti: None,
        collision: Collision::Reject,
        cooldown: std::time::Duration::ZERO,
        rate: None,
    }
}
