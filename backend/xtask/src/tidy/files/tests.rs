//! Each rule for single files is broken once.

use super::*;

#[track_caller]
fn check_breaks(files: &[(&str, &str)], expected: &str) {
    let lines: Vec<String> = check(&Tree::of(files)).iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains(expected)), "{expected:?} not in {lines:#?}");
}

#[test]
fn a_tidy_crate_breaks_nothing() {
    let files = [
        ("backend/x/src/lib.rs", "//! An index.\n\nmod noun;\n"),
        ("backend/x/src/noun.rs", "//! A noun.\n"),
    ];
    assert_eq!(check(&Tree::of(&files)), []);
}

#[test]
fn a_file_must_say_what_it_is_for() {
    check_breaks(&[("backend/x/src/lib.rs", "fn f() {}\n")], "open with `//!`");
}

#[test]
fn a_long_file_is_a_breach_and_its_inline_tests_do_not_count() {
    let long = format!("//! Long.\n{}", "fn f() {}\n".repeat(400));
    check_breaks(&[("backend/x/src/lib.rs", &long)], "401 lines without tests");
    let tested = format!("//! Short.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(500));
    assert_eq!(check(&Tree::of(&[("backend/x/src/lib.rs", &tested)])), []);
}

#[test]
fn a_file_that_no_module_declares_is_dead() {
    let files = [("backend/x/src/lib.rs", "//! An index.\n"), ("backend/x/src/dead.rs", "//! .\n")];
    check_breaks(&files, "nothing declares this module: `mod dead;`");
}

#[test]
fn doubts_do_not_lie_in_the_code() {
    let text = concat!("//! A note.\n// TO", "DO later\n");
    check_breaks(&[("backend/x/src/lib.rs", text)], "backend/x/src/lib.rs:2: \"TO");
}

#[test]
fn an_ignored_test_and_an_expected_panic_are_breaches() {
    let text = concat!("//! A note.\n#[", "ignore]\n#[", "should_panic]\n");
    check_breaks(&[("backend/x/src/lib.rs", text)], "lib.rs:2:");
    check_breaks(&[("backend/x/src/lib.rs", text)], "lib.rs:3:");
}

#[test]
fn a_machine_s_path_or_a_registry_is_a_breach_in_any_file() {
    check_breaks(&[("README.md", concat!("see /", "root/x\n"))], "no machine's paths");
    check_breaks(&[(".ci/run", concat!("curl pypi", ".org\n"))], "registries are reached");
}

#[test]
fn unsafe_code_needs_a_place_on_the_list() {
    let text = concat!("//! A note.\n#![expect(unsafe", "_code)]\n");
    check_breaks(&[("backend/x/src/lib.rs", text)], "lifts unsafe_code");
}

#[test]
fn a_new_entry_at_the_root_is_a_breach() {
    let tree = Tree { files: Vec::new(), top: vec!["scripts/".to_owned(), "backend/".to_owned()] };
    let found = check(&tree);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "scripts/");
}
