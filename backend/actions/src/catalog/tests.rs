//! The catalogue: files good and bad, side by side.

use std::sync::Arc;

use identity::Role;
use targets::Inventory;
use tempfile::TempDir;

use super::*;
use crate::{
    SHIPPED,
    testing::{House, actor, operations},
};

fn known() -> Operations {
    operations(&Arc::new(Inventory::new(Vec::new()).unwrap()))
}

fn shipped() -> TempDir {
    let directory = TempDir::new().unwrap();
    for (file, text) in SHIPPED {
        fs::write(directory.path().join(file), text).unwrap();
    }
    directory
}

fn names(catalog: &Catalog) -> Vec<&str> {
    catalog.iter().map(|definition| definition.name.as_str()).collect()
}

#[test]
fn the_shipped_directory_is_read_and_other_files_are_passed_over() {
    let directory = shipped();
    fs::write(directory.path().join("notes.txt"), "x").unwrap();
    fs::create_dir(directory.path().join("policies")).unwrap();
    fs::create_dir(directory.path().join("folder.yaml")).unwrap();
    let loaded = Catalog::load(directory.path(), &known()).unwrap();
    assert_eq!(loaded.faults, []);
    assert_eq!(
        names(&loaded.catalog),
        ["call-node-api", "drain-node", "return-node", "set-weight"]
    );
}

#[test]
fn the_faults_of_all_files_are_told_and_the_good_files_stand() {
    let directory = shipped();
    let write = |file: &str, bytes: &[u8]| fs::write(directory.path().join(file), bytes).unwrap();
    write("a b.yaml", b"name: x");
    write("...yaml", b"name: ..");
    write("binary.yaml", &[0xff, 0xfe]);
    write("broken.yaml", b"name: [");
    write("large.yaml", &vec![b'#'; 65 * 1024]);
    write("set-weight.yaml", SHIPPED[3].1.replace("risk: medium", "risk: some").as_bytes());
    let loaded = Catalog::load(directory.path(), &known()).unwrap();
    assert_eq!(names(&loaded.catalog), ["call-node-api", "drain-node", "return-node"]);
    assert_eq!(loaded.refused, ["..", "a b", "binary", "broken", "large", "set-weight"]);
    let text: Vec<_> = loaded.faults.iter().map(ToString::to_string).collect();
    for words in [
        "...yaml: the file's name",
        "a b.yaml: the file's name",
        "binary.yaml: is not UTF-8",
        "broken.yaml:1:",
        "large.yaml: is larger",
        "set-weight.yaml:5:7: unknown variant `some`, expected one of low, medium, high",
    ] {
        assert!(text.iter().any(|fault| fault.contains(words)), "{words}: {text:#?}");
    }
}

#[test]
fn a_directory_that_is_not_there_or_holds_too_much_is_an_error() {
    let directory = TempDir::new().unwrap();
    let missing = Catalog::load(&directory.path().join("none"), &known());
    assert!(matches!(missing, Err(Error::Unreadable { .. })));
    for n in 0..=limits::DEFINITIONS_MAX {
        fs::write(directory.path().join(format!("a{n}.yaml")), "").unwrap();
    }
    assert!(matches!(Catalog::load(directory.path(), &known()), Err(Error::TooMany { .. })));
}

#[tokio::test]
async fn a_reload_keeps_the_old_definition_of_a_bad_file() {
    let text = "name: pull\ntitle: One\ntarget: node\nrisk: low\nallow: [{roles: [Viewer]}]\n\
                steps: [{lever.pull: {to: down}}]\n";
    let house = House::new(text, None).await;
    let title = || house.actions.definition("pull").map(|definition| definition.title.clone());
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("pull.yaml");

    fs::write(&file, text.replace("One", "Two")).unwrap();
    assert_eq!(house.actions.reload(directory.path()).unwrap(), []);
    assert_eq!(title().as_deref(), Some("Two"));

    fs::write(&file, text.replace("title: One", "title: [")).unwrap();
    assert_eq!(house.actions.reload(directory.path()).unwrap().len(), 1);
    assert_eq!(title().as_deref(), Some("Two"));
    assert_eq!(house.actions.list(&actor("ada", Role::Viewer), None).len(), 1);

    assert!(house.actions.reload(&directory.path().join("none")).is_err());
    assert_eq!(title().as_deref(), Some("Two"));

    fs::remove_file(&file).unwrap();
    assert_eq!(house.actions.reload(directory.path()).unwrap(), []);
    assert_eq!(title(), None);
}
