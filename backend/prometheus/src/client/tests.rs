//! Tests of the client against a server that answers bytes as they are.

mod server;

use std::io::Write as _;

use flate2::write::GzEncoder;
use jiff::Timestamp;

use self::server::{Answer, Server};
use super::*;
use crate::read::{Discard, Limit, Limits};

fn bounds() -> Limits {
    Limits {
        bytes: Limit::new("responseBytesLimit", 10_000),
        series: Limit::new("seriesLimit", 100),
        points: Limit::new("pointsLimit", 1000),
    }
}

fn client_of(server: &Server, change: impl FnOnce(&mut ClientConfig)) -> Client {
    let mut config = ClientConfig::new(server.url(), bounds());
    config.timeout = Duration::from_secs(5);
    change(&mut config);
    Client::new(config).unwrap()
}

fn vector(series: &str) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{series}]}}}}"#)
}

async fn value_of(answer: Answer) -> Result<InstantValue, Error> {
    let server = Server::start(vec![answer]).await;
    client_of(&server, |_| {}).instant_value("up", None).await
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_range_query_is_a_form_with_shortest_times() {
    let body =
        r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["w"]}"#;
    let server = Server::start(vec![Answer::json(200, body)]).await;
    let client = client_of(&server, |config| {
        let user = "u".to_owned();
        config.auth = Auth::Basic { user, password: "p".to_owned().into() };
    });
    let query = RangeQuery {
        expr: "up{a=\"b&c\"}".to_owned(),
        range: TimeRange::new(1_767_225_600_000, 1_767_225_660_500).unwrap(),
        step: Step::from_millis(15_000),
    };
    let summary = client.query_range(&query, &mut Discard).await.unwrap();
    assert_eq!(summary.warnings, ["w"]);
    let request = server.requests().await.remove(0);
    assert!(request.starts_with("POST /prefix/api/v1/query_range HTTP/1.1\r\n"), "{request}");
    assert!(request.to_lowercase().contains("authorization: basic dtpw\r\n"), "{request}");
    assert!(request.to_lowercase().contains("accept-encoding: identity\r\n"), "{request}");
    let form = "query=up%7Ba%3D%22b%26c%22%7D&start=1767225600&end=1767225660.5&step=15";
    assert!(request.ends_with(form), "{request}");
}

#[tokio::test]
async fn a_get_client_puts_the_query_into_the_url() {
    let server = Server::start(vec![Answer::json(200, &vector(""))]).await;
    let client = client_of(&server, |config| {
        config.method = HttpMethod::Get;
        config.auth = Auth::Bearer("token".to_owned().into());
    });
    let at = Timestamp::from_millisecond(1500).unwrap();
    let error = client.instant_value("1 + 1", Some(at)).await.unwrap_err();
    assert_eq!(error, Error::NoData);
    let request = server.requests().await.remove(0);
    assert!(request.starts_with("GET /prefix/api/v1/query?query=1+%2B+1&time=1.5 HTTP/1.1\r\n"));
    assert!(request.to_lowercase().contains("authorization: bearer token\r\n"));
}

