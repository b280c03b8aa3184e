//! What a fresh machine must have, and what is installed where it is missing.

pub(crate) mod go;
pub(crate) mod packages;
pub(crate) mod prerequisites;
