//! A server on loopback that answers each connection with prepared bytes.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;
use url::Url;

/// What one connection gets.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    Bytes(Vec<u8>),
    Silence,
    HangUp,
}

impl Answer {
    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::with_headers(status, "content-type: application/json", body.as_bytes())
    }

    pub(super) fn gzip(body: &[u8]) -> Self {
        Self::with_headers(200, "content-encoding: gzip", body)
    }

    pub(super) fn silence() -> Self {
        Self::Silence
    }

    pub(super) fn hang_up() -> Self {
        Self::HangUp
    }

    /// The same without its last bytes.
    pub(super) fn cut(self) -> Self {
        match self {
            Self::Bytes(mut bytes) => {
                bytes.truncate(bytes.len() - 5);
                Self::Bytes(bytes)
            }
            other => other,
        }
    }

    fn with_headers(status: u16, header: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\n{header}\r\nlocation: /elsewhere\r\n\
             connection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        Self::Bytes([head.as_bytes(), body].concat())
    }
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    asked: Notify,
    hung_up: Notify,
}

pub(super) struct Server {
    port: u16,
    seen: Arc<Seen>,
    tasks: JoinSet<()>,
}

impl Server {
    pub(super) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, answers, Arc::clone(&seen)));
        Self { port, seen, tasks }
    }

    pub(super) fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}/prefix/", self.port)).unwrap()
    }

    pub(super) async fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().await.clone()
    }

    /// Waits for a request.
    pub(super) async fn asked(&self) {
        self.seen.asked.notified().await;
    }

    /// Waits until the client closes a connection that got no answer.
    pub(super) async fn hung_up(&self) {
        self.seen.hung_up.notified().await;
    }

    /// Stops listening and returns the address where nothing is now.
    pub(super) async fn closed(mut self) -> Url {
        self.tasks.shutdown().await;
        self.url()
    }
}

async fn serve(listener: TcpListener, answers: Vec<Answer>, seen: Arc<Seen>) {
    for answer in answers {
        let (mut socket, _) = listener.accept().await.unwrap();
        let request = request(&mut socket).await;
        seen.requests.lock().await.push(request);
        seen.asked.notify_one();
        match answer {
            Answer::Bytes(bytes) => socket.write_all(&bytes).await.unwrap(),
            Answer::HangUp => {}
            Answer::Silence => {
                // An end or an error: the client is gone.
                if !matches!(socket.read(&mut [0; 16]).await, Ok(more) if more > 0) {
                    seen.hung_up.notify_one();
                }
            }
        }
    }
    std::future::pending::<()>().await;
}

/// Reads one request, its body included.
async fn request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        let mut part = [0; 4096];
        let more = socket.read(&mut part).await.unwrap();
        assert!(more > 0, "the request is cut short");
        bytes.extend_from_slice(&part[..more]);
    }
}
