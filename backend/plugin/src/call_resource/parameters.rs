//! The query string of a resource: only what the route knows, each bounded, and once unless it is a
//! list.

use api::{ProblemCode, Route, Target, route};
use url::form_urlencoded;

use super::problem::{Refusal, refusal};
use crate::limits::PARAMETER_BYTES_MAX;

/// Parameters that may be repeated: any of the values, or all of the labels.
const LISTS: [&str; 2] = ["state", "label"];

/// Most parameters of one call.
const PARAMETERS_MAX: usize = 32;

/// The parameters of one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    passed_on: Vec<(&'static str, String)>,
    target: Option<Target>,
    after: Option<u64>,
}

impl Parameters {
    /// Reads what stands behind the `?` of `url`, which is encoded.
    ///
    /// # Errors
    /// 400 for a name that the route does not know, a repeated one, or a value that cannot be
    /// meant.
    pub(super) fn read(route: &'static Route, url: &str) -> Result<Self, Refusal> {
        let mut read = Self::default();
        let mut seen = Vec::new();
        let Some((_, query)) = url.split_once('?') else { return Ok(read) };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let known = known(route).iter().copied().find(|known| *known == name);
            let Some(name) = known else {
                return Err(refuse(&name, "is not known here", &known_words(route)));
            };
            if seen.contains(&name) && !LISTS.contains(&name) {
                return Err(refuse(name, "is given twice", ""));
            }
            seen.push(name);
            if seen.len() > PARAMETERS_MAX {
                return Err(refuse(name, "is given too often", ""));
            }
            if value.len() > PARAMETER_BYTES_MAX {
                return Err(refuse(name, "is too long", ""));
            }
            read.take(route, name, value.into_owned())?;
        }
        Ok(read)
    }

    fn take(&mut self, route: &Route, name: &'static str, value: String) -> Result<(), Refusal> {
        match name {
            "target" => {
                let target: Target = value.parse().map_err(|fault: api::TargetFault| {
                    refuse(name, "is no target", &fault.to_string())
                })?;
                if route.method == api::Method::Post {
                    self.target = Some(target);
                    return Ok(());
                }
            }
            "after" => {
                let after = value
                    .parse()
                    .map_err(|_| refuse(name, "is no event number", "it is the seq of a run"))?;
                self.after = Some(after);
            }
            "limit" if value.parse::<u32>().is_ok_and(|limit| limit > 0) => {}
            "limit" => return Err(refuse(name, "is no number above 0", "")),
            _ => {}
        }
        self.passed_on.push((name, value));
        Ok(())
    }

    /// Returns what the service is to see.
    pub(super) fn passed_on(&self) -> &[(&'static str, String)] {
        &self.passed_on
    }

    /// Returns the target of an acting call, which belongs into its body.
    pub(super) fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// Returns the last event that the caller has seen.
    pub(super) fn after(&self) -> Option<u64> {
        self.after
    }
}

fn known(route: &Route) -> &'static [&'static str] {
    match *route {
        route::ACTIONS | route::PLAN | route::RUN_ACTION => &["target"],
        route::RUNS => &["action", "target", "state", "actor", "limit", "cursor"],
        route::RUN | route::RUN_EVENTS => &["after"],
        route::NODES => &["pool", "state", "label", "limit", "cursor"],
        _ => &[],
    }
}

fn known_words(route: &Route) -> String {
    match known(route) {
        [] => "there are no parameters".to_owned(),
        names => format!("there is: {}", names.join(", ")),
    }
}

fn refuse(name: &str, what: &str, more: &str) -> Refusal {
    let shown: String = name.chars().take(64).collect();
    let mut detail = format!("the query parameter `{}` {what}", shown.escape_debug());
    if !more.is_empty() {
        detail.push_str("; ");
        detail.push_str(more);
    }
    refusal(ProblemCode::InvalidParams, detail)
}
