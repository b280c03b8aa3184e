//! `leverframe init`: a folder to start from. It makes what is missing and overwrites nothing.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use anyhow::Context as _;
use identity::{Grant, Role, TokenRecord, TokenSecret, assertion::make_key};
use runs::{Clock as _, SystemClock};
use secrecy::ExposeSecret as _;

use super::Fault;
use crate::{
    app::store_door,
    cli::Init,
    config::{self, Config, ProcessEnv},
    exit::Exit,
    terminal::say,
};

/// The key's file.
const KEY_FILE: &str = "assertion.key";

/// The configuration that is written: everything that has no default, and what most sites will fill
/// in.
const CONFIG: &str = include_str!("../../leverframe.example.yaml");

/// The shipped action that names a node API, which a fresh configuration has not got: written as an
/// example, so that what was just made has no fault.
const NEEDS_NODE_API: &str = "call-node-api.yaml";

/// Makes the folder and says what was made.
pub(crate) async fn run(args: &Init) -> Result<Exit, Fault> {
    say(&make(args).await?);
    Ok(Exit::Succeeded)
}

async fn make(args: &Init) -> Result<String, Fault> {
    let dir = &args.dir;
    let actions = dir.join("actions");
    for folder in [dir, &actions] {
        folder_at(folder)?;
    }
    let key = make_key(&entropy()?);
    let mut lines = vec![
        made(&dir.join(KEY_FILE), key.expose_secret())?,
        made(&dir.join(config::FILE), CONFIG)?,
    ];
    for (name, text) in actions::SHIPPED {
        let example = if *name == NEEDS_NODE_API { ".example" } else { "" };
        lines.push(made(&actions.join(format!("{name}{example}")), text)?);
    }
    let token = token(args).await?;
    lines.extend(token.lines);
    lines.push(String::new());
    lines.push(next_steps(dir, token.shown.as_deref()));
    Ok(lines.join("\n"))
}

fn folder_at(folder: &Path) -> Result<(), Fault> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    Ok(made.with_context(|| format!("cannot make the folder {}", folder.display()))?)
}

/// Writes a file that only its owner can read, unless it is there.
fn made(file: &Path, text: &str) -> Result<String, Fault> {
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let shown = file.display();
    match open {
        Ok(mut open) => {
            let write = open.write_all(text.as_bytes()).and_then(|()| open.sync_all());
            write.with_context(|| format!("cannot write {shown}"))?;
            Ok(format!("made  {shown}"))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(format!("kept  {shown}")),
        Err(error) => {
            Err(anyhow::Error::new(error).context(format!("cannot write {shown}")).into())
        }
    }
}

/// What became of the admin token.
struct Token {
    lines: Vec<String>,
    /// The secret, to be shown once.
    shown: Option<String>,
}

/// Makes the first token, whose hash is all that is kept. A store that holds any has been here
/// before.
async fn token(args: &Init) -> Result<Token, Fault> {
    let config = Config::load(&args.dir.join(config::FILE), &ProcessEnv)
        .map_err(|faults| Fault::new(Exit::Config, faults.to_string()))?;
    let data = config.data.display();
    let store = store_door::open(&config.data)?;
    if !store.list_tokens().await.context("the tokens cannot be read")?.is_empty() {
        return Ok(Token { lines: vec![format!("kept  {data} (it has tokens)")], shown: None });
    }
    let secret = TokenSecret::new(&entropy()?);
    let mut record = TokenRecord::new(&secret, "init", Role::Admin, SystemClock.now());
    record.grants.insert(Grant::Stop);
    let plain = secret.text().expose_secret();
    let mut lines = Vec::new();
    // The secret's file first: a record whose secret nobody has could not be made again.
    if let Some(file) = &args.token_file {
        let line = made(file, plain)?;
        if line.starts_with("kept") {
            let text = format!("{} is there already: name a new file", file.display());
            return Err(Fault::new(Exit::Failed, text));
        }
        lines.push(line);
    }
    store.put_token(&record).await.context("the token cannot be kept")?;
    lines.push(format!("made  {data}"));
    let shown = args.token_file.is_none().then(|| plain.to_owned());
    Ok(Token { lines, shown })
}

/// Reads fresh random bytes from the kernel.
fn entropy<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    let read = fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.context("cannot read /dev/urandom")?;
    Ok(bytes)
}

fn next_steps(dir: &Path, token: Option<&str>) -> String {
    let shown = dir.display();
    let token = token.map_or_else(String::new, |token| {
        let head = "The admin token, shown this once and kept nowhere:";
        format!("{head}\n\n  export LEVERFRAME_TOKEN={token}\n\n")
    });
    format!(
        "{token}Next:\n\
        \x20 1. say in {shown}/{config} where Prometheus, HAProxy and node APIs are\n\
        \x20 2. leverframe --config {shown}/{config} check\n\
        \x20 3. leverframe --config {shown}/{config} serve\n\
        \x20 4. leverframe nodes (with the token in LEVERFRAME_TOKEN, or --token-file FILE)\n\
        {shown}/actions/{NEEDS_NODE_API}.example calls a node API named `workers`: drop its \
        `.example` once one is configured.\n\
        Grafana's datasource needs the same key as `assertionKey`:\n\
        \x20 $__file{{{key}}}",
        config = config::FILE,
        key = fs::canonicalize(dir.join(KEY_FILE)).unwrap_or_else(|_| dir.join(KEY_FILE)).display(),
    )
}

#[cfg(test)]
mod tests;
