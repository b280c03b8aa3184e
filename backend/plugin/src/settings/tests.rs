//! Which settings are taken, and how wrong ones are named.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::*;
use crate::proto::pluginv2::DataSourceInstanceSettings;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn instance(json: &Value, secure: &[(&str, &str)]) -> DataSourceInstanceSettings {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    DataSourceInstanceSettings {
        json_data: json.to_string().into(),
        decrypted_secure_json_data: secure.iter().map(pair).collect(),
        ..Default::default()
    }
}

fn settings(json: &Value, secure: &[(&str, &str)]) -> Settings {
    read(&instance(json, secure))
}

#[track_caller]
fn names<T: std::fmt::Debug>(part: Part<T>, fields: &[&str]) {
    let faults = part.unwrap_err();
    let found: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(found, fields, "{faults}");
}

#[test]
fn nothing_configured_is_no_fault() {
    for json in [json!({}), json!(null), json!({"prometheusUrl": "", "nodeApis": null})] {
        let read = settings(&json, &[("assertionKey", "")]);
        assert!(matches!(read.prometheus, Ok(None)) && matches!(read.service, Ok(None)));
        assert!(read.queries.is_ok() && read.others.0.is_empty() && read.node_apis.is_empty());
    }
}

#[test]
fn everything_set_is_read() {
    let json = json!({
        "prometheusUrl": "http://prom:9090/sub/", "prometheusUser": 12,
        "serviceUrl": "https://lever",
        "timeInterval": "15s", "timeoutSeconds": "7", "httpMethod": "get", "acceptEncoding": "gzip",
        "frameLayout": "multi", "cacheBytes": 0, "seriesLimit": 10, "responseBytesLimit": 1000,
        "enforcedMatchers": [], "url": "ignored", "unknown": {"deep": true},
        "nodeApis": [{"name": "demo", "url": "http://n:1", "paths": ["/nodes", "/v1/nodes"]}],
    });
    let secure = [
        ("assertionKey", KEY),
        ("prometheusPassword", "p"),
        ("nodeApi.demo.token", "t"),
        ("unknown", "x"),
    ];
    let read = settings(&json, &secure);
    assert!(read.queries.is_ok() && read.others.0.is_empty());
    let prometheus = read.prometheus.unwrap().unwrap();
    assert_eq!(prometheus.endpoint.join("/api").as_str(), "http://prom:9090/sub/api");
    assert!(matches!(prometheus.login, Login::Basic(user, _) if user == "12"));
    assert_eq!(prometheus.timeout, Duration::from_secs(7));
    assert_eq!((prometheus.series_limit, prometheus.bytes_limit), (10, 1000));
    assert_eq!(prometheus.interval.as_deref(), Some("15s"));
    assert_eq!((prometheus.method, prometheus.encoding), (HttpMethod::Get, Encoding::Gzip));
    assert_eq!(read.service.unwrap().unwrap().endpoint.origin(), "https://lever");
    let (name, api) = &read.node_apis[0];
    let api = api.as_ref().unwrap();
    assert_eq!((name.as_str(), api.paths.len(), api.bytes_limit), ("demo", 2, 1000));
    assert!(matches!(api.login, Login::Bearer(_)));
}

#[test]
fn every_wrong_field_is_named_and_stops_only_what_needs_it() {
    let json = json!({
        "prometheusUrl": "prom:9090", "timeInterval": "soon", "httpMethod": "PUT",
        "acceptEncoding": 3, "seriesLimit": 0, "prometheusUser": ["x"], "serviceUrl": "http://lever",
    });
    let read = settings(&json, &[("assertionKey", KEY)]);
    let wrong = [
        "prometheusUrl",
        "prometheusUser",
        "timeInterval",
        "httpMethod",
        "acceptEncoding",
        "seriesLimit",
    ];
    names(read.prometheus, &wrong);
    assert!(read.service.unwrap().is_some());
    assert!(read.queries.is_ok());
}

