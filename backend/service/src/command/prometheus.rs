//! `leverframe config prometheus`: a Prometheus configuration that finds its targets at this
//! service.

use std::{fmt::Write as _, path::Path};

use api::route;
use identity::assertion::origin;
use url::Url;

use super::Fault;
use crate::{
    config::{Config, ProcessEnv},
    exit::Exit,
    terminal::say,
};

/// Prints the configuration.
pub(crate) fn run(
    file: &Path,
    url: Option<&str>,
    interval: &str,
    refresh: &str,
) -> Result<Exit, Fault> {
    let config = Config::load(file, &ProcessEnv)
        .map_err(|faults| Fault::new(Exit::Config, faults.to_string()))?;
    for (option, given) in [("--interval", interval), ("--refresh", refresh)] {
        if !is_duration(given) {
            let text = format!("{option} `{given}` is no duration: write it as in 15s or 1m30s");
            return Err(Fault::new(Exit::Usage, text));
        }
    }
    let url = match url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if config.listen.address.port() == 0
            || config.listen.address.ip().is_unspecified() =>
        {
            return Err(Fault::new(
                Exit::Usage,
                "`listen` does not say where Prometheus reaches the service: give --url",
            ));
        }
        None => format!("http://{}{}", config.listen.address, config.listen.base_path),
    };
    origin(&url).map_err(|error| Fault::new(Exit::Usage, format!("--url: {error}")))?;
    say(text(&config, &url, interval, refresh)?.trim_end());
    Ok(Exit::Succeeded)
}

/// Prometheus' durations: digits with units, largest first.
fn is_duration(text: &str) -> bool {
    let unit = |c: char| "smhdwy".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(unit)
        && text.chars().all(|c| c.is_ascii_digit() || unit(c))
}

fn text(config: &Config, url: &str, interval: &str, refresh: &str) -> Result<String, Fault> {
    let mut out = String::from("# Made by `leverframe config prometheus`.\n");
    let mut line = |text: &str| {
        // Writing into a String cannot fail.
        writeln!(out, "{text}").ok();
    };
    line("global:");
    line(&format!("  scrape_interval: {interval}"));
    line("scrape_configs:");
    let own = Url::parse(url).map_err(|error| Fault::new(Exit::Usage, error.to_string()))?;
    let open = config.listen.is_private();
    job(
        &mut line,
        "leverframe",
        &own,
        &format!("{}{}", own.path().trim_end_matches('/'), route::METRICS.path),
    );
    if !open {
        credentials(&mut line, "    ");
    }
    for name in config.sd.keys() {
        // The path is the route that is mounted, never a text of its own.
        let path = route::SD.url_path(&[name]);
        line(&format!("  - job_name: {}", quoted(name)));
        line("    http_sd_configs:");
        line(&format!("      - url: {}", quoted(&format!("{url}{path}"))));
        line(&format!("        refresh_interval: {refresh}"));
        if !open {
            credentials(&mut line, "        ");
        }
        line("    relabel_configs:");
        for label in ["node", "pool"] {
            line(&format!("      - source_labels: [__meta_leverframe_{label}]"));
            line(&format!("        target_label: {label}"));
        }
    }
    for haproxy in &config.inventory.haproxy {
        if let Some(metrics) = &haproxy.metrics_url {
            job(&mut line, &format!("haproxy-{}", haproxy.name), metrics, metrics.path());
        }
    }
    Ok(out)
}

fn job(line: &mut impl FnMut(&str), name: &str, url: &Url, path: &str) {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    line(&format!("  - job_name: {}", quoted(name)));
    line(&format!("    scheme: {}", url.scheme()));
    line(&format!("    metrics_path: {}", quoted(path)));
    line("    static_configs:");
    line(&format!("      - targets: [{}]", quoted(&format!("{host}:{port}"))));
}

/// Off loopback the routes ask for a token; which file holds it is the site's to say.
fn credentials(line: &mut impl FnMut(&str), indent: &str) {
    line(&format!("{indent}authorization:"));
    line(&format!("{indent}  credentials_file: /etc/prometheus/leverframe.token"));
}

/// Writes a YAML string; JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
