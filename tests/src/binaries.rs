//! Finds the product's binaries beside the running test, where `cargo xtask test` has built them.

use std::path::PathBuf;

/// Returns the path of one of our binaries.
///
/// # Panics
/// When it has not been built; the message says which command builds it.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of the test");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built: run `cargo build --workspace`", path.display());
    path
}
