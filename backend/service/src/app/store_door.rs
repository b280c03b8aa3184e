//! Opens the store of a data folder, and says what it means to a shell if that fails.

use std::{path::Path, sync::Arc};

use store::{Options, Store};

use crate::{command::Fault, exit::Exit};

/// The store's file in the data folder.
const FILE: &str = "leverframe.db";

/// Opens the store, or makes one. Blocks while it is checked.
pub(crate) fn open(data: &Path) -> Result<Arc<Store>, Fault> {
    match Store::open(&data.join(FILE), Options::default()) {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => {
            let exit = match error.exit_code() {
                75 => Exit::Locked,
                78 => Exit::Config,
                _ => Exit::Disk,
            };
            Err(Fault::new(exit, error.to_string()))
        }
    }
}
