//! `codegen`: writes what is generated from code and kept in the repository.

use std::fs;

use anyhow::{Context as _, Result};

use crate::place::Place;
use crate::{arguments, build, command};

/// The service's OpenAPI description, from the root.
const OPENAPI: &str = "backend/service/openapi.json";

/// Runs the verb.
pub(crate) fn run(words: &[String]) -> Result<()> {
    arguments::none(words)?;
    write(&Place::find()?)
}

/// Writes every generated file.
pub(crate) fn write(place: &Place) -> Result<()> {
    let mut service = place.cargo();
    service.args(["build", "--quiet", "--package", "leverframe-service"]);
    command::run(&mut service)?;
    let text = command::output(build::service(place).arg("openapi"))?;
    let file = place.root.join(OPENAPI);
    let old = fs::read_to_string(&file).unwrap_or_default();
    if old == text {
        println!("{OPENAPI}: unchanged");
        return Ok(());
    }
    fs::write(&file, text).with_context(|| format!("cannot write {OPENAPI}"))?;
    println!("{OPENAPI}: written");
    Ok(())
}
