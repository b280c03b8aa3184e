//! A Prometheus on a loopback port that answers instant queries as it was told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use prometheus::{Client, ClientConfig, Limit, Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// What is answered to a query.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// One series with this value, as Prometheus writes numbers.
    Value(&'static str),
    /// No series.
    Empty,
    /// Two series.
    Two,
    /// One series and a warning.
    Warned,
    /// A whole body.
    Body(&'static str),
    /// Nothing, and the connection stays open.
    Silence,
}

type Answers = Arc<Mutex<BTreeMap<String, Answer>>>;
type Asked = Arc<Mutex<Vec<String>>>;

/// The fake; it ends when it is dropped.
pub(crate) struct FakePrometheus {
    answers: Answers,
    asked: Asked,
    url: String,
    _serving: JoinSet<()>,
}

impl FakePrometheus {
    /// Starts. Samples are 1 s old and everything else is empty until it is told otherwise.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answers, asked) = (Answers::default(), Asked::default());
        let mut serving = JoinSet::new();
        let (known, log) = (Arc::clone(&answers), Arc::clone(&asked));
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&known), Arc::clone(&log)));
            }
        });
        Self { answers, asked, url, _serving: serving }
    }

    pub(crate) fn client(&self) -> Client {
        let limit = Limit::new("test", 1_000_000);
        let limits = Limits { bytes: limit, series: limit, points: limit };
        Client::new(ClientConfig::new(self.url.parse().unwrap(), limits)).unwrap()
    }

    pub(crate) fn tell(&self, query: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(query.to_owned(), answer);
    }

    /// Returns every query that came, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answers: Answers, asked: Asked) {
    let Some(query) = read_query(&mut stream).await else { return };
    asked.lock().unwrap().push(query.clone());
    let told = answers.lock().unwrap().get(&query).cloned();
    let fresh = query.starts_with("max(time() - timestamp(");
    let vector = |series: &str| {
        format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{series}]}}}}"#)
    };
    let one = |value: &str| format!(r#"{{"metric":{{}},"value":[1.0,"{value}"]}}"#);
    let body = match told {
        Some(Answer::Value(value)) => vector(&one(value)),
        Some(Answer::Two) => vector(&format!("{},{}", one("1"), one("2"))),
        Some(Answer::Warned) => {
            vector(&one("1")).replacen(r#""data""#, r#""warnings":["half"],"data""#, 1)
        }
        Some(Answer::Body(body)) => body.to_owned(),
        Some(Answer::Silence) => return std::future::pending().await,
        None if fresh => vector(&one("1")),
        Some(Answer::Empty) | None => vector(""),
    };
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    // A client that went away is no fault of the fake.
    stream.write_all(answer.as_bytes()).await.ok();
    stream.shutdown().await.ok();
}

async fn read_query(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        })?;
        if body.len() >= length {
            let form = url::form_urlencoded::parse(body.as_bytes());
            return form.into_owned().find(|(name, _)| name == "query").map(|(_, query)| query);
        }
    }
}