#[tokio::test]
async fn one_number_is_a_value_and_everything_else_its_own_error() {
    let one = r#"{"metric":{"a":"b"},"value":[1,"2.5"]}"#;
    let value = value_of(Answer::json(200, &vector(one))).await.unwrap();
    assert_eq!((value.value.to_bits(), value.labels["a"].as_str()), (2.5_f64.to_bits(), "b"));
    let cases = [
        (vector(""), Error::NoData),
        (vector(&format!("{one},{one}")), Error::Ambiguous { series: 2 }),
        (vector(r#"{"metric":{},"value":[1,"NaN"]}"#), Error::NotANumber),
        (vector(r#"{"metric":{},"value":[1,"-Inf"]}"#), Error::Infinite),
        (
            vector(r#"{"metric":{},"histogram":[1,{"count":"1","sum":"1"}]}"#),
            Error::WrongType { found: "histogram" },
        ),
        (
            r#"{"status":"success","data":{"resultType":"string","result":[1,"2"]}}"#.to_owned(),
            Error::WrongType { found: "string" },
        ),
        (
            r#"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["w"]}"#
                .to_owned(),
            Error::Partial { warnings: vec!["w".to_owned()] },
        ),
    ];
    for (body, expect) in cases {
        assert_eq!(value_of(Answer::json(200, &body)).await, Err(expect));
    }
}

#[tokio::test]
async fn statuses_tell_a_prometheus_from_something_else() {
    let told = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
    for status in [400, 422, 503] {
        let expect = Error::Upstream {
            status,
            kind: "bad_data".to_owned(),
            message: "parse error".to_owned(),
        };
        assert_eq!(value_of(Answer::json(status, told)).await, Err(expect));
    }
    for (status, body) in [(400, "no json"), (401, "who"), (302, "moved"), (500, told)] {
        let expect = Error::Status { status, message: body.to_owned() };
        assert_eq!(value_of(Answer::json(status, body)).await, Err(expect));
    }
    let long = value_of(Answer::json(500, &"x".repeat(100_000))).await.unwrap_err();
    assert!(matches!(long, Error::Status { message, .. } if message.len() == 1024));
    let ok = value_of(Answer::json(200, "<html>")).await.unwrap_err();
    assert!(matches!(ok, Error::Malformed { .. }));
}

#[tokio::test]
async fn packed_answers_are_unpacked_as_they_come() {
    let body = vector(r#"{"metric":{},"value":[1,"2"]}"#);
    let value = value_of(Answer::gzip(&packed(&body))).await.unwrap();
    assert_eq!(value.value.to_bits(), 2_f64.to_bits());
    let mut cut = packed(&body);
    cut.truncate(cut.len() - 9);
    for bytes in [cut, b"no gzip".to_vec()] {
        let error = value_of(Answer::gzip(&bytes)).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
    }
    // A bomb is counted where it is unpacked.
    let bomb = packed(&format!("{{\"x\":\"{}\"}}", " ".repeat(5 << 20)));
    let server = Server::start(vec![Answer::gzip(&bomb)]).await;
    let error = client_of(&server, |_| {}).query("x", None, &mut Discard).await.unwrap_err();
    assert_eq!(error, Error::TooLarge { limit: "responseBytesLimit", max: 10_000 });
}

#[tokio::test]
async fn down_slow_and_cut_are_told_apart() {
    let server = Server::start(vec![]).await;
    let closed = server.closed().await;
    let client = Client::new(ClientConfig::new(closed, bounds())).unwrap();
    let error = client.instant_value("x", None).await.unwrap_err();
    let Error::Unavailable { message } = &error else { panic!("{error:?}") };
    assert!(message.contains("refused") && !message.contains("127.0.0.1:"), "{message}");

    let server = Server::start(vec![Answer::silence()]).await;
    let client = client_of(&server, |config| config.timeout = Duration::from_millis(50));
    let error = client.instant_value("x", None).await.unwrap_err();
    assert_eq!(error, Error::TimedOut { after: Duration::from_millis(50) });

    let error = value_of(Answer::json(200, &vector("")).cut()).await.unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
}

#[tokio::test]
async fn a_dropped_call_closes_its_connection() {
    let server = Server::start(vec![Answer::silence()]).await;
    let client = client_of(&server, |_| {});
    let call = client.instant_value("x", None);
    tokio::select! {
        _ = call => panic!("there is no answer"),
        () = server.asked() => {}
    }
    server.hung_up().await;
}

#[tokio::test]
async fn a_connection_that_broke_is_tried_once_more() {
    let good = Answer::json(200, &vector(r#"{"metric":{},"value":[1,"2"]}"#));
    let server = Server::start(vec![Answer::hang_up(), good]).await;
    assert!(client_of(&server, |_| {}).instant_value("x", None).await.is_ok());
    let server = Server::start(vec![Answer::hang_up(), Answer::hang_up()]).await;
    let error = client_of(&server, |_| {}).instant_value("x", None).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn health_asks_for_one_and_one() {
    let two = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#;
    let server = Server::start(vec![Answer::json(200, two)]).await;
    client_of(&server, |_| {}).health().await.unwrap();
}

#[test]
fn bad_configurations_are_named_without_their_values() {
    for url in
        ["ftp://secret", "http://user:secret@host", "http://host/?secret=1", "http://h/#secret"]
    {
        let config = ClientConfig::new(Url::parse(url).unwrap(), bounds());
        let error = Client::new(config).unwrap_err();
        assert!(matches!(error, Error::Config { field: "prometheusUrl", .. }));
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let mut config = ClientConfig::new(Url::parse("https://host").unwrap(), bounds());
    config.ca_cert_pem = Some("no certificate".to_owned());
    let error = Client::new(config).unwrap_err();
    assert!(matches!(error, Error::Config { field: "tlsCaCert", .. }));
}

#[test]
fn debug_shows_neither_secrets_nor_the_url() {
    let mut config = ClientConfig::new(Url::parse("http://secret-host").unwrap(), bounds());
    config.auth = Auth::Bearer("secret-token".to_owned().into());
    let client = Client::new(config).unwrap();
    assert!(!format!("{client:?}").contains("secret-"), "{client:?}");
}

#[test]
fn near_upstreams_are_not_asked_to_pack() {
    let encoding = |url: &str| ClientConfig::new(Url::parse(url).unwrap(), bounds()).encoding();
    for url in ["http://127.0.0.1", "http://[::1]", "http://prometheus:9090", "http://10.1.2.3"] {
        assert_eq!(encoding(url), "identity", "{url}");
    }
    for url in ["http://prometheus.example.org", "http://8.8.8.8", "http://[2001:db8::1]"] {
        assert_eq!(encoding(url), "gzip", "{url}");
    }
}
