//! The configuration: what is read, and that every fault is told at once with its place.

use std::{collections::BTreeMap, path::Path};

use secrecy::ExposeSecret as _;

use super::*;

const KEY: &str = "0123456789abcdef0123456789abcdef-canary";

fn parse(text: &str, env: &BTreeMap<&str, &str>) -> Result<Config, String> {
    Config::parse(text, Path::new("leverframe.yaml"), env).map_err(|faults| faults.to_string())
}

#[test]
fn an_empty_file_has_the_defaults() {
    let config = parse("", &BTreeMap::new()).unwrap();
    assert_eq!(config.listen.address.to_string(), "127.0.0.1:8642");
    assert!(config.listen.is_private());
    assert_eq!(config.data, Path::new("data"));
    assert!(config.prometheus.is_none() && config.assertion.key.is_none());
    assert_eq!(config.inventory.poll.as_secs(), 2);
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let text = "\
listen: 0.0.0.0:80
proxy: maybe
lisen: x
prometheus:
  url: ftp://a
  password: secret
inventory:
  poll: 1h
  haproxy:
    - name: lb
      socket: nowhere
    - socket: /run/x
      backends: {web: web}
      id_from: luck
  node_apis:
    - name: host
      url: http://127.0.0.1:1
      mapping: {id: '$[', states: {gone: away}}
sd:
  workers: {port: 0, scheme: gopher}
grants: {stop: [ada], approver: [ada]}
limits: {streams: many}
";
    let env = BTreeMap::from([("LEVERFRAME_LIMITS_REQUESTS", "0")]);
    insta::assert_snapshot!(parse(text, &env).unwrap_err());
}

#[test]
fn a_variable_wins_over_the_file() {
    let env = BTreeMap::from([
        ("LEVERFRAME_LISTEN", "127.0.0.1:0"),
        ("LEVERFRAME_HOSTS", "ops.test, Lever.Test"),
        ("LEVERFRAME_ASSERTION_KEY", KEY),
        ("LEVERFRAME_PROMETHEUS_URL", "http://prom:9090"),
        ("LEVERFRAME_LIMITS_STREAMS", "7"),
    ]);
    let config = parse("listen: 127.0.0.1:1\nlimits: {streams: 9}\n", &env).unwrap();
    assert_eq!(config.listen.address.port(), 0);
    assert_eq!(config.listen.hosts, ["ops.test", "lever.test"]);
    assert_eq!(config.assertion.key.unwrap().expose_secret(), KEY);
    assert_eq!(config.prometheus.unwrap().url.as_str(), "http://prom:9090/");
    assert_eq!(config.limits.streams, 7);
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["key", "password", "token"] {
        fs::write(folder.path().join(name), format!("{KEY}\n")).unwrap();
    }
    let text = "\
assertion: {key_file: key, previous_key_file: key}
prometheus: {url: 'http://p', user: ada, password_file: password}
inventory:
  node_apis: [{name: a, url: 'http://a', token_file: token}]
";
    let file = folder.path().join("leverframe.yaml");
    let config = Config::parse(text, &file, &BTreeMap::new()).unwrap();
    assert_eq!(config.assertion.key.as_ref().unwrap().expose_secret(), KEY);
    assert_eq!(config.inventory.node_apis[0].token.as_ref().unwrap().expose_secret(), KEY);
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn a_short_key_and_a_missing_secret_file_are_faults() {
    let env = BTreeMap::from([("LEVERFRAME_ASSERTION_KEY", "short")]);
    let text = "assertion: {previous_key_file: /nowhere/key}\n";
    let faults = parse(text, &env).unwrap_err();
    assert!(faults.contains("LEVERFRAME_ASSERTION_KEY: assertion.key_file: "), "{faults}");
    assert!(faults.contains("leverframe.yaml:1:32: assertion.previous_key_file: "), "{faults}");
    assert!(!faults.contains("short\u{60}"), "{faults}");
}

#[test]
fn off_loopback_a_proxy_must_be_declared() {
    assert!(parse("listen: 192.0.2.1:8642\n", &BTreeMap::new()).is_err());
    let nameless = parse("listen: 0.0.0.0:8642\nproxy: declared\n", &BTreeMap::new());
    assert!(nameless.unwrap_err().contains("hosts: is missing"));
    let config =
        parse("listen: 0.0.0.0:8642\nproxy: declared\nhosts: [ops.test]\n", &BTreeMap::new())
            .unwrap();
    assert!(!config.listen.is_private());
    let config = parse("proxy: declared\n", &BTreeMap::new()).unwrap();
    assert!(!config.listen.is_private(), "a proxy on this machine brings strangers");
}
