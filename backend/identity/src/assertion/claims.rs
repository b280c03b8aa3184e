//! What an assertion says.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{Error, Role};

/// Logins under which Grafana asks when nobody does: public dashboards and alert rules.
const NOBODY: [&str; 2] = ["service", "grafana_scheduler"];

/// The claims of an assertion. `Debug` leaves out the e-mail address and the `jti`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: Grafana's URL, or empty.
    pub iss: String,
    /// Audience: the service's origin.
    pub aud: String,
    /// Subject, see [`subject`].
    pub sub: String,
    /// The user's name.
    pub name: String,
    /// The user's e-mail address.
    pub email: String,
    /// Grafana's organisation.
    pub org: i64,
    /// The role in that organisation.
    pub role: Role,
    /// Uid of the datasource.
    pub ds: String,
    /// Issued at, in seconds of the Unix epoch.
    pub iat: i64,
    /// Expires at, in seconds of the Unix epoch.
    pub exp: i64,
    /// Unique id of the assertion.
    pub jti: String,
    /// The request's method.
    pub htm: String,
    /// The request's path as the plugin requested it, without origin and query.
    pub htu: String,
    /// The body's hash, see [`body_hash`].
    pub bh: String,
}

impl Claims {
    /// Returns the case-folded login; empty when nobody is signed in.
    pub fn login(&self) -> &str {
        login(&self.sub)
    }

    /// Tells whether a person asks: false for an empty login, public dashboards and alert rules.
    pub fn is_person(&self) -> bool {
        is_person(&self.sub)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("iss", &self.iss)
            .field("aud", &self.aud)
            .field("sub", &self.sub)
            .field("role", &self.role)
            .field("ds", &self.ds)
            .field("exp", &self.exp)
            .field("htm", &self.htm)
            .field("htu", &self.htu)
            .finish_non_exhaustive()
    }
}

/// Returns the subject of a Grafana user: `grafana:<org>:<case-folded login>`.
pub fn subject(org: i64, login: &str) -> String {
    format!("grafana:{org}:{}", login.to_lowercase())
}

/// Tells whether nobody is signed in behind this login: it is empty (an anonymous visitor), or one
/// that Grafana uses for public dashboards and alert rules, in any case of letters.
pub fn is_nobody_login(login: &str) -> bool {
    let login = login.trim();
    login.is_empty() || NOBODY.iter().any(|nobody| nobody.eq_ignore_ascii_case(login))
}

/// Tells whether a person stands behind a Grafana subject.
pub(crate) fn is_person(subject: &str) -> bool {
    !is_nobody_login(login(subject))
}

fn login(subject: &str) -> &str {
    subject.strip_prefix("grafana:").and_then(|rest| rest.split_once(':')).map_or("", |(_, l)| l)
}

/// Returns the origin (`scheme://host[:port]`, default ports left out) of an http(s) address.
///
/// # Errors
/// [`Error::NoOrigin`] for any other text.
pub fn origin(address: &str) -> Result<String, Error> {
    let url = Url::parse(address).map_err(|_| Error::NoOrigin)?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url.origin().ascii_serialization()),
        _ => Err(Error::NoOrigin),
    }
}

/// Returns the hash that binds an assertion to a body: SHA-256 as base64url without padding; of
/// zero bytes when there is no body.
pub fn body_hash(body: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(body))
}
