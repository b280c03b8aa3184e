//! What all calls share: instances, metrics, places, and the end.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    call_resource::Places,
    caller::Caller,
    error::Error,
    instance::{Instance, Instances},
    limits::{QUERIES_AT_ONCE, RESOURCE_CALLS_AT_ONCE},
    metrics::Metrics,
    proto::pluginv2::PluginContext,
};

/// The plugin around its verbs.
#[derive(Debug)]
pub(crate) struct Shell {
    /// The datasources in use.
    pub(crate) instances: Instances,
    /// The metrics.
    pub(crate) metrics: Arc<Metrics>,
    /// Cancelled when the plugin is to end.
    pub(crate) stop: CancellationToken,
    /// Places for queries.
    pub(crate) queries: Arc<Semaphore>,
    /// Places for resource calls.
    pub(crate) resources: Semaphore,
    /// Places for event streams.
    pub(crate) streams: Arc<Places>,
}

impl Shell {
    /// Makes the shell; cancelling `stop` ends every call.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        let metrics = Arc::new(Metrics::new());
        Self {
            instances: Instances::new(Arc::clone(&metrics)),
            metrics,
            stop,
            queries: Arc::new(Semaphore::new(QUERIES_AT_ONCE)),
            resources: Semaphore::new(RESOURCE_CALLS_AT_ONCE),
            streams: Arc::default(),
        }
    }

    /// Returns who asks which datasource.
    ///
    /// # Errors
    /// [`Error::NoInstance`] when the call came without a datasource.
    pub(crate) fn admit(
        &self,
        context: Option<&PluginContext>,
    ) -> Result<(Arc<Instance>, Caller), Error> {
        let context = context.ok_or(Error::NoInstance)?;
        let source = context.data_source_instance_settings.as_ref().ok_or(Error::NoInstance)?;
        Ok((self.instances.get(context.org_id, source), Caller::of(context)))
    }
}
