//! The printed configuration, as promtool reads it.

use std::{collections::BTreeMap, process::Command};

use super::*;

const CONFIG: &str = "\
inventory:
  haproxy:
    - {name: lb, socket: /run/lb, backends: {web: web}, metrics_url: 'http://127.0.0.1:8404/metrics'}
sd:
  workers: {pools: [web]}
";

fn printed(more: &str, url: &str) -> String {
    let env = BTreeMap::<&str, &str>::new();
    let config =
        Config::parse(&format!("{more}{CONFIG}"), Path::new("leverframe.yaml"), &env).unwrap();
    text(&config, url, "15s", "5s").unwrap()
}

#[test]
fn the_path_of_discovery_is_the_route() {
    let text = printed("", "http://127.0.0.1:8642/ops");
    let url = format!("http://127.0.0.1:8642/ops{}", route::SD.url_path(&["workers"]));
    assert!(text.contains(&format!("- url: \"{url}\"")), "{text}");
    assert!(text.contains("metrics_path: \"/ops/metrics\""), "{text}");
    assert!(text.contains("targets: [\"127.0.0.1:8404\"]"), "{text}");
    assert!(!text.contains("credentials"), "{text}");
    assert!(printed("proxy: declared\n", "http://127.0.0.1:8642").contains("credentials_file"));
}

#[test]
fn promtool_accepts_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prometheus.yml");
    std::fs::write(&file, printed("", "http://127.0.0.1:8642")).unwrap();
    let checked = Command::new("promtool").args(["check", "config"]).arg(&file).output();
    let checked = checked.expect("promtool must be on the PATH: `cargo xtask test` installs it");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn durations_are_those_of_prometheus() {
    for good in ["15s", "1m30s", "500ms", "1h"] {
        assert!(is_duration(good), "{good}");
    }
    for bad in ["", "15", "s", "-1s", "1s}", "1 s"] {
        assert!(!is_duration(bad), "{bad}");
    }
}
