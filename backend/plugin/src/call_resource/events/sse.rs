//! Server-sent events out of any split of the bytes; only `data:` matters here.

use std::collections::VecDeque;

use crate::limits::EVENT_BYTES_MAX;

/// What has arrived and not been taken yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: String,
    ready: VecDeque<String>,
    after_return: bool,
}

impl Events {
    /// Takes the next bytes. Returns false when an event is over the limit or is no UTF-8.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    if !self.end_line() {
                        return false;
                    }
                }
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > EVENT_BYTES_MAX {
                return false;
            }
        }
        true
    }

    /// Returns the data of the next whole event.
    pub(super) fn next(&mut self) -> Option<String> {
        self.ready.pop_front()
    }

    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            if !self.data.is_empty() {
                self.ready.push_back(std::mem::take(&mut self.data));
            }
            return true;
        }
        let Some(data) = line.strip_prefix(b"data:") else { return true };
        let Ok(data) = std::str::from_utf8(data.strip_prefix(b" ").unwrap_or(data)) else {
            return false;
        };
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(data);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        ": hello\n\nid: 1\nevent: run\ndata: {\"a\":\r\ndata:1}\r\n\r\ndata: ä\n\ndata: cut";

    #[test]
    fn any_split_gives_the_same_events() {
        for size in 1..=TEXT.len() {
            let mut events = Events::default();
            for piece in TEXT.as_bytes().chunks(size) {
                assert!(events.feed(piece));
            }
            let got: Vec<_> = std::iter::from_fn(|| events.next()).collect();
            assert_eq!(got, ["{\"a\":\n1}", "ä"], "{size}");
        }
    }

    #[test]
    fn an_endless_event_is_given_up() {
        let mut events = Events::default();
        let line = [b"data: ".as_slice(), &vec![b'x'; EVENT_BYTES_MAX / 2], b"\n"].concat();
        assert!(events.feed(&line));
        assert!(!events.feed(&line));
        assert!(!Events::default().feed(&vec![b'x'; EVENT_BYTES_MAX + 1]));
    }
}