#[test]
fn what_all_upstreams_need_stops_all_of_them() {
    let json = json!({
        "prometheusUrl": "http://p", "serviceUrl": "http://s", "timeoutSeconds": 0,
        "nodeApis": [{"name": "a", "url": "http://n", "paths": ["/x"]}],
    });
    let read = settings(&json, &[("assertionKey", KEY), ("tlsCaCert", "no certificate")]);
    names(read.prometheus, &["timeoutSeconds", "tlsCaCert"]);
    names(read.service, &["timeoutSeconds", "tlsCaCert"]);
    names(read.node_apis[0].1.clone(), &["timeoutSeconds", "tlsCaCert"]);
}

#[test]
fn what_is_not_built_is_refused() {
    for value in [json!(["a=\"b\""]), json!("{a=\"b\"}"), json!(true), json!({"a": "b"}), json!(1)]
    {
        names(settings(&json!({ "enforcedMatchers": value }), &[]).queries, &["enforcedMatchers"]);
    }
    let json = json!({"prometheusUrl": "http://p", "frameLayout": "wide", "cacheBytes": 1});
    names(settings(&json, &[]).prometheus, &["frameLayout", "cacheBytes"]);
    let json = json!({"prometheusUrl": "http://p", "frameLayout": "auto", "cacheBytes": "0"});
    assert!(settings(&json, &[]).prometheus.is_ok());
}

#[test]
fn an_address_may_be_a_secret_but_not_in_both_places() {
    let secure = [
        ("prometheusUrl", "http://hidden:1"),
        ("serviceUrl", "http://hidden:2"),
        ("nodeApi.a.url", "http://hidden:3"),
        ("assertionKey", KEY),
    ];
    let apis = json!([{"name": "a", "paths": ["/x"]}]);
    let read = settings(&json!({ "nodeApis": apis }), &secure);
    let prometheus = read.prometheus.unwrap().unwrap();
    assert_eq!(prometheus.endpoint.url().as_str(), "http://hidden:1/");
    assert!(!prometheus.endpoint.shown().contains("hidden"));
    assert!(read.service.is_ok() && read.node_apis[0].1.is_ok());
    let twice = json!({"prometheusUrl": "http://open:1", "serviceUrl": "http://hidden:2"});
    let read = settings(&twice, &secure);
    names(read.prometheus, &["prometheusUrl"]);
    names(read.service, &["serviceUrl"]);
}

#[test]
fn addresses_with_more_than_an_address_are_refused() {
    for url in [
        "ftp://p",
        "http://",
        "http://u:p@p",
        "http://u@p",
        "http://p/?x=1",
        "http://p/#x",
        "/x",
        "javascript:alert(1)",
        "p:9090",
    ] {
        names(settings(&json!({ "prometheusUrl": url }), &[]).prometheus, &["prometheusUrl"]);
    }
}

#[test]
fn a_service_needs_a_key_that_is_long_enough() {
    let json = json!({"serviceUrl": "http://s"});
    names(settings(&json, &[]).service, &["assertionKey"]);
    names(settings(&json, &[("assertionKey", "short")]).service, &["assertionKey"]);
    names(settings(&json, &[("assertionKey", &format!("{KEY}\n"))]).service, &["assertionKey"]);
}

#[test]
fn logins_that_contradict_are_refused() {
    let json = json!({"prometheusUrl": "http://p", "prometheusUser": "u"});
    let both = [("prometheusPassword", "p"), ("prometheusToken", "t")];
    names(settings(&json, &both).prometheus, &["prometheusToken"]);
    let json = json!({"prometheusUrl": "http://p"});
    names(settings(&json, &both[..1]).prometheus, &["prometheusUser"]);
}

