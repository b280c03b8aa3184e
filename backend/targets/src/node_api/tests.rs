//! Tests of node APIs: a hostile API, and what the answers of `http.call` mean.

use std::sync::Arc;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};

use super::*;
use crate::{Call, CancelFlag, Error, Operation, Sent, Target, Verdict, limits};

/// What the API does after it has read a request's head.
#[derive(Clone, Copy)]
enum Trick {
    Answer(&'static str),
    HugeAnnounced,
    HugeSent,
    SlowBody,
    Hang,
    Reset,
}

struct Fake {
    api: Arc<NodeApi>,
    requests: mpsc::Receiver<String>,
    _tasks: JoinSet<()>,
}

async fn fake(trick: Trick) -> Fake {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/base/", listener.local_addr().unwrap());
    let (seen, requests) = mpsc::channel(16);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            play(stream, trick, &seen).await;
        }
    });
    let token = Some(SecretString::from("planted-secret"));
    let settings = NodeApiSettings { name: "host".to_owned(), url: url.parse().unwrap(), token };
    Fake { api: Arc::new(NodeApi::new(settings).unwrap()), requests, _tasks: tasks }
}

async fn play(mut stream: TcpStream, trick: Trick, seen: &mpsc::Sender<String>) {
    let mut request = vec![0; 4096];
    let length = stream.read(&mut request).await.unwrap();
    request.truncate(length);
    seen.send(String::from_utf8(request).unwrap()).await.unwrap();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    match trick {
        Trick::Answer(text) => {
            stream.write_all(text.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            // Reading to the end keeps the kernel from resetting what was not read yet.
            stream.read_to_end(&mut Vec::new()).await.ok();
        }
        Trick::HugeAnnounced => {
            stream
                .write_all(format!("{head}content-length: 9999999\r\n\r\n").as_bytes())
                .await
                .unwrap();
        }
        Trick::HugeSent => {
            stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).await.unwrap();
            while stream.write_all(&[b' '; 8192]).await.is_ok() {}
        }
        Trick::SlowBody => {
            stream.write_all(format!("{head}content-length: 9\r\n\r\n[").as_bytes()).await.unwrap();
            std::future::pending::<()>().await;
        }
        Trick::Hang => std::future::pending().await,
        Trick::Reset => {
            stream.set_zero_linger().unwrap();
        }
    }
}

