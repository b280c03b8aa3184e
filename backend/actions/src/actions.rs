//! The one door of this crate: the catalogue, plans and presses.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use identity::Actor;
use jiff::Timestamp;
use prometheus::Client;
use runs::Clock;
use serde_json::{Map, Value};
use targets::{Inventory, Operations, Target};
use tokio::time::{Instant, timeout_at};

use crate::{
    Catalog, Definition, Error, Fault, Outcome, Plan, guard, limits,
    plan::{Draft, PlanCache, Planner},
    refusal::{Code, Refusal},
    rights,
    source::Source,
};

/// Everything that gives the definitions a meaning. It is also what runs call to do their work
/// ([`runs::Handler`]).
pub struct Actions {
    catalog: RwLock<Arc<Catalog>>,
    pub(crate) operations: Operations,
    pub(crate) inventory: Arc<Inventory>,
    pub(crate) source: Source,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) plans: PlanCache,
}

/// What the world around the definitions is made of.
pub struct Parts {
    /// Every operation that a definition may call.
    pub operations: Operations,
    /// The nodes.
    pub inventory: Arc<Inventory>,
    /// The Prometheus that guards and goals ask. Without one guards refuse and goals are not
    /// proven.
    pub prometheus: Option<Client>,
    /// The clock that goals are measured by.
    pub clock: Arc<dyn Clock>,
}

/// A definition as one actor sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The definition.
    pub definition: Arc<Definition>,
    /// Why this actor may not run it; `None` means it may.
    pub refusal: Option<Refusal>,
}

impl Actions {
    /// Puts the parts together.
    pub fn new(catalog: Catalog, parts: Parts) -> Self {
        let Parts { operations, inventory, prometheus, clock } = parts;
        Self {
            catalog: RwLock::new(Arc::new(catalog)),
            operations,
            inventory,
            source: Source(prometheus),
            clock,
            plans: PlanCache::default(),
        }
    }

    /// Returns the catalogue as it stands.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the directory again. A bad file's old definition stays, a removed file's goes. Blocks
    /// on the disk.
    ///
    /// # Errors
    /// [`Error`] if the directory cannot be read; then nothing has changed. Faults inside files are
    /// returned.
    pub fn reload(&self, directory: &Path) -> Result<Vec<Fault>, Error> {
        let loaded = Catalog::load(directory, &self.operations)?;
        let mut catalog = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
        *catalog = Arc::new(catalog.after_reload(&loaded));
        Ok(loaded.faults)
    }

    /// Lists the catalogue as `actor` sees it; with a target only what takes its kind. Nobody sees
    /// nothing.
    pub fn list(&self, actor: &Actor, target: Option<&Target>) -> Vec<Listed> {
        if !actor.is_person() {
            return Vec::new();
        }
        let catalog = self.catalog();
        let fits = |definition: &&Arc<Definition>| {
            target.is_none_or(|target| target.kind == definition.target)
        };
        let listed = catalog.iter().filter(fits).map(|definition| Listed {
            definition: Arc::clone(definition),
            refusal: rights::decide(actor, definition).err(),
        });
        listed.collect()
    }

    /// Plans: observes, judges the guards and keeps the result under its hash. Changes nothing; a
    /// guard that does not hold is part of the plan, not a refusal.
    ///
    /// # Errors
    /// [`Refusal`] if the actor may not, the request is wrong, or the target cannot be read.
    pub async fn plan(
        &self,
        actor: &Actor,
        action: &str,
        (target, params): (&Target, &Map<String, Value>),
        now: Timestamp,
    ) -> Result<Plan, Refusal> {
        let (definition, params) = self.checked(actor, action, target, params)?;
        let (draft, guards) = self.look(&definition, target, params, now).await?;
        let expires_at = self.plans.keep(&actor.subject, &draft, now);
        Ok(Plan::new(&draft, guards, expires_at))
    }

    /// Returns the definition and the filled parameters if the actor may ask for this at all.
    pub(crate) fn checked(
        &self,
        actor: &Actor,
        action: &str,
        target: &Target,
        params: &Map<String, Value>,
    ) -> Result<(Arc<Definition>, Map<String, Value>), Refusal> {
        let definition = self.definition(action).ok_or_else(|| {
            let shown: String = action.chars().take(limits::REASON_CHARS_MAX).collect();
            Refusal::new(Code::NotFound, format!("there is no action `{shown}`"))
        })?;
        rights::decide(actor, &definition)?;
        if target.kind != definition.target {
            let (name, wanted, given) = (&definition.name, &definition.target, &target.kind);
            let detail = format!("{name} takes a {wanted}, not a {given}");
            return Err(Refusal::new(Code::InvalidBody, detail).at("/target"));
        }
        let params = definition.parameters.fill(params).map_err(|faults| {
            let words: Vec<_> =
                faults.iter().map(|f| format!("{}: {}", f.pointer, f.message)).collect();
            let pointer = faults.into_iter().next().map(|fault| fault.pointer);
            Refusal { pointer, ..Refusal::new(Code::InvalidParams, words.join("; ")) }
        })?;
        Ok((definition, params))
    }

    /// Returns the definition of this name.
    pub fn definition(&self, name: &str) -> Option<Arc<Definition>> {
        self.catalog().get(name).map(Arc::clone)
    }

    /// Drafts the plan and judges the guards, all within [`limits::PLAN_TIMEOUT`].
    pub(crate) async fn look(
        &self,
        definition: &Arc<Definition>,
        target: &Target,
        params: Map<String, Value>,
        now: Timestamp,
    ) -> Result<(Draft, Vec<Outcome>), Refusal> {
        let until = Instant::now() + limits::PLAN_TIMEOUT;
        let draft = timeout_at(until, self.draft(definition, target, params, now)).await;
        let draft = draft.unwrap_or_else(|_| {
            let seconds = limits::PLAN_TIMEOUT.as_secs();
            let detail = format!("{target} could not be read within {seconds} s");
            Err(Refusal::new(Code::InventoryUnsure, detail))
        })?;
        let guards = guard::judge(&definition.guards, &draft.context, &self.source, until).await;
        Ok((draft, guards))
    }

    pub(crate) async fn draft(
        &self,
        definition: &Arc<Definition>,
        target: &Target,
        params: Map<String, Value>,
        now: Timestamp,
    ) -> Result<Draft, Refusal> {
        let planner = Planner {
            operations: &self.operations,
            inventory: &self.inventory,
            provable: self.source.is_configured(),
        };
        planner.draft(definition, target, params, now).await
    }
}

impl std::fmt::Debug for Actions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.catalog().iter().map(|d| d.name.clone()).collect();
        f.debug_struct("Actions").field("actions", &names).finish_non_exhaustive()
    }
}
