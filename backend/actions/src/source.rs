//! What Prometheus says now, as one fresh number or the reason why there is none.

use std::time::Duration;

use prometheus::{Client, Error};

use crate::{limits, refusal::Code};

/// The Prometheus that guards and goals ask; none if none is configured.
#[derive(Clone, Debug)]
pub(crate) struct Source(pub(crate) Option<Client>);

/// One number, and how old the oldest sample behind it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) value: f64,
    /// Seconds, by the source's own clock; `None` if the query reads no series (`vector(1)`).
    pub(crate) age_seconds: Option<f64>,
}

/// Why there is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) code: Code,
    pub(crate) why: String,
    /// Whether the source itself is away, so that asking it again at once is of no use.
    pub(crate) away: bool,
}

impl Source {
    pub(crate) fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Reads a query's one number with the age of its samples, all within
    /// [`limits::SAMPLE_TIMEOUT`].
    pub(crate) async fn read(&self, promql: &str) -> Result<Reading, Trouble> {
        let Some(client) = &self.0 else {
            return Err(Trouble::away("no Prometheus is configured".to_owned()));
        };
        let answer = tokio::time::timeout(limits::SAMPLE_TIMEOUT, ask(client, promql)).await;
        answer.unwrap_or_else(|_| Err(Trouble::late(limits::SAMPLE_TIMEOUT)))
    }
}

/// Asks for the ages first: the value that is read after them is at least as new.
async fn ask(client: &Client, promql: &str) -> Result<Reading, Trouble> {
    let selectors = prometheus::promql::selectors(promql).map_err(|error| trouble(&error))?;
    let mut age_seconds: Option<f64> = None;
    for selector in selectors {
        let age = format!("max(time() - timestamp({selector}))");
        let age = client.instant_value(&age, None).await.map_err(|error| match error {
            Error::NoData => Trouble {
                code: Code::GuardEmpty,
                why: format!("there is no sample of {selector}"),
                away: false,
            },
            error => {
                let Trouble { code, why, away } = trouble(&error);
                Trouble { code, why: format!("the age of {selector}: {why}"), away }
            }
        })?;
        age_seconds = Some(age_seconds.map_or(age.value, |oldest| oldest.max(age.value)));
    }
    let answer = client.instant_value(promql, None).await.map_err(|error| trouble(&error))?;
    Ok(Reading { value: answer.value, age_seconds })
}

/// Translates a failure; its words name the cause: NaN, an infinity, warnings, another type, ….
fn trouble(error: &Error) -> Trouble {
    let code = match error {
        Error::NoData => Code::GuardEmpty,
        Error::Ambiguous { .. } => Code::GuardAmbiguous,
        _ => Code::GuardUnavailable,
    };
    let away = matches!(error, Error::Unavailable { .. } | Error::TimedOut { .. });
    Trouble { code, why: error.to_string(), away }
}

impl Trouble {
    fn away(why: String) -> Self {
        Self { code: Code::GuardUnavailable, why, away: true }
    }

    /// No full answer came in time.
    pub(crate) fn late(after: Duration) -> Self {
        let seconds = after.as_secs();
        Self::away(format!("Prometheus gave no full answer within {seconds} s"))
    }
}