#[test]
fn one_wrong_node_api_does_not_stop_the_others() {
    let json = json!({"nodeApis": [
        {"name": "good", "url": "http://n", "paths": ["/x"]},
        {"name": "no-url", "paths": ["/x"]},
        {"name": "paths", "url": "http://n", "paths": ["/a/../b"]},
        {"name": "good", "url": "http://n", "paths": ["/x"]},
        {"name": "a b"},
        7,
    ]});
    let read = settings(&json, &[]);
    assert!(read.node_apis[0].1.is_ok());
    names(read.node_apis[1].1.clone(), &["nodeApis[1].url"]);
    names(read.node_apis[2].1.clone(), &["nodeApis[2].paths"]);
    names::<()>(Err(read.others), &["nodeApis[3].name", "nodeApis[4].name", "nodeApis[5].name"]);
    for list in [json!({}), json!("x"), json!(vec![json!({}); 33])] {
        names::<()>(Err(settings(&json!({ "nodeApis": list }), &[]).others), &["nodeApis"]);
    }
}

#[test]
fn only_plain_paths_can_be_listed() {
    let read = |path: &str| {
        let api = json!({"name": "a", "url": "http://n", "paths": [path]});
        settings(&json!({ "nodeApis": [api] }), &[]).node_apis.remove(0).1.is_ok()
    };
    assert!(read("/nodes") && read("/") && read("/v1/nodes.json"));
    for path in ["", "nodes", "/..", "/a/./b", "/a?x", "/a#x", "/%2e%2e/x", "/a b", "/a\\..\\b"] {
        assert!(!read(path), "{path}");
    }
}

#[test]
fn grafanas_own_fields_are_warned_of() {
    let mut source = instance(&json!({"httpHeaderName1": "X"}), &[]);
    source.url = "http://open".to_owned();
    assert_eq!(read(&source).warnings.len(), 2);
    for door in [
        json!({"httpHeaderName2": "X"}),
        json!({"tlsSkipVerify": true}),
        json!({"tlsAuthWithCACert": true}),
        json!({"basicAuthUser": "u"}),
        json!({"oauthPassThru": true}),
    ] {
        assert_eq!(settings(&door, &[]).warnings.len(), 1, "{door}");
    }
    let closed = json!({"tlsAuth": false, "oauthPassThru": false, "basicAuthUser": "", "http": 1});
    assert!(settings(&closed, &[("tlsCaCert", "x")]).warnings.is_empty());
}

#[test]
fn json_data_that_is_no_object_is_named_and_stops_all_queries() {
    for json in [json!([]), json!(7)] {
        names(settings(&json, &[]).queries, &["jsonData"]);
    }
    let broken = DataSourceInstanceSettings { json_data: "{".into(), ..Default::default() };
    names(read(&broken).queries, &["jsonData"]);
}

#[test]
fn no_secret_is_shown() {
    let json = json!({
        "prometheusUrl": "http://p", "prometheusUser": "u",
        "nodeApis": [{"name": "a", "url": "http://n", "paths": ["/x"]}],
    });
    let planted: HashMap<&str, &str> = HashMap::from([
        ("assertionKey", "PLANTED-key-0123456789abcdef0123456789"),
        ("prometheusPassword", "PLANTED-password"),
        ("nodeApi.a.token", "PLANTED-token"),
        ("serviceUrl", "http://PLANTED.example"),
    ]);
    let secure: Vec<_> = planted.into_iter().collect();
    let good = settings(&json, &secure);
    assert!(good.service.is_ok() && good.prometheus.is_ok() && good.node_apis[0].1.is_ok());
    let broken: Vec<_> = secure
        .iter()
        .map(|(name, value)| (*name, format!("{value}\r\n")))
        .chain([("tlsCaCert", "PLANTED-certificate".to_owned())])
        .collect();
    let broken: Vec<_> = broken.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let bad = settings(&json, &broken);
    let shown = format!("{good:#?}{bad:#?}{:?}", bad.service.as_ref().unwrap_err().to_string());
    assert!(!shown.to_lowercase().contains("planted"), "{shown}");
}
