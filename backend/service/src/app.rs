//! The service's parts, put together once and shared by every handler.

pub(crate) mod assemble;
pub(crate) mod background;
pub(crate) mod durable;
pub(crate) mod reload;
pub(crate) mod stop;
pub(crate) mod store_door;
pub(crate) mod tokens;
pub(crate) mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use actions::Actions;
use runs::{Clock, Feed, Runner};
use targets::{Inventory, sd::Discovery};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::{durable::Durable, stop::StopSwitch};
use crate::{audit::Audit, config::Config, metrics::Metrics, request::auth::Door};

/// What every handler gets.
pub(crate) type AppState = Arc<App>;

/// The parts of a running service.
pub(crate) struct App {
    /// What was configured.
    pub(crate) config: Config,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Host names that are answered.
    pub(crate) hosts: BTreeSet<String>,
    /// Who may come in; changed by a reload.
    pub(crate) door: RwLock<Arc<Door>>,
    /// The durable place.
    pub(crate) store: Arc<dyn Durable>,
    /// Definitions, plans, presses.
    pub(crate) actions: Arc<Actions>,
    /// What drives runs.
    pub(crate) runner: Runner,
    /// Hints of what runs do.
    pub(crate) feed: Feed,
    /// The nodes.
    pub(crate) inventory: Arc<Inventory>,
    /// The lists of `http_sd`, by name.
    pub(crate) discovery: Mutex<BTreeMap<String, Discovery>>,
    /// The stop switch.
    pub(crate) stop: StopSwitch,
    /// What is counted.
    pub(crate) metrics: Arc<Metrics>,
    /// What is kept of refusals.
    pub(crate) audit: Audit,
    /// Requests that may be answered at once.
    pub(crate) requests: Semaphore,
    /// Event streams that may be open at once.
    pub(crate) streams: Arc<Semaphore>,
    /// Cancelled at shutdown: streams end.
    pub(crate) closing: CancellationToken,
}

impl App {
    /// Returns who may come in, as it stands.
    pub(crate) fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the lists of `http_sd`.
    pub(crate) fn discovery(&self) -> MutexGuard<'_, BTreeMap<String, Discovery>> {
        self.discovery.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}
