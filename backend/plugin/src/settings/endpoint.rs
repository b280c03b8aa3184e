//! An upstream's address, which may itself be a secret.

use std::fmt;

use url::Url;

use super::Fault;

/// The address of an upstream; paths are only ever appended, never resolved against it.
#[derive(Clone)]
pub(crate) struct Endpoint {
    url: Url,
    public: bool,
}

impl Endpoint {
    /// Reads an address. `public` says that it stood in `jsonData`, which every viewer may read
    /// anyway.
    ///
    /// # Errors
    /// A fault of `field` for anything but a plain http(s) address.
    pub(super) fn parse(field: &str, text: &str, public: bool) -> Result<Self, Fault> {
        let fault = |why: &str| Fault::new(field, why);
        let url = Url::parse(text.trim())
            .map_err(|_| fault("this is no address: write it as in http://prometheus:9090"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(fault("the address must begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("the address must not hold a user or a password: use the settings"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault("the address must end before `?` and `#`"));
        }
        Ok(Self { url, public })
    }

    /// Returns the address with `path` (which begins with a slash) after its own.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        url
    }

    /// Returns the address as it was given.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Returns scheme, host and port, as assertions name their audience.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Returns what may be shown to people.
    pub(crate) fn shown(&self) -> String {
        if self.public { self.origin() } else { "its address in secureJsonData".to_owned() }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}
