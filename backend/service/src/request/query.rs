//! Reads a query string strictly: an unknown or repeated name is refused, so that a typo never
//! widens a list.

use api::ProblemCode;
use http::Uri;
use url::form_urlencoded;

use crate::problem::Refused;

/// The pairs of a query string.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of `uri`; only `known` names may stand in it.
    pub(crate) fn of(uri: &Uri, known: &[&str]) -> Result<Self, Refused> {
        let text = uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) {
                let known = known.join(", ");
                let shown = name.escape_debug().take(64).collect::<String>();
                let detail = if known.is_empty() {
                    format!("`{shown}`: this route takes no query")
                } else {
                    format!("`{shown}` is no query parameter here; there are {known}")
                };
                return Err(bad(detail));
            }
        }
        Ok(Self(pairs))
    }

    /// Returns the one value of `name`; an empty one is none.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Refused> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(bad(format!("`{name}` stands twice in the query"))),
            (value, None) => Ok(value.filter(|value| !value.is_empty())),
        }
    }

    /// Returns all values of `name`, which may be repeated or separated by commas.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.0.iter().filter(move |(n, _)| n == name);
        values.flat_map(|(_, value)| value.split(',')).filter(|value| !value.is_empty())
    }

    /// Returns the value of `name` in its form.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        name: &str,
        form: &str,
    ) -> Result<Option<T>, Refused> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| bad(format!("`{name}` must be {form}")))
    }

    /// Returns `limit`, within 1 and `max`, or `usual`.
    pub(crate) fn limit(&self, usual: usize, max: usize) -> Result<usize, Refused> {
        let form = format!("a whole number from 1 to {max}");
        match self.parsed::<usize>("limit", &form)? {
            None => Ok(usual),
            Some(limit) if (1..=max).contains(&limit) => Ok(limit),
            Some(_) => Err(bad(format!("`limit` must be {form}"))),
        }
    }
}

/// Makes the refusal of a query.
pub(crate) fn bad(detail: impl Into<String>) -> Refused {
    Refused::new(ProblemCode::InvalidParams, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<Query, Refused> {
        Query::of(&text.parse().unwrap(), &["state", "limit"])
    }

    #[test]
    fn unknown_and_repeated_names_are_refused() {
        assert!(query("/x?stat=ready").is_err());
        assert!(query("/x?limit=1&limit=2").unwrap().limit(5, 10).is_err());
        for text in ["/x?limit=0", "/x?limit=11", "/x?limit=-1", "/x?limit=x"] {
            assert!(query(text).unwrap().limit(5, 10).is_err(), "{text}");
        }
        assert_eq!(query("/x").unwrap().limit(5, 10).unwrap(), 5);
    }

    #[test]
    fn a_list_may_be_repeated_or_have_commas() {
        let query = query("/x?state=running,queued&state=unknown").unwrap();
        assert_eq!(query.all("state").collect::<Vec<_>>(), ["running", "queued", "unknown"]);
    }
}
