//! The one table of routes: the service mounts it, the plugin passes on what it marks, and nothing
//! else exists.

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts, or asks for a plan.
    Post,
}

impl Method {
    /// Returns the method's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path; `{name}` stands for one segment that is an id (see [`crate::is_id`]).
    pub path: &'static str,
    /// Whether it may change the world, so that the assertion's `jti` is spent on it.
    pub acting: bool,
    /// Whether the plugin offers it as a resource (the path without `/api/v1/`).
    pub resource: bool,
}

const fn read(path: &'static str, resource: bool) -> Route {
    Route { method: Method::Get, path, acting: false, resource }
}

const fn post(path: &'static str, acting: bool, resource: bool) -> Route {
    Route { method: Method::Post, path, acting, resource }
}

/// Where resources live in the service.
pub const PREFIX: &str = "/api/v1/";

/// The list of actions.
pub const ACTIONS: Route = read("/api/v1/actions", true);
/// One action.
pub const ACTION: Route = read("/api/v1/actions/{name}", false);
/// A plan: changes nothing.
pub const PLAN: Route = post("/api/v1/actions/{name}/plan", false, true);
/// A run.
pub const RUN_ACTION: Route = post("/api/v1/actions/{name}/run", true, true);
/// The list of runs.
pub const RUNS: Route = read("/api/v1/runs", true);
/// One run.
pub const RUN: Route = read("/api/v1/runs/{id}", true);
/// A run as it goes on: SSE in the service, NDJSON in the plugin.
pub const RUN_EVENTS: Route = read("/api/v1/runs/{id}/events", true);
/// Ends a run.
pub const RUN_CANCEL: Route = post("/api/v1/runs/{id}/cancel", true, true);
/// The list of nodes.
pub const NODES: Route = read("/api/v1/nodes", true);
/// One node.
pub const NODE: Route = read("/api/v1/nodes/{id}", false);
/// The stop switch as it stands.
pub const STOP: Route = read("/api/v1/stop", true);
/// Throws or lifts the stop switch.
pub const SET_STOP: Route = post("/api/v1/stop", true, true);
/// Prometheus' HTTP service discovery.
pub const SD: Route = read("/sd/{name}", false);
/// Our own metrics.
pub const METRICS: Route = read("/metrics", false);
/// Alive.
pub const HEALTHZ: Route = read("/healthz", false);
/// Ready to serve.
pub const READYZ: Route = read("/readyz", false);
/// The `OpenAPI` document.
pub const OPENAPI: Route = read("/openapi.json", false);

/// Every route there is.
pub const ROUTES: &[Route] = &[
    ACTIONS, ACTION, PLAN, RUN_ACTION, RUNS, RUN, RUN_EVENTS, RUN_CANCEL, NODES, NODE, STOP,
    SET_STOP, SD, METRICS, HEALTHZ, READYZ, OPENAPI,
];

/// A route and the ids in its path, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'a> {
    /// The route.
    pub route: &'static Route,
    /// What stands where the template has `{…}`.
    pub ids: Vec<&'a str>,
}

/// Why no route was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// Nothing has this path.
    Path,
    /// The path exists with another method.
    Method,
}

/// Finds the resource for the plugin. `path` comes as Grafana gives it: decoded, not normalised,
/// with or without a leading slash. Only literal segments and ids match, so `..`, `//` and friends
/// find nothing.
pub fn find_resource<'a>(method: &str, path: &'a str) -> Result<Match<'a>, NoRoute> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut seen = false;
    for route in ROUTES.iter().filter(|route| route.resource) {
        let Some(ids) = match_path(route.path.trim_start_matches(PREFIX), path) else { continue };
        if route.method.as_str() == method {
            return Ok(Match { route, ids });
        }
        seen = true;
    }
    Err(if seen { NoRoute::Method } else { NoRoute::Path })
}

fn match_path<'a>(template: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut wanted = template.split('/');
    let mut ids = Vec::new();
    for segment in path.split('/') {
        let want = wanted.next()?;
        if want.starts_with('{') {
            if !crate::is_id(segment) {
                return None;
            }
            ids.push(segment);
        } else if want != segment {
            return None;
        }
    }
    wanted.next().is_none().then_some(ids)
}

impl Route {
    /// Returns the path with `ids` in place of the `{…}` segments. The ids must be ids: nothing is
    /// escaped.
    pub fn url_path(&self, ids: &[&str]) -> String {
        let mut ids = ids.iter();
        let fill = |segment: &'static str| {
            if segment.starts_with('{') { ids.next().copied().unwrap_or(segment) } else { segment }
        };
        self.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_found_by_method_and_path() {
        let found = find_resource("POST", "actions/drain-node/run").unwrap();
        assert_eq!((*found.route, found.ids), (RUN_ACTION, vec!["drain-node"]));
        assert_eq!(find_resource("GET", "actions/drain-node/run"), Err(NoRoute::Method));
    }

    #[test]
    fn odd_spellings_and_closed_routes_find_nothing() {
        for path in [
            "",
            "/",
            "actions/",
            "actions//run",
            "actions/../run",
            "actions/./run",
            "..",
            "metrics",
            "../metrics",
            "sd/workers",
            "actions/a%2e/run",
            "actions/a b/run",
            "runs/x/events/",
            "nodes/web-1",
            "//actions",
            "ACTIONS",
        ] {
            assert_eq!(find_resource("GET", path), Err(NoRoute::Path), "{path}");
        }
    }

    #[test]
    fn a_template_is_filled() {
        assert_eq!(RUN_CANCEL.url_path(&["abc"]), "/api/v1/runs/abc/cancel");
    }
}
