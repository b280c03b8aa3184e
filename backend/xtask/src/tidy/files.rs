//! Rules for single files: how they open, how long they are, what must not stand in them.

use std::collections::BTreeMap;

use super::Breach;
use super::tree::{File, Tree};

/// Beyond this a file holds two things.
const RUST_LINES_MAX: usize = 400;
/// Wider lines do not fit beside each other; rustfmt holds code to it and leaves comments alone.
const LINE_CHARS_MAX: usize = 100;
/// More entries than this cannot be taken in at a glance.
const FOLDER_ENTRIES_MAX: usize = 20;

/// Files that may lift the lint `unsafe_code`: each with a measurement and a safe twin.
const UNSAFE_FILES: &[&str] = &[];

/// The entries of the root.
const TOP: &[&str] = &[
    ".cargo/",
    ".ci/",
    ".github/",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "actions/",
    "backend/",
    "clippy.toml",
    "dashboards/",
    "deny.toml",
    "frontend/",
    "provisioning/",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tests/",
];

/// What must not stand in Rust, and what to do instead. Split, so that this list is not found.
const RUST_BANNED: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "no ignored tests: delete it or make it run"),
    (concat!("#[", "should_panic"), "assert on the error value instead"),
    (concat!("anyhow::", "Error::msg"), "say what we were doing with .context()"),
];

/// What must not stand anywhere, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "a doubt goes into the open questions of ARCHITECTURE.md"),
    (concat!("FIX", "ME"), "fix it, or write an open question into ARCHITECTURE.md"),
    (concat!("/", "root/"), "no machine's paths"),
    (concat!("/", "work/", "main"), "no machine's paths"),
    (concat!("/", "work/", "shared"), "no machine's paths"),
    (concat!("/", "home/"), "no machine's paths"),
    (concat!("pypi", ".org"), "registries are reached by their clients, not by name"),
    (concat!("pythonhosted", ".org"), "registries are reached by their clients, not by name"),
    (concat!("proxy.golang", ".org"), "registries are reached by their clients, not by name"),
    (concat!("registry.npmjs", ".org"), "registries are reached by their clients, not by name"),
    (concat!("index.crates", ".io"), "registries are reached by their clients, not by name"),
    (concat!("static.crates", ".io"), "registries are reached by their clients, not by name"),
    (concat!("deb.debian", ".org"), "registries are reached by their clients, not by name"),
];

/// Files that programs write, and the licence: not ours to word.
const FOREIGN: &[&str] = &["Cargo.lock", "LICENSE", "tests/host/go.sum"];

/// Returns the breaches of single files.
pub(super) fn check(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| !FOREIGN.contains(&file.path.as_str())) {
        banned(file, BANNED, &mut found);
        if file.is_rust() {
            rust(file, tree, &mut found);
        }
        if file.path.ends_with(".snap.new") || file.path.ends_with(".pending-snap") {
            found.push(Breach::whole(&file.path, "a snapshot that nobody has accepted"));
        }
        if file.folder() == "tests/stack" && !named(tree, file) {
            found.push(Breach::whole(&file.path, "nothing names this file: delete it"));
        }
    }
    top(tree, &mut found);
    folders(tree, &mut found);
    found
}

fn rust(file: &File, tree: &Tree, found: &mut Vec<Breach>) {
    let path = &file.path;
    if !file.text.starts_with("//! ") {
        found.push(Breach::at(path, 1, "open with `//!`: what the file is for, in one sentence"));
    }
    let lines = own_lines(&file.text);
    if lines > RUST_LINES_MAX && !is_test(path) {
        found.push(Breach::whole(
            path,
            format!("{lines} lines without tests, {RUST_LINES_MAX} at most: split it by nouns"),
        ));
    }
    for (at, line) in numbered(&file.text) {
        let comment = line.trim_start().starts_with("//") && !line.contains("://");
        if comment && line.chars().count() > LINE_CHARS_MAX {
            found.push(Breach::at(path, at, format!("wider than {LINE_CHARS_MAX} characters")));
        }
    }
    banned(file, RUST_BANNED, found);
    let lifts = file.text.contains(concat!("(unsafe", "_code"));
    if lifts && !UNSAFE_FILES.contains(&path.as_str()) {
        found.push(Breach::whole(path, "lifts unsafe_code without being on tidy's list"));
    }
    if let Some(message) = orphan(file, tree) {
        found.push(Breach::whole(path, message));
    }
}

/// Tests hold as many cases as there are.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Returns the lines before the first inline test module.
fn own_lines(text: &str) -> usize {
    let tests = |pair: &[&str]| pair[0].trim() == "#[cfg(test)]" && pair[1].ends_with('{');
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).position(tests).unwrap_or(lines.len())
}

/// Returns why no module tree holds this file, if none does.
fn orphan(file: &File, tree: &Tree) -> Option<String> {
    let (crate_folder, inside) = file.path.split_once("/src/")?;
    if matches!(inside, "main.rs" | "lib.rs") || inside.starts_with("bin/") {
        return None;
    }
    let module = inside.strip_suffix(".rs")?;
    let parents = match module.rsplit_once('/') {
        Some((parent, _)) => vec![format!("{crate_folder}/src/{parent}.rs")],
        None => ["lib.rs", "main.rs"].map(|root| format!("{crate_folder}/src/{root}")).to_vec(),
    };
    let declaration = format!("mod {};", file.stem());
    let declared = |parent: &String| {
        let text = tree.text(parent).unwrap_or_default();
        text.lines().any(|line| line.trim_end().ends_with(&declaration))
    };
    if parents.iter().any(declared) {
        return None;
    }
    Some(format!("nothing declares this module: `{declaration}` in {}", parents.join(" or ")))
}

fn named(tree: &Tree, file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    tree.files.iter().any(|other| other.is_rust() && other.text.contains(name))
}

fn banned(file: &File, words: &[(&str, &str)], found: &mut Vec<Breach>) {
    for (at, line) in numbered(&file.text) {
        for (word, instead) in words {
            if line.contains(word) {
                found.push(Breach::at(&file.path, at, format!("{word:?}: {instead}")));
            }
        }
    }
}

fn top(tree: &Tree, found: &mut Vec<Breach>) {
    for entry in tree.top.iter().filter(|entry| !TOP.contains(&entry.as_str())) {
        found.push(Breach::whole(entry, "a new entry at the root: it needs a line in tidy's list"));
    }
}

fn folders(tree: &Tree, found: &mut Vec<Breach>) {
    let mut entries = BTreeMap::<&str, usize>::new();
    for file in tree.files.iter().filter(|file| counts(file)) {
        *entries.entry(file.folder()).or_default() += 1;
    }
    for (folder, count) in entries.into_iter().filter(|(_, count)| *count > FOLDER_ENTRIES_MAX) {
        found.push(Breach::whole(
            folder,
            format!("{count} Rust files, {FOLDER_ENTRIES_MAX} at most: make a room of some"),
        ));
    }
}

/// Every crate has an index and an error: they are no more to take in.
fn counts(file: &File) -> bool {
    file.is_rust() && !matches!(file.stem(), "lib" | "main" | "error")
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests;
