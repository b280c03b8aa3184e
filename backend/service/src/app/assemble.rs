//! Puts the parts of the service together, in the order in which they need each other.

use std::sync::{Arc, Mutex, RwLock};

use actions::{Actions, Catalog};
use anyhow::Context as _;
use identity::{TokenRecord, Verifier};
use runs::{Clock, Feed, Runner};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    app::{App, AppState, durable::Durable, stop::StopSwitch, tokens::Tokens, world::World},
    audit::Audit,
    config::Config,
    metrics::Metrics,
    request::{auth::Door, host},
};

/// What is put together.
pub(crate) struct Parts {
    /// The configuration, with the address that is really bound.
    pub(crate) config: Config,
    /// The world that it describes.
    pub(crate) world: World,
    /// The durable place, open.
    pub(crate) store: Arc<dyn Durable>,
    /// The same, as the runner needs it.
    pub(crate) runs: Arc<dyn runs::RunStore>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
}

/// Puts the service together and goes on with every open run.
pub(crate) async fn assemble(parts: Parts) -> anyhow::Result<AppState> {
    let Parts { config, world, store, runs, clock } = parts;
    let actions = Arc::new(actions(&config, &world, &clock)?);
    let metrics = Arc::new(Metrics::new());
    let stop = StopSwitch::new(&config.data, store.kept_stop(), clock.now());
    let tokens = store.tokens().await.context("the tokens cannot be read")?;
    metrics.set_stopped(stop.shown().stopped);
    // Known before any run goes on: an operation must find its server, and a guard its node.
    world.inventory.poll(clock.now()).await;
    let feed = Feed::new();
    let runner = Runner::start(runs::runner::Parts {
        store: runs,
        handler: Arc::<Actions>::clone(&actions),
        clock: Arc::clone(&clock),
        owner: format!("leverframe-{}", Uuid::now_v7()),
        stop: stop.subscribe(),
        feed: feed.clone(),
        limits: runs::Limits::default(),
    })
    .await
    .context("the open runs cannot be taken over")?;
    let limit = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(Arc::new(App {
        hosts: host::names(&config.listen),
        door: RwLock::new(Arc::new(door(&config, tokens)?)),
        audit: Audit::new(Arc::clone(&store), Arc::clone(&metrics)),
        discovery: Mutex::new(world.discovery),
        inventory: world.inventory,
        requests: Semaphore::new(limit(config.limits.requests)),
        streams: Arc::new(Semaphore::new(limit(config.limits.streams))),
        closing: CancellationToken::new(),
        config,
        clock,
        store,
        actions,
        runner,
        feed,
        stop,
        metrics,
    }))
}

/// Reads the definitions. Those with faults are left out and logged: the others must go on working.
fn actions(config: &Config, world: &World, clock: &Arc<dyn Clock>) -> anyhow::Result<Actions> {
    let catalog = if config.actions.exists() {
        let loaded = Catalog::load(&config.actions, &world.operations)?;
        for fault in &loaded.faults {
            tracing::error!(%fault, "a definition was refused; see `leverframe check`");
        }
        loaded.catalog
    } else {
        tracing::warn!(folder = %config.actions.display(), "there is no folder of actions");
        Catalog::default()
    };
    let parts = ::actions::Parts {
        operations: world.operations.clone(),
        inventory: Arc::clone(&world.inventory),
        prometheus: world.prometheus.clone(),
        clock: Arc::clone(clock),
    };
    Ok(Actions::new(catalog, parts))
}

fn door(config: &Config, tokens: Vec<TokenRecord>) -> anyhow::Result<Door> {
    let no_key = "there is no assertion key: `leverframe init DIR` makes one, and \
                  `assertion.key_file` names it";
    let key = config.assertion.key.as_ref().context(no_key)?;
    let verifier = Verifier::new(key, config.assertion.previous_key.as_ref())?;
    let mut origins = config.assertion.origins.clone();
    if origins.is_empty() {
        origins.push(format!("http://{}", config.listen.address));
    }
    Ok(Door {
        verifier: Arc::new(verifier),
        origins,
        base_path: config.listen.base_path.clone(),
        grants: config.grants.table.clone(),
        tokens: Tokens::new(tokens),
    })
}
