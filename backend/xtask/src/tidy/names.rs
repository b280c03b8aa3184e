//! Names: one word in many places, and words that say nothing.

use serde_json::Value;

use super::Breach;
use super::tree::{File, Tree};

/// Names that say nothing on their own: what is it that the file, module or type holds?
const EMPTY: &[&str] = &["base", "data", "info", "types"];
/// Words that say nothing anywhere in a name.
const VAGUE: &[&str] = &["common", "manager", "misc", "util", "utils"];
/// Where Prometheus' and Flink's own word may be used.
const FOREIGN_JOBS: &[&str] = &["backend/prometheus/", "backend/targets/src/flink"];

/// Returns the breaches of names.
pub(super) fn check(tree: &Tree, metadata: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in &tree.files {
        if file.is_rust() {
            rust(file, &mut found);
        }
        if file.folder() == "actions" && file.ends("yaml") {
            definition(file, &mut found);
        }
    }
    rooms(tree, metadata, &mut found);
    found
}

fn rust(file: &File, found: &mut Vec<Breach>) {
    if file.path.ends_with("/mod.rs") {
        found.push(Breach::whole(&file.path, "no mod.rs: use foo.rs beside foo/"));
    }
    let mut complain = |line: usize, name: &str| {
        if let Some(message) = vague(name, &file.path) {
            found.push(Breach::at(&file.path, line, message));
        }
    };
    complain(0, file.stem());
    for (index, line) in file.text.lines().enumerate() {
        if let Some(name) = declared(line) {
            complain(index + 1, name);
        }
    }
}

/// Returns the name that a line declares, if it declares a module or a type.
fn declared(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let kind = words.next()?;
    if !matches!(kind, "mod" | "struct" | "enum" | "trait" | "type" | "union") {
        return None;
    }
    let end = |sign: char| !(sign.is_alphanumeric() || sign == '_');
    words.next()?.split(end).next().filter(|name| !name.is_empty())
}

fn vague(name: &str, path: &str) -> Option<String> {
    let words = words(name);
    let whole = words.join("_");
    if EMPTY.contains(&whole.as_str()) {
        return Some(format!("{name:?} says nothing: name what it holds"));
    }
    if let Some(word) = words.iter().find(|word| VAGUE.contains(&word.as_str())) {
        return Some(format!("{name:?}: \"{word}\" says nothing: name what it does"));
    }
    let job = words.iter().any(|word| word == "job" || word == "jobs");
    let foreign = FOREIGN_JOBS.iter().any(|start| path.starts_with(start));
    (job && !foreign).then(|| format!("{name:?}: ours is a run; jobs are Prometheus' and Flink's"))
}

/// Splits `snake_case` and `CamelCase` into lower-case words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for sign in name.chars() {
        if (sign.is_uppercase() || sign == '_') && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
        if sign != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(sign.to_lowercase());
        }
    }
    words
}

/// A definition's file name is its `name:`, which is also its URL segment and metric label.
fn definition(file: &File, found: &mut Vec<Breach>) {
    let name = file.text.lines().find_map(|line| line.strip_prefix("name:"));
    let name = name.map(|rest| rest.split('#').next().unwrap_or_default().trim());
    if name != Some(file.stem()) {
        let message = format!("its `name:` must be {:?}, as the file's", file.stem());
        found.push(Breach::whole(&file.path, message));
    }
    if !file.stem().contains('-') {
        found.push(Breach::whole(&file.path, "name a definition verb-noun.yaml"));
    }
}

/// Every crate lies where its name says, has a README and stands in ARCHITECTURE.md.
fn rooms(tree: &Tree, metadata: &Value, found: &mut Vec<Breach>) {
    let map = tree.text("ARCHITECTURE.md").unwrap_or_default();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let room = name.strip_prefix("leverframe-").unwrap_or(name);
        let folder = if room == "tests" { room.to_owned() } else { format!("backend/{room}") };
        let manifest = format!("{folder}/Cargo.toml");
        if tree.text(&manifest).is_none() {
            found.push(Breach::whole(name, format!("a package lies where it says: {manifest}")));
        }
        if tree.text(&format!("{folder}/README.md")).is_none() {
            found.push(Breach::whole(&folder, "no README.md: what the room is for"));
        }
        if !map.contains(&format!("`{folder}`")) {
            found.push(Breach::whole("ARCHITECTURE.md", format!("the map lacks `{folder}`")));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_name(name: &str, path: &str, expected: Option<&str>) {
        let message = vague(name, path);
        match expected {
            None => assert_eq!(message, None),
            Some(part) => assert!(message.is_some_and(|text| text.contains(part)), "{name}"),
        }
    }

    #[test]
    fn words_that_say_nothing_are_refused() {
        check_name("utils", "backend/x/src/utils.rs", Some("says nothing"));
        check_name("RunManager", "backend/x/src/run.rs", Some("says nothing"));
        check_name("data", "backend/x/src/data.rs", Some("says nothing"));
        check_name("query_data", "backend/plugin/src/query_data.rs", None);
        check_name("Utilisation", "backend/x/src/load.rs", None);
    }

    #[test]
    fn jobs_are_the_others() {
        check_name("RunJob", "backend/runs/src/run.rs", Some("ours is a run"));
        check_name("JobName", "backend/prometheus/src/scrape.rs", None);
    }

    #[test]
    fn a_declaration_names_its_type() {
        assert_eq!(declared("pub(crate) struct Run<'a> {"), Some("Run"));
        assert_eq!(declared("    mod base;"), Some("base"));
        assert_eq!(declared("let data = 1;"), None);
    }

    #[test]
    fn a_definition_is_named_like_its_file() {
        let check = |text: &str| {
            let tree = Tree::of(&[("actions/drain-node.yaml", text)]);
            check(&tree, &json!({})).len()
        };
        assert_eq!(check("name: drain-node   # = file name\ntitle: x\n"), 0);
        assert_eq!(check("name: drain\n"), 1);
        assert_eq!(check("title: x\n"), 1);
    }

    #[test]
    fn every_crate_has_a_readme_and_a_line_in_the_map() {
        let tree = Tree::of(&[("backend/x/Cargo.toml", "")]);
        let metadata = json!({"packages": [{"name": "leverframe-x"}]});
        let messages: Vec<String> =
            check(&tree, &metadata).iter().map(ToString::to_string).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
    }
}
