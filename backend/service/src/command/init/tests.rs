//! The folder that `init` makes.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::command::check;

fn args(dir: &Path) -> Init {
    Init { dir: dir.join("site"), token_file: Some(dir.join("token")) }
}

#[tokio::test]
async fn a_folder_is_made_once_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let args = args(folder.path());
    assert!(!make(&args).await.unwrap().contains("kept"));
    let files = [KEY_FILE, config::FILE, "actions/drain-node.yaml", "data/leverframe.db"];
    let read = |name: &str| fs::read(args.dir.join(name)).unwrap();
    let before: Vec<_> = files.iter().map(|name| read(name)).collect();
    for name in files {
        let mode = fs::metadata(args.dir.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is for its owner alone");
    }
    assert_eq!(before[0].len(), 64);
    let token = fs::read_to_string(folder.path().join("token")).unwrap();
    let secret = TokenSecret::parse(&token).unwrap();
    let store = store_door::open(&args.dir.join("data")).unwrap();
    let record = store.find_token(secret.id()).await.unwrap().unwrap();
    assert!(record.check(&secret, SystemClock.now()).unwrap().has(Grant::Stop));
    drop(store);
    assert!(!make(&args).await.unwrap().contains("made"));
    let after: Vec<_> = files.iter().take(3).map(|name| read(name)).collect();
    assert_eq!(after, before[..3]);
    let store = store_door::open(&args.dir.join("data")).unwrap();
    assert_eq!(store.list_tokens().await.unwrap().len(), 1, "no second admin");
}

#[tokio::test]
async fn what_is_written_is_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let args = args(folder.path());
    make(&args).await.unwrap();
    let config = Config::load(&args.dir.join(config::FILE), &ProcessEnv).unwrap();
    assert!(config.assertion.key.is_some());
    // Every example that is commented out must be right as well.
    let text = CONFIG.replace("\n# ", "\n").replace("\n  # origins", "\n  origins");
    let examples: String = text
        .lines()
        .filter(|line| {
            line.is_empty() || line.contains(": ") || line.ends_with(':') || line.contains("- ")
        })
        .filter(|line| !line.starts_with(char::is_uppercase) && !line.contains("; "))
        .collect::<Vec<_>>()
        .join("\n");
    let config = Config::parse(&examples, &args.dir.join(config::FILE), &ProcessEnv).unwrap();
    assert_eq!(config.inventory.haproxy.len(), 1, "{examples}");
    assert_eq!(config.sd.len(), 1, "{examples}");
}

#[tokio::test]
async fn what_was_just_made_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let args = args(folder.path());
    let told = make(&args).await.unwrap();
    let file = args.dir.join(config::FILE);
    let checked = check::run(&file).map_err(|fault| fault.text);
    assert_eq!(checked, Ok(Exit::Succeeded));
    // With a node API of that name the example is an action like the others.
    let example = args.dir.join("actions").join(format!("{NEEDS_NODE_API}.example"));
    assert!(told.contains(&example.display().to_string()), "{told}");
    fs::rename(&example, example.with_extension("")).unwrap();
    assert!(check::run(&file).is_err(), "there is no node API `workers` yet");
    let workers = "inventory: {node_apis: [{name: workers, url: 'http://127.0.0.1:9', pool: web}]}";
    fs::write(&file, format!("{CONFIG}\n{workers}\n")).unwrap();
    let checked = check::run(&file).map_err(|fault| fault.text);
    assert_eq!(checked, Ok(Exit::Succeeded));
}