const OK: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{\"n\":1}";

async fn sent(trick: Trick) -> Sent {
    let fake = fake(trick).await;
    post(&fake.api, false).await
}

/// Posts a note; `seen` tells whether somebody will look for it.
async fn post(api: &NodeApi, seen: bool) -> Sent {
    let body = json!({ "text": "a" });
    let (method, path, body, key) = (Method::POST, "/notes", Some(&body), "key-1");
    api.send(&Post { method, path, body, key, seen }).await
}

#[tokio::test]
async fn a_request_carries_key_token_and_body_to_the_path_behind_the_base() {
    let mut fake = fake(Trick::Answer(OK)).await;
    let sent = post(&fake.api, false).await;
    assert_eq!(sent, Sent::Done { reply: "200 OK: {\"n\":1}".to_owned() });
    let request = fake.requests.recv().await.unwrap();
    assert!(request.starts_with("POST /base/notes HTTP/1.1\r\n"), "{request}");
    for line in
        ["idempotency-key: key-1", "authorization: Bearer planted-secret", "{\"text\":\"a\"}"]
    {
        assert!(request.contains(line), "{request}");
    }
    assert!(!format!("{:?}", fake.api).contains("planted"));
    assert_eq!(fake.api.get("/nodes").await.unwrap(), json!({"n": 1}));
}

#[tokio::test]
async fn a_4xx_is_proof_that_nothing_was_done() {
    let text = "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope";
    let proof = "404 Not Found: nope".to_owned();
    assert_eq!(sent(Trick::Answer(text)).await, Sent::Failed { proof, retry: false });
    let text = "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n";
    let proof = "429 Too Many Requests".to_owned();
    assert_eq!(sent(Trick::Answer(text)).await, Sent::Failed { proof, retry: true });
}

#[tokio::test]
async fn whatever_else_comes_after_the_first_byte_is_lost() {
    for text in [
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n{\"n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut",
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 7\r\n\r\n<login>",
        "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n",
        "garbage\r\n\r\n",
        "",
    ] {
        let sent = sent(Trick::Answer(text)).await;
        assert!(matches!(sent, Sent::Lost { .. }), "{text:?} {sent:?}");
    }
    for trick in [Trick::HugeAnnounced, Trick::HugeSent, Trick::Reset] {
        assert!(matches!(sent(trick).await, Sent::Lost { .. }));
    }
}

#[tokio::test]
async fn a_2xx_without_a_body_or_with_json_is_done_and_a_202_only_where_it_can_be_seen() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n\n",
        "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ] {
        let sent = sent(Trick::Answer(text)).await;
        assert!(matches!(sent, Sent::Done { .. }), "{text:?} {sent:?}");
    }
    let accepted = Trick::Answer("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
    let args = |more: Value| {
        let mut args = json!({ "api": "host", "method": "POST", "path": "/notes" });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        note(args)
    };
    let seen = args(json!({ "observe": { "path": "/n", "pointer": "/n", "want": 1 } }));
    for (call, before, done) in [
        (args(json!({})), Value::Null, false),
        (seen.clone(), json!({ "seen": 0 }), true),
        (seen.clone(), json!({ "seen": 1 }), false),
        (seen, json!({}), false),
    ] {
        let fake = fake(accepted).await;
        let operation = HttpCall::new(vec![Arc::clone(&fake.api)]);
        let sent = operation.apply(&call, &before, &CancelFlag::new()).await;
        assert_eq!(matches!(sent, Sent::Done { .. }), done, "{before} {sent:?}");
        assert_eq!(matches!(sent, Sent::Lost { .. }), !done, "{before} {sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_api_is_lost_at_the_deadline() {
    for trick in [Trick::Hang, Trick::SlowBody] {
        let start = tokio::time::Instant::now();
        let sent = sent(trick).await;
        assert!(matches!(sent, Sent::Lost { .. }), "{sent:?}");
        assert!(start.elapsed() < limits::NODE_API_TIMEOUT * 2);
    }
}

#[tokio::test]
async fn nobody_there_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let settings = NodeApiSettings { name: "host".to_owned(), url, token: None };
    let api = NodeApi::new(settings).unwrap();
    let sent = post(&api, false).await;
    assert!(matches!(sent, Sent::Failed { retry: true, .. }), "{sent:?}");
    assert!(matches!(api.get("/nodes").await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn reading_needs_a_whole_200_of_json() {
    async fn read(trick: Trick) -> Error {
        fake(trick).await.api.get("/nodes").await.unwrap_err()
    }
    let moved = "HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n";
    assert!(matches!(read(Trick::Answer(moved)).await, Error::Refused { .. }));
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[1";
    assert!(matches!(read(Trick::Answer(broken)).await, Error::Protocol { .. }));
    assert!(matches!(read(Trick::HugeSent).await, Error::TooLarge { .. }));
    assert!(matches!(read(Trick::Reset).await, Error::NoAnswer { .. }));
}

#[test]
fn a_url_with_a_user_a_query_or_another_scheme_is_refused() {
    for url in ["ftp://h/", "http://u:p@h/", "http://h/?a=b", "http://h/#a"] {
        let settings =
            NodeApiSettings { name: "host".to_owned(), url: url.parse().unwrap(), token: None };
        let error = NodeApi::new(settings).unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{url}");
        assert!(!error.to_string().contains(url), "{error}");
    }
}

fn note(args: Value) -> Call {
    Call {
        operation: "http.call".to_owned(),
        target: Target::new("api", "host"),
        args,
        effect_key: "key-1".to_owned(),
    }
}

#[track_caller]
fn check(operation: &HttpCall, change: &Value, fault: Option<&str>) {
    let mut args = json!({ "api": "host", "method": "POST", "path": "/notes", "body": {} });
    for (name, value) in change.as_object().unwrap() {
        args[name] = value.clone();
    }
    let found = operation.check_args(&args).err().map(|fault| fault.pointer);
    assert_eq!(found.as_deref(), fault, "{args}");
}

#[tokio::test]
async fn a_call_names_a_known_api_a_fixed_path_and_a_json_body() {
    let operation = HttpCall::new(vec![fake(Trick::Answer(OK)).await.api]);
    check(&operation, &json!({}), None);
    check(&operation, &json!({ "body": { "text": "{{ params.text }}" } }), None);
    check(&operation, &json!({ "body": "{{ params.body }}" }), None);
    check(&operation, &json!({ "body": "text" }), Some("/body"));
    check(&operation, &json!({ "api": "other" }), Some("/api"));
    check(&operation, &json!({ "method": "GET" }), Some("/method"));
    check(&operation, &json!({ "path": "/{{ params.path }}" }), Some("/path"));
    check(&operation, &json!({ "path": "/../x" }), Some("/path"));
    check(&operation, &json!({ "retry": 1 }), Some("/retry"));
    for (observe, fault) in [
        (json!({ "path": "/x", "pointer": "/key", "want": "{{ params.text }}" }), None),
        (json!({ "path": "/x", "want": null, "absent": true }), None),
        (json!({ "path": "x", "want": 1 }), Some("/observe/path")),
        (json!({ "path": "/x", "pointer": "y", "want": 1 }), Some("/observe/pointer")),
        (json!({ "path": "/x", "pointer": "/key" }), Some("/observe/want")),
        (json!({ "path": "/x", "want": 1, "absent": "yes" }), Some("/observe/absent")),
    ] {
        check(&operation, &json!({ "observe": observe }), fault);
    }
    check(
        &operation,
        &json!({ "body": { "a": "x".repeat(limits::BODY_BYTES_MAX) } }),
        Some("/body"),
    );
}

#[tokio::test]
async fn without_an_observation_a_lost_call_stays_undecided() {
    let operation = HttpCall::new(vec![fake(Trick::Answer(OK)).await.api]);
    let call = note(json!({ "api": "host", "method": "POST", "path": "/notes", "body": {} }));
    assert_eq!(operation.observe(&call).await.unwrap(), Value::Null);
    assert!(!operation.observable(&call, &Value::Null));
    assert_eq!(operation.judge(&call, &Value::Null, &Value::Null), Verdict::Undecided);
    assert_eq!(operation.inverse(&call, &Value::Null), None);
    let change = &operation.changes(&call, &Value::Null)[0];
    assert_eq!((change.field.as_str(), &change.to), ("POST /notes on host", &json!({"sent": {}})));
    let bare = note(json!({ "api": "host", "method": "DELETE", "path": "/notes/1" }));
    let change = &operation.changes(&bare, &Value::Null)[0];
    assert_eq!(change.field, "DELETE /notes/1 on host");
    assert_eq!((&change.from, &change.to), (&Value::Null, &json!({"sent": null})));
    assert!(operation.adds());
}

#[tokio::test]
async fn with_an_observation_the_value_there_decides() {
    let fake = fake(Trick::Answer(OK)).await;
    let operation = HttpCall::new(vec![Arc::clone(&fake.api)]);
    let observe = json!({ "path": "/n", "pointer": "/n", "want": 5 });
    let args = json!({ "api": "host", "method": "PUT", "path": "/n", "observe": observe });
    let call = note(args);
    assert_eq!(operation.observe(&call).await.unwrap(), json!({ "seen": 1 }));
    let judge = |was, is| operation.judge(&call, &json!({ "seen": was }), &json!({ "seen": is }));
    assert_eq!(judge(1, 5), Verdict::Done);
    assert_eq!(judge(1, 1), Verdict::NotDone);
    assert_eq!(judge(1, 2), Verdict::Foreign);
    assert_eq!(judge(5, 5), Verdict::Undecided);
    assert!(operation.observable(&call, &json!({ "seen": 1 })));
    assert!(!operation.observable(&call, &json!({ "seen": 5 })));
    for (was, is) in [(json!({}), json!({ "seen": 5 })), (json!({ "seen": 1 }), json!({}))] {
        assert_eq!(operation.judge(&call, &was, &is), Verdict::Undecided, "{was} {is}");
    }
    assert!(!operation.observable(&call, &json!({})));
}

#[tokio::test]
async fn what_is_missing_is_a_state_only_if_the_api_or_the_definition_says_so() {
    async fn look(answer: &'static str, pointer: &str, absent: bool) -> Result<Value, Error> {
        let fake = fake(Trick::Answer(answer)).await;
        let operation = HttpCall::new(vec![Arc::clone(&fake.api)]);
        let observe = json!({ "path": "/n", "pointer": pointer, "want": "a", "absent": absent });
        let args = json!({ "api": "host", "method": "PUT", "path": "/n", "observe": observe });
        operation.observe(&note(args)).await
    }
    let gone = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
    let busy = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(look(OK, "/n", false).await, Ok(json!({ "seen": 1 })));
    assert_eq!(look(OK, "/text", false).await, Ok(json!({})));
    assert_eq!(look(OK, "/text", true).await, Ok(json!({ "seen": null })));
    assert_eq!(look(gone, "/text", false).await, Ok(json!({ "seen": null })));
    assert!(matches!(look(busy, "/text", true).await, Err(Error::Refused { .. })));
}

#[tokio::test]
async fn a_stopped_call_is_not_sent() {
    let mut fake = fake(Trick::Answer(OK)).await;
    let operation = HttpCall::new(vec![Arc::clone(&fake.api)]);
    let call = note(json!({ "api": "host", "method": "POST", "path": "/notes" }));
    let stop = CancelFlag::new();
    stop.cancel();
    let sent = operation.apply(&call, &Value::Null, &stop).await;
    assert!(matches!(sent, Sent::Failed { retry: false, .. }), "{sent:?}");
    assert!(fake.requests.try_recv().is_err());
    let sent = operation.apply(&call, &Value::Null, &CancelFlag::new()).await;
    assert!(matches!(sent, Sent::Done { .. }), "{sent:?}");
    assert!(fake.requests.try_recv().is_ok());
}
