//! The list of verbs: the one place that names them all.

use anyhow::Result;

use crate::{bless, check, codegen, demo, test, tidy};

/// One command of the repository.
pub(crate) struct Verb {
    /// What is typed after `cargo xtask`.
    pub(crate) name: &'static str,
    /// Its arguments, as help shows them.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    pub(crate) does: &'static str,
    /// Runs it with the words that follow its name.
    pub(crate) run: fn(&[String]) -> Result<()>,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "demo",
        usage: "[--smoke] [--data DIR] [--seconds N]",
        does: "sets up, builds and starts everything; --smoke presses end to end and exits",
        run: demo::run,
    },
    Verb {
        name: "test",
        usage: "[plugin|service|peer|smoke|dashboards|frontend]",
        does: "sets up and runs all tests, or one part",
        run: test::run,
    },
    Verb {
        name: "check",
        usage: "",
        does: "fmt, clippy, rustdoc, tidy, cargo-deny where installed",
        run: check::run,
    },
    Verb {
        name: "bless",
        usage: "",
        does: "accepts snapshots and goldens, reruns codegen, shows git diff --stat",
        run: bless::run,
    },
    Verb {
        name: "codegen",
        usage: "",
        does: "writes backend/service/openapi.json from the service's routes",
        run: codegen::run,
    },
    Verb {
        name: "tidy",
        usage: "",
        does: "house rules that the compiler does not know",
        run: tidy::run,
    },
];

/// Returns the verb of that name.
pub(crate) fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}

/// Returns the help text: a line per verb.
pub(crate) fn list() -> String {
    let line = |verb: &Verb| {
        let call = format!("{} {}", verb.name, verb.usage);
        format!("  {call:<42} {}\n", verb.does)
    };
    format!("cargo xtask <verb>\n\n{}", VERBS.iter().map(line).collect::<String>())
}
