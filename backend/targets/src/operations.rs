//! The catalogue: every operation by its name.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Error, Inventory, NodeApi, Operation,
    haproxy::{SetState, SetWeight, WaitIdle},
    node_api::HttpCall,
};

/// Every operation that a definition may call.
#[derive(Clone, Default)]
pub struct Operations {
    by_name: BTreeMap<&'static str, Arc<dyn Operation>>,
}

impl Operations {
    /// Returns the catalogue of all operations of this crate. Servers are found through
    /// `inventory`; `http.call` knows the given node APIs by their names.
    pub fn standard(inventory: &Arc<Inventory>, apis: Vec<Arc<NodeApi>>) -> Result<Self, Error> {
        Self::default()
            .with(Arc::new(SetState::new(Arc::clone(inventory))))?
            .with(Arc::new(SetWeight::new(Arc::clone(inventory))))?
            .with(Arc::new(WaitIdle::new(Arc::clone(inventory))))?
            .with(Arc::new(HttpCall::new(apis)))
    }

    /// Adds one operation. A name that is taken is refused.
    pub fn with(mut self, operation: Arc<dyn Operation>) -> Result<Self, Error> {
        let name = operation.name();
        if self.by_name.insert(name, operation).is_some() {
            let why = "two operations have this name".to_owned();
            return Err(Error::Config { what: name.to_owned(), why });
        }
        Ok(self)
    }

    /// Returns the operation with this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Operation>> {
        self.by_name.get(name)
    }

    /// Returns all names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.by_name.keys().copied()
    }
}

impl std::fmt::Debug for Operations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.by_name.keys()).finish()
    }
}
