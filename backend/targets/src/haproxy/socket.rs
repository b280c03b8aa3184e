//! One exchange with the runtime API: connect, one line, the answer until HAProxy closes.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    str::FromStr,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::{Instant, sleep, timeout_at},
};

use crate::{Error, limits, target::quote};

/// Where HAProxy's runtime API listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A unix socket.
    Unix(PathBuf),
    /// `host:port`.
    Tcp(String),
}

impl FromStr for Address {
    type Err = Error;

    /// Reads `unix@/path`, `/path`, `tcp@host:port` or `host:port`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let path = text.strip_prefix("unix@").unwrap_or(text);
        if path.starts_with('/') {
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        let place = text.strip_prefix("tcp@").unwrap_or(text);
        match place.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(place.to_owned()))
            }
            _ => Err(Error::Config {
                what: format!("haproxy address {:?}", quote(text)),
                why: "write /path, unix@/path or host:port".to_owned(),
            }),
        }
    }
}

/// Why there is no whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// No byte left: nothing can have happened.
    Unsent(String),
    /// Something was sent, and then no whole answer came.
    Lost(String),
    /// The answer goes on beyond the limit.
    TooLarge,
}

/// Sends one command, which must be one line, and returns the whole answer.
pub(super) async fn exchange(address: &Address, command: &str) -> Result<String, Broken> {
    let deadline = Instant::now() + limits::HAPROXY_TIMEOUT;
    let unsent = |e: std::io::Error| Broken::Unsent(e.to_string());
    let late = |_| Broken::Unsent("no connection in time".to_owned());
    match address {
        Address::Unix(path) => {
            let connecting = timeout_at(deadline, connect_unix(path));
            talk(connecting.await.map_err(late)?.map_err(unsent)?, command, deadline).await
        }
        Address::Tcp(place) => {
            let connecting = timeout_at(deadline, TcpStream::connect(place));
            talk(connecting.await.map_err(late)?.map_err(unsent)?, command, deadline).await
        }
    }
}

/// Connects to a unix socket. Where its backlog is full the kernel says "try again" at once instead
/// of waiting; nothing has been sent then, so trying again is safe.
async fn connect_unix(path: &Path) -> std::io::Result<UnixStream> {
    loop {
        match UnixStream::connect(path).await {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                sleep(limits::HAPROXY_BACKLOG_PAUSE).await;
            }
            connected => return connected,
        }
    }
}

async fn talk<S>(mut stream: S, command: &str, deadline: Instant) -> Result<String, Broken>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if command.contains(['\n', '\r', ';']) {
        // Two commands on one line would have two answers, and the second may be anything.
        return Err(Broken::Unsent("not one command".to_owned()));
    }
    let line = format!("{command}\n");
    let exchange = async {
        let lost = |e: std::io::Error| Broken::Lost(e.to_string());
        stream.write_all(line.as_bytes()).await.map_err(lost)?;
        stream.flush().await.map_err(lost)?;
        let mut answer = Vec::new();
        let limit = limits::REPLY_BYTES_MAX as u64 + 1;
        stream.take(limit).read_to_end(&mut answer).await.map_err(lost)?;
        Ok(answer)
    };
    let answer = match timeout_at(deadline, exchange).await {
        Ok(answer) => answer?,
        Err(_) => return Err(Broken::Lost("no whole answer in time".to_owned())),
    };
    if answer.len() > limits::REPLY_BYTES_MAX {
        return Err(Broken::TooLarge);
    }
    if !answer.ends_with(b"\n") {
        return Err(Broken::Lost("the connection ended before the end of the line".to_owned()));
    }
    String::from_utf8(answer).map_err(|_| Broken::Lost("the answer is not text".to_owned()))
}
