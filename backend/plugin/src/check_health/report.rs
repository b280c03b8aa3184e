//! The findings in the shape that Grafana shows: a short message, and a line for each upstream
//! behind *Details*.

use serde::Serialize;

use crate::{
    proto::pluginv2::{CheckHealthResponse, check_health_response::HealthStatus},
    settings::Settings,
};

/// How an upstream was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It answers.
    Ok,
    /// It does not, or cannot be asked.
    Failed,
    /// Nobody wants it.
    NotConfigured,
}

/// One upstream.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    /// `prometheus`, `service` or `node-api/<name>`.
    pub(super) name: String,
    /// How it was found.
    pub(super) state: State,
    /// What was seen.
    pub(super) message: String,
    /// What to do; empty if nothing.
    pub(super) hint: String,
}

/// The findings.
pub(super) struct Report {
    lines: Vec<Line>,
    others: Vec<String>,
    warnings: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    message: &'a str,
    verbose_message: String,
    upstreams: &'a [Line],
}

impl Report {
    /// Makes a report of the upstreams' lines and of the settings that belong to none.
    pub(super) fn new(settings: &Settings, lines: Vec<Line>) -> Self {
        let mut others: Vec<_> = settings.others.0.iter().map(ToString::to_string).collect();
        if let Err(faults) = &settings.queries {
            others.push(format!("{faults}: all queries are refused"));
        }
        Self { lines, others, warnings: settings.warnings.clone() }
    }

    /// Answers a call without a datasource: nothing is known and nothing is named.
    pub(super) fn unknown() -> CheckHealthResponse {
        CheckHealthResponse {
            status: HealthStatus::Unknown.into(),
            message: "health is known only of a data source".to_owned(),
            json_details: bytes::Bytes::new(),
        }
    }

    /// Returns the answer.
    pub(super) fn into_response(self) -> CheckHealthResponse {
        let message = self.message();
        let failed = self.failed().next().is_some() || !self.others.is_empty();
        let hints = self.failed().map(|line| line.hint.as_str()).filter(|hint| !hint.is_empty());
        let details = Details {
            message: hints.chain(self.warnings.iter().copied()).next().unwrap_or_default(),
            verbose_message: self.verbose(),
            upstreams: &self.lines,
        };
        CheckHealthResponse {
            status: if failed { HealthStatus::Error } else { HealthStatus::Ok }.into(),
            // Strings alone cannot fail to become JSON; without details the message still stands.
            json_details: serde_json::to_vec(&details).unwrap_or_default().into(),
            message,
        }
    }

    fn failed(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.state == State::Failed)
    }

    fn message(&self) -> String {
        let names: Vec<_> = self.failed().map(|line| line.name.as_str()).collect();
        if !names.is_empty() {
            return format!(
                "{} of {} failed: {}",
                names.len(),
                self.configured(),
                names.join(", ")
            );
        }
        if let Some(first) = self.others.first() {
            return first.clone();
        }
        match self.configured() {
            0 => "Works, but nothing is configured yet: set prometheusUrl or serviceUrl".to_owned(),
            1 => "Works: the one configured upstream answers".to_owned(),
            count => format!("Works: all {count} configured upstreams answer"),
        }
    }

    fn configured(&self) -> usize {
        self.lines.iter().filter(|line| line.state != State::NotConfigured).count()
    }

    fn verbose(&self) -> String {
        let upstreams = self.lines.iter().map(|line| {
            let hint =
                if line.hint.is_empty() { String::new() } else { format!(" ({})", line.hint) };
            format!("{}: {}{hint}", line.name, line.message)
        });
        let others = self.others.iter().map(|fault| format!("settings: {fault}"));
        let warnings = self.warnings.iter().map(|text| format!("warning: {text}"));
        upstreams.chain(others).chain(warnings).collect::<Vec<_>>().join("\n")
    }
}
