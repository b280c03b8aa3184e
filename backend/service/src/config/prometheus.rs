//! The Prometheus that guards and goals ask.

use secrecy::SecretString;
use url::Url;

use super::{Given, Section};

/// The section `prometheus`.
#[derive(Clone, Debug)]
pub(crate) struct Prometheus {
    /// `url`, `LEVERFRAME_PROMETHEUS_URL`: its address, as in `http://127.0.0.1:9090`. Without it
    /// every guard and every goal is unreadable, and such actions are refused.
    pub(crate) url: Url,
    /// `user`, `LEVERFRAME_PROMETHEUS_USER`: the user for HTTP's basic authentication. Default
    /// none.
    pub(crate) user: Option<String>,
    /// `password_file`, `LEVERFRAME_PROMETHEUS_PASSWORD_FILE` or `LEVERFRAME_PROMETHEUS_PASSWORD`.
    /// Default none.
    pub(crate) password: Option<SecretString>,
    /// `token_file`, `LEVERFRAME_PROMETHEUS_TOKEN_FILE` or `LEVERFRAME_PROMETHEUS_TOKEN`: a bearer
    /// token instead of user and password. Default none.
    pub(crate) token: Option<SecretString>,
}

impl Prometheus {
    /// Reads the section; `None` if Prometheus is not configured.
    pub(super) fn from(section: &Section<'_>) -> Option<Self> {
        let url = http_url(section, "url");
        let user = section.text("user");
        let password = section.secret("password", "password_file");
        let token = section.secret("token", "token_file");
        section.done();
        if let (Some(token), Some(_)) = (&token, &user) {
            section.fault(
                token.at.clone(),
                "token_file",
                "give either a token or a user, not both",
            );
        }
        if let (Some(password), None) = (&password, &user) {
            section.fault(password.at.clone(), "password_file", "needs a `user`");
        }
        let url_missing = !section.gives("url");
        if url_missing
            && let Some(at) = user.as_ref().map(|given| &given.at).or(token.as_ref().map(|t| &t.at))
        {
            section.fault(at.clone(), "url", "is missing: write it as in http://127.0.0.1:9090");
        }
        Some(Self {
            url: url?.value,
            user: user.map(|given| given.value),
            password: password.map(|given| given.value),
            token: token.map(|given| given.value),
        })
    }
}

/// Reads an `http` or `https` address without user, query and fragment.
pub(super) fn http_url(section: &Section<'_>, field: &'static str) -> Option<Given<Url>> {
    let given = section.text(field)?;
    let why = match Url::parse(&given.value) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
            "must be http or https"
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "must not hold a user or password: put them into their own fields"
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            "must not hold a query or a fragment"
        }
        Ok(url) => return Some(Given { value: url, at: given.at }),
        Err(_) => "is no address: write it as in http://127.0.0.1:9090",
    };
    section.fault(given.at, field, why);
    None
}
