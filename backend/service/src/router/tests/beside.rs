//! What goes on beside requests: counting, reloading, logging.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};
use tracing_subscriber::fmt::MakeWriter;

use super::house::{EDITOR, House, KEY, RUN, note};
use crate::app::{background::count, reload::reload};

/// Longest time a test waits for what must come at once.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn every_run_is_counted_exactly_once() {
    let house = House::new().await;
    let mut tasks = JoinSet::new();
    tasks.spawn(count::runs(Arc::clone(&house.app)));
    yield_now().await;
    house.ended(&house.press("one").await.run().id).await;
    house.press("two").await.is(429, "cooldown");
    let counted = async {
        loop {
            let text = house.send(House::request("GET", "/metrics", "")).await.text;
            let has = |result: &str| {
                let label = format!("action=\"call-node-api\",result=\"{result}\"");
                text.contains(&format!("leverframe_runs_total{{{label}}} 1\n"))
            };
            if has("succeeded") && has("refused") && text.contains("runs_in_flight 0\n") {
                return;
            }
            yield_now().await;
        }
    };
    timeout(SOON, counted).await.unwrap();
}

#[tokio::test]
async fn a_bad_definition_leaves_the_old_one_and_is_kept() {
    let house = House::new().await;
    let file = house.app.config.actions.join("call-node-api.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("title:", "tittle:")).unwrap();
    reload(&house.app).await;
    assert_eq!(house.press("still here").await.status, 202);
    std::fs::remove_file(&file).unwrap();
    reload(&house.app).await;
    house.press("gone").await.is(404, "not_found");
    let rows = house.store.audit_list(None, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.record.kind == "reload").count(), 2);
}

#[tokio::test]
async fn the_log_tells_requests_and_holds_no_secret() {
    let log = Log::default();
    // For the whole process: what one thread alone listens to, the others' threads may have
    // switched off. So the lines of the tests beside are looked at too, which only makes this
    // stricter.
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("no other test listens");
    let bearer = {
        let house = House::new().await;
        let claims = house.claims(EDITOR, "POST", RUN, &note("a quiet note"));
        let request = house.signed(House::request("POST", RUN, &note("a quiet note")), &claims);
        let bearer = request.headers()["authorization"].to_str().unwrap().to_owned();
        assert_eq!(house.send(request).await.status, 202);
        let mut wrong = House::request("GET", "/api/v1/runs", "");
        wrong.headers_mut().insert("authorization", "Bearer lf_canary".parse().unwrap());
        house.send(wrong).await.is(401, "auth_token");
        bearer
    };
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains(r#"route="/api/v1/actions/{name}/run""#), "{text}");
    for secret in [KEY, &bearer[7..], "canary", "a quiet note"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
