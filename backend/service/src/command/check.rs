//! `leverframe check`: reads what `serve` would read, and tells every fault with its place.

use std::path::Path;

use actions::Catalog;

use super::Fault;
use crate::{
    app::world::World,
    config::{Config, ProcessEnv},
    exit::Exit,
    terminal::say,
};

/// Checks configuration and definitions.
pub(crate) fn run(file: &Path) -> Result<Exit, Fault> {
    let config = match Config::load(file, &ProcessEnv) {
        Ok(config) => config,
        // What follows needs the configuration: these are all faults that can be told.
        Err(faults) => return Err(Fault::new(Exit::Config, faults.to_string())),
    };
    let mut faults = Vec::new();
    if config.assertion.key.is_none() {
        let hint = "`leverframe init DIR` makes one";
        faults.push(format!("{}: assertion.key_file: is missing: {hint}", file.display()));
    }
    let world = match World::new(&config) {
        Ok(world) => world,
        Err(error) => {
            faults.push(format!("{}: {error:#}", file.display()));
            return Err(Fault::new(Exit::Config, faults.join("\n")));
        }
    };
    let count = match Catalog::load(&config.actions, &world.operations) {
        Ok(loaded) => {
            faults.extend(loaded.faults.iter().map(ToString::to_string));
            loaded.catalog.iter().count()
        }
        Err(error) => {
            faults.push(format!("{error}; `actions` names the folder"));
            0
        }
    };
    if faults.is_empty() {
        say(&format!("{}: no fault; {count} actions", file.display()));
        return Ok(Exit::Succeeded);
    }
    Err(Fault::new(Exit::Config, faults.join("\n")))
}
