//! What the plugin's assertions are checked with.

use identity::{Verifier, assertion};
use secrecy::SecretString;

use super::Section;

/// The section `assertion`.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    /// `key_file`, `LEVERFRAME_ASSERTION_KEY_FILE` or the key itself in `LEVERFRAME_ASSERTION_KEY`:
    /// what the plugin has as `assertionKey`, at least 32 bytes. Needed by `serve`; `leverframe
    /// init` makes it.
    pub(crate) key: Option<SecretString>,
    /// `previous_key_file`, `LEVERFRAME_ASSERTION_PREVIOUS_KEY_FILE` or
    /// `LEVERFRAME_ASSERTION_PREVIOUS_KEY`: the key that is still accepted while plugins move to
    /// the new one. Default none.
    pub(crate) previous_key: Option<SecretString>,
    /// `origins`, `LEVERFRAME_ASSERTION_ORIGINS`: the origins under which plugins know the service.
    /// Default: the address it listens on, with `http`.
    pub(crate) origins: Vec<String>,
}

impl Assertion {
    /// Reads the section.
    pub(super) fn from(section: &Section<'_>) -> Self {
        let key = section.secret("key", "key_file");
        let previous = section.secret("previous_key", "previous_key_file");
        for (field, given) in [("key_file", &key), ("previous_key_file", &previous)] {
            if let Some(given) = given
                && let Err(error) = Verifier::new(&given.value, None)
            {
                section.fault(given.at.clone(), field, error);
            }
        }
        let mut origins = Vec::new();
        for given in section.texts("origins") {
            match assertion::origin(&given.value) {
                Ok(origin) => origins.push(origin),
                Err(error) => section.fault(given.at, "origins", error),
            }
        }
        section.done();
        let value = |given: Option<super::Given<SecretString>>| given.map(|given| given.value);
        Self { key: value(key), previous_key: value(previous), origins }
    }
}
