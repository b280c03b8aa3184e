//! Where a stream ends.

use std::sync::Arc;

use super::*;
use crate::metrics::Metrics;

async fn lines(text: &'static str) -> Vec<String> {
    let mut source = Source {
        response: http::Response::new(text).into(),
        events: Events::default(),
        after: 1,
        deadline: Instant::now() + EVENTS_LASTING_MAX,
        over: false,
        _place: Arc::new(Places::default()).take(String::new()).unwrap(),
        _open: Metrics::new().open_stream(),
    };
    let mut lines = Vec::new();
    while let Some(line) = source.next_line().await {
        lines.push(String::from_utf8(line.to_vec()).unwrap());
    }
    lines
}

#[tokio::test]
async fn a_stream_ends_with_the_last_event_or_the_first_that_cannot_be_read() {
    let known = "data: {\"seq\":1,\"state\":\"queued\"}\n\n";
    assert!(lines(known).await.is_empty());
    let (next, last) =
        ("{\"seq\":2,\"state\":\"running\"}\n", "{\"seq\":3,\"state\":\"succeeded\"}\n");
    let whole = "data: {\"seq\":2,\"state\":\"running\"}\n\ndata: {\"seq\":3,\"state\":\"succeeded\"}\n\n\
                 data: {\"seq\":4,\"state\":\"running\"}\n\n";
    assert_eq!(lines(whole).await, [next, last]);
    for broken in [
        "data: {\"seq\":2,\"state\":\"running\"}\n\ndata: {\"seq\":3,\"state\":\"napping\"}\n\n\
         data: {\"seq\":4,\"state\":\"running\"}\n\n",
        "data: {\"seq\":2,\"state\":\"running\"}\n\ndata: {\"seq\":\n\n\
         data: {\"seq\":4,\"state\":\"succeeded\"}\n\n",
    ] {
        assert_eq!(lines(broken).await, [next], "{broken}");
    }
}
