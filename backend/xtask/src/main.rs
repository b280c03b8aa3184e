//! `cargo xtask <verb>`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    leverframe_xtask::run(&words)
}
