//! Compiles the protocol without `protoc`; bodies and frames become `Bytes`, and what holds secrets
//! gets no derived `Debug`.

use std::{error::Error, path::PathBuf};

/// Messages whose `Debug` is written by hand in `src/proto.rs`.
const REDACTED: [&str; 6] = [
    ".pluginv2.AppInstanceSettings",
    ".pluginv2.DataSourceInstanceSettings",
    ".pluginv2.PluginContext",
    ".pluginv2.CallResourceRequest",
    ".pluginv2.CheckHealthRequest",
    ".pluginv2.QueryDataRequest",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("not run by cargo")?);
    let folder = root.join("proto");
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = [folder.join("backend.proto"), folder.join("controller.proto")];
    let set = protox::compile(files, [folder])?;
    let mut config = tonic_prost_build::Config::new();
    config.bytes(["."]);
    config.skip_debug(REDACTED);
    tonic_prost_build::configure().build_client(false).compile_fds_with_config(set, config)?;
    Ok(())
}
