//! A socket that does what HAProxy never should.

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
    task::JoinSet,
};

use super::*;
use crate::CancelFlag;

/// What the socket does after it has read a command.
#[derive(Clone, Copy)]
enum Trick {
    Answer(&'static str),
    Hang,
    HangAfter(&'static str),
    Flood,
}

/// Returns a HAProxy that plays this trick on each connection; it lives as long as the rest.
fn fake(trick: Trick) -> (Haproxy, TempDir, JoinSet<()>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut command = [0; 256];
            assert!(stream.read(&mut command).await.unwrap() > 0);
            match trick {
                Trick::Answer(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                Trick::Hang => std::future::pending().await,
                Trick::HangAfter(text) => {
                    stream.write_all(text.as_bytes()).await.unwrap();
                    std::future::pending::<()>().await;
                }
                Trick::Flood => while stream.write_all(&[b'x'; 8192]).await.is_ok() {},
            }
        }
    });
    (Haproxy::new("lb", Address::Unix(path)), dir, tasks)
}

async fn set(trick: Trick) -> Sent {
    let (haproxy, _dir, _tasks) = fake(trick);
    let server = ServerName::new("web", "web-1").unwrap();
    haproxy.set_state(&server, Admin::Drain, &CancelFlag::new()).await
}

#[tokio::test]
async fn an_answer_without_its_end_is_lost() {
    for text in ["", "No such ser"] {
        assert!(matches!(set(Trick::Answer(text)).await, Sent::Lost { .. }), "{text:?}");
    }
    assert!(matches!(set(Trick::Answer("\n")).await, Sent::Done { .. }));
}

#[tokio::test(start_paused = true)]
async fn silence_after_the_command_is_lost_at_the_deadline() {
    let start = tokio::time::Instant::now();
    assert!(matches!(set(Trick::Hang).await, Sent::Lost { .. }));
    assert!(matches!(set(Trick::HangAfter("No such")).await, Sent::Lost { .. }));
    let took = start.elapsed();
    assert!(took >= 2 * crate::limits::HAPROXY_TIMEOUT && took.as_secs() < 5, "{took:?}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_at_the_limit() {
    assert!(matches!(set(Trick::Flood).await, Sent::Lost { .. }));
    let (haproxy, _dir, _tasks) = fake(Trick::Flood);
    assert!(matches!(haproxy.servers("web").await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn nobody_there_proves_that_nothing_was_sent() {
    let haproxy = Haproxy::new("lb", "/nowhere/a.sock".parse().unwrap());
    let server = ServerName::new("web", "web-1").unwrap();
    let sent = haproxy.set_weight(&server, 5, &CancelFlag::new()).await;
    assert!(matches!(sent, Sent::Failed { retry: true, .. }), "{sent:?}");
    assert!(matches!(haproxy.servers("web").await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn a_stopped_call_is_not_sent() {
    let (haproxy, _dir, _tasks) = fake(Trick::Answer("\n"));
    let stop = CancelFlag::new();
    stop.cancel();
    let server = ServerName::new("web", "web-1").unwrap();
    let sent = haproxy.set_state(&server, Admin::Maint, &stop).await;
    assert!(matches!(sent, Sent::Failed { retry: false, .. }), "{sent:?}");
}

#[tokio::test]
async fn a_name_that_could_end_the_command_is_never_sent() {
    let (haproxy, _dir, mut tasks) = fake(Trick::Answer("\n\n"));
    for name in ["a;show info", "a\nshow info", "a b", "a/b", "", "节点"] {
        assert!(matches!(haproxy.servers(name).await, Err(Error::BadName(_))), "{name:?}");
        assert!(ServerName::new("web", name).is_err(), "{name:?}");
    }
    assert!(tasks.try_join_next().is_none());
    let sent = socket::exchange(&Address::Tcp("127.0.0.1:9".to_owned()), "a;b").await;
    assert!(matches!(sent, Err(Broken::Unsent(_))), "{sent:?}");
}
