//! What the command line's HTTP clients take from the environment.

use secrecy::SecretString;

use super::env::Env;

/// Settings of the clients; options of the command line win over them.
#[derive(Clone, Debug)]
pub(crate) struct ClientEnv {
    /// `LEVERFRAME_URL`: where the service is. Default `http://127.0.0.1:8642`.
    pub(crate) url: Option<String>,
    /// `LEVERFRAME_TOKEN`: the API token. Default none.
    pub(crate) token: Option<SecretString>,
}

impl ClientEnv {
    /// Reads the environment.
    pub(crate) fn from(env: &impl Env) -> Self {
        let token = env.get("LEVERFRAME_TOKEN").map(|token| SecretString::from(token.trim()));
        Self { url: env.get("LEVERFRAME_URL"), token }
    }
}

/// How the log is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogEnv {
    /// `LEVERFRAME_LOG`: the filter, as in `info,leverframe=debug`. Default `info`.
    pub(crate) filter: String,
    /// `LEVERFRAME_LOG_FORMAT`: `text` or `json`. Default `text`.
    pub(crate) json: bool,
}

impl LogEnv {
    /// Reads the environment.
    pub(crate) fn from(env: &impl Env) -> Self {
        let filter = env.get("LEVERFRAME_LOG").unwrap_or_else(|| "info".to_owned());
        Self { filter, json: env.get("LEVERFRAME_LOG_FORMAT").as_deref() == Some("json") }
    }
}
