//! The only door to the environment: a trait, so that tests pass a map.

use std::collections::BTreeMap;

/// Prefix of every variable.
pub(crate) const PREFIX: &str = "LEVERFRAME_";

/// A set of environment variables.
pub(crate) trait Env {
    /// Returns the value of `name`; unset, empty or not UTF-8 is `None`.
    fn get(&self, name: &str) -> Option<String>;
}

/// The environment of the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessEnv;

impl Env for ProcessEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

impl Env for BTreeMap<&str, &str> {
    fn get(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| (*value).to_owned()).filter(|value| !value.is_empty())
    }
}
