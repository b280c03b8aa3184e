//! A server on loopback that gives prepared replies, one connection after the other.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::JoinSet,
};

/// What one connection gets.
pub(super) struct Reply(String);

impl Reply {
    pub(super) fn json(status: u16, body: &str) -> Self {
        let length = body.len();
        Self(format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nlocation: /elsewhere\r\n\
             connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    }
}

pub(super) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, replies, Arc::clone(&requests)));
        Self { port, requests, _tasks: tasks }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) async fn requests(&self) -> Vec<String> {
        self.requests.lock().await.clone()
    }
}

async fn serve(listener: TcpListener, replies: Vec<Reply>, seen: Arc<Mutex<Vec<String>>>) {
    for Reply(text) in replies {
        let (mut socket, _) = listener.accept().await.unwrap();
        let request = request(&mut socket).await;
        seen.lock().await.push(request);
        socket.write_all(text.as_bytes()).await.unwrap();
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
