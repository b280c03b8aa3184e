//! The `OpenAPI` document, made from the handlers and the wire types. The committed copy is tested
//! to be fresh.

use anyhow::Context as _;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::routes::{actions, health, metrics, nodes, openapi, runs, sd, stop};

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Leverframe",
        description = "Runs the actions behind buttons: see the cluster, press, prove.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        actions::list::handle,
        actions::get::handle,
        actions::plan::handle,
        actions::run::handle,
        runs::list::handle,
        runs::get::handle,
        runs::events::handle,
        runs::cancel::handle,
        nodes::list::handle,
        nodes::get::handle,
        stop::show,
        stop::set,
        sd::handle,
        metrics::handle,
        health::alive,
        health::ready,
        openapi::handle,
    ),
    components(schemas(api::Problem, api::ProblemCode)),
    modifiers(&Bearer),
    security(("bearer" = [])),
)]
struct Document;

/// Says how callers show who they are.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let text = "An API token (`lf_…`), or an assertion that the Grafana plugin has signed";
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    }
}

/// Returns the document as JSON with a stable order.
pub(crate) fn text() -> anyhow::Result<String> {
    // Through a value, whose maps are sorted: the same document on every machine.
    let value =
        serde_json::to_value(Document::openapi()).context("the OpenAPI document is not JSON")?;
    let mut text =
        serde_json::to_string_pretty(&value).context("the OpenAPI document is not JSON")?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed copy.
    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

    #[test]
    fn the_committed_document_is_fresh() {
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        assert!(committed == text().unwrap(), "openapi.json is stale: run `cargo xtask codegen`");
    }

    #[test]
    fn every_route_is_described() {
        let value: serde_json::Value = serde_json::from_str(&text().unwrap()).unwrap();
        for route in api::ROUTES {
            let operation = &value["paths"][route.path][route.method.as_str().to_lowercase()];
            assert!(
                operation["operationId"].is_string(),
                "{} {}",
                route.method.as_str(),
                route.path
            );
        }
        let described: usize = value["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum();
        assert_eq!(described, api::ROUTES.len());
    }
}
