//! The protocol's generated code, fenced off, and a `Debug` for its messages that shows no secret.

use std::fmt;

/// Grafana's messages and services.
#[expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    unnameable_types,
    unreachable_pub,
    unused_qualifications,
    reason = "generated"
)]
pub(crate) mod pluginv2 {
    tonic::include_proto!("pluginv2");
}

/// go-plugin's controller.
#[expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    unreachable_pub,
    unused_qualifications,
    reason = "generated"
)]
pub(crate) mod controller {
    tonic::include_proto!("plugin");
}

impl fmt::Debug for pluginv2::AppInstanceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppInstanceSettings").finish_non_exhaustive()
    }
}

impl fmt::Debug for pluginv2::DataSourceInstanceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSourceInstanceSettings")
            .field("uid", &self.uid)
            .field("last_updated_ms", &self.last_updated_ms)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for pluginv2::PluginContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Grafana's configuration may carry a client secret of its own.
        f.debug_struct("PluginContext")
            .field("org_id", &self.org_id)
            .field("settings", &self.data_source_instance_settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for pluginv2::CallResourceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallResourceRequest")
            .field("context", &self.plugin_context)
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for pluginv2::CheckHealthRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckHealthRequest")
            .field("context", &self.plugin_context)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for pluginv2::QueryDataRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryDataRequest")
            .field("context", &self.plugin_context)
            .field("queries", &self.queries.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::pluginv2::*;
    use std::collections::HashMap;

    #[test]
    fn no_message_shows_a_planted_secret() {
        let secret = || HashMap::from([("a".to_owned(), "PLANTED".to_owned())]);
        let context = PluginContext {
            app_instance_settings: Some(AppInstanceSettings {
                json_data: "PLANTED".into(),
                decrypted_secure_json_data: secret(),
                ..Default::default()
            }),
            data_source_instance_settings: Some(DataSourceInstanceSettings {
                json_data: "PLANTED".into(),
                decrypted_secure_json_data: secret(),
                ..Default::default()
            }),
            grafana_config: secret(),
            ..Default::default()
        };
        let plugin_context = Some(context);
        let list = StringList { values: vec!["PLANTED".to_owned()] };
        let resource = CallResourceRequest {
            plugin_context: plugin_context.clone(),
            url: "a?PLANTED".to_owned(),
            headers: HashMap::from([("Cookie".to_owned(), list)]),
            body: "PLANTED".into(),
            ..Default::default()
        };
        let health =
            CheckHealthRequest { plugin_context: plugin_context.clone(), headers: secret() };
        let query = QueryDataRequest { plugin_context, headers: secret(), queries: vec![] };
        let shown = format!("{resource:#?}{health:#?}{query:#?}");
        assert!(!shown.contains("PLANTED"), "{shown}");
    }
}
