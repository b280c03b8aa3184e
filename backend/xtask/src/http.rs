//! A small HTTP/1.1 client for loopback: one request a connection.

mod chunked;

use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use chunked::Chunked;

/// How long an answer may stand still.
const READ_LIMIT: Duration = Duration::from_mins(1);
/// The longest answer that is taken.
const BODY_BYTES_MAX: u64 = 64 << 20;
/// The most header lines that are taken.
const HEADERS_MAX: usize = 100;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Response {
    /// The status code.
    pub(crate) status: u16,
    /// Header lines, names in lower case.
    headers: Vec<(String, String)>,
    /// The body as text.
    pub(crate) body: String,
}

impl Response {
    /// Returns a header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Returns the body as JSON, whatever the status.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("status {}, no JSON: {}", self.status, self.body))
    }

    /// Returns the body as JSON; fails on any status outside 2xx.
    pub(crate) fn ok(&self) -> Result<Value> {
        ensure!((200..300).contains(&self.status), "status {}: {}", self.status, self.body);
        self.json()
    }
}

/// Returns the answer to a GET.
pub(crate) fn get(url: &str) -> Result<Response> {
    Answer::to("GET", url, &[], "").and_then(Answer::whole).with_context(|| format!("GET {url}"))
}

/// Returns the answer to a POST of JSON.
pub(crate) fn post(url: &str, headers: &[(&str, &str)], body: &Value) -> Result<Response> {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    Answer::to("POST", url, &all, &body.to_string())
        .and_then(Answer::whole)
        .with_context(|| format!("POST {url}"))
}

/// Gets a stream of lines and hands each non-empty one to `take`, until it returns false.
pub(crate) fn lines(url: &str, mut take: impl FnMut(&str) -> Result<bool>) -> Result<()> {
    let answer = Answer::to("GET", url, &[], "")?;
    if answer.status != 200 {
        let whole = answer.whole()?;
        anyhow::bail!("GET {url}: status {}: {}", whole.status, whole.body);
    }
    for line in BufReader::new(answer.body).lines() {
        let line = line.with_context(|| format!("GET {url}"))?;
        if !line.trim().is_empty() && !take(line.trim())? {
            return Ok(());
        }
    }
    Ok(())
}

/// Percent-encodes a query parameter's value.
pub(crate) fn encode(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().fold(String::new(), |mut text, byte| {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.extend(["%", &format!("{byte:02X}")]);
        }
        text
    })
}

/// An answer whose body is still to be read.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Box<dyn Read>,
}

impl Answer {
    fn to(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Result<Self> {
        let rest = url.strip_prefix("http://").context("only http:// is spoken")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(authority).context("cannot connect")?;
        stream.set_read_timeout(Some(READ_LIMIT)).context("cannot set a limit")?;
        let mut head = format!("{method} /{path} HTTP/1.1\r\nhost: {authority}\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let length = body.len().to_string();
        head.extend(["content-length: ", &length, "\r\nconnection: close\r\n\r\n"]);
        stream.write_all(format!("{head}{body}").as_bytes()).context("cannot send")?;
        Self::read(BufReader::new(stream))
    }

    fn read(mut reader: impl BufRead + 'static) -> Result<Self> {
        let status_line = head_line(&mut reader)?;
        let status = status_line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.with_context(|| format!("no HTTP answer: {status_line:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = head_line(&mut reader)?;
            let Some((name, value)) = line.split_once(':') else { break };
            ensure!(headers.len() < HEADERS_MAX, "more than {HEADERS_MAX} headers");
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = find(&headers, "content-length").and_then(|text| text.parse::<u64>().ok());
        let body: Box<dyn Read> = if find(&headers, "transfer-encoding") == Some("chunked") {
            Box::new(Chunked::new(reader))
        } else {
            Box::new(reader.take(length.unwrap_or(BODY_BYTES_MAX)))
        };
        Ok(Self { status, headers, body })
    }

    fn whole(self) -> Result<Response> {
        let mut body = String::new();
        let read = self.body.take(BODY_BYTES_MAX).read_to_string(&mut body);
        read.context("the body broke off")?;
        Ok(Response { status: self.status, headers: self.headers, body })
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

fn head_line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    let read = reader.take(BODY_BYTES_MAX).read_line(&mut line).context("the answer broke off")?;
    ensure!(read > 0, "the answer broke off");
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[track_caller]
    fn check_body(answer: &str, expected: &str) {
        let whole = Answer::read(Cursor::new(answer.to_owned())).and_then(Answer::whole).unwrap();
        assert_eq!((whole.status, whole.body.as_str()), (200, expected));
    }

    #[test]
    fn a_body_is_read_by_length_by_chunks_or_to_the_end() {
        check_body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokXX", "ok");
        check_body("HTTP/1.1 200 OK\r\n\r\nto the end", "to the end");
        let chunks = "4\r\none \r\n3;x=1\r\ntwo\r\n0\r\n\r\n";
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        check_body(&format!("{head}{chunks}"), "one two");
    }

    #[test]
    fn a_chunked_body_that_breaks_off_is_an_error() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort";
        let answer = Answer::read(Cursor::new(text.to_owned())).unwrap();
        assert!(answer.whole().is_err());
    }

    #[test]
    fn a_value_is_encoded_for_a_query() {
        assert_eq!(encode("node/web-1 ü"), "node%2Fweb-1%20%C3%BC");
    }
}
