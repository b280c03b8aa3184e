//! From the YAML to a checked definition: every fault is noted, and reading goes on.

use std::{collections::BTreeSet, time::Duration};

use identity::Role;
use prometheus::Template;
use runs::{UndoRule, store::Collision};
use serde_saphyr::{Location, Options, Spanned};
use targets::Operations;

use super::{
    Confirm, Definition, Guard, Limits, OnNoEffect, Risk, Step, TARGET_KINDS, Verify, duration, raw,
};
use crate::{
    Fault,
    fault::Faults,
    limits,
    parameters::Parameters,
    rights::Rule,
    template::{Scope, Text},
};

pub(super) fn definition(
    file: &str,
    name: &str,
    text: &str,
    operations: &Operations,
) -> Result<Definition, Vec<Fault>> {
    let mut faults = Faults::new(file);
    let raw = match serde_saphyr::from_str_with_options::<raw::Definition>(text, options()) {
        Ok(raw) => raw,
        Err(error) => {
            let at = error.location().unwrap_or(Location::UNKNOWN);
            faults.add(at, bare(&error.without_snippet().render()));
            return Err(faults.into_vec());
        }
    };
    check_names(&raw, name, &mut faults);
    let definition = checked(raw, operations, &mut faults);
    match definition {
        Some(definition) if faults.is_empty() => {
            Ok(Definition { version: Definition::version_of(text), ..definition })
        }
        _ => Err(faults.into_vec()),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: limits::DEFINITION_DEPTH_MAX },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    }
}

/// The parser's words without the place, which is told already.
fn bare(message: &str) -> &str {
    let line = message.lines().next().unwrap_or(message);
    line.rsplit_once(" at line ").map_or(line, |(words, _)| words)
}

fn check_names(raw: &raw::Definition, name: &str, faults: &mut Faults) {
    faults.read(&raw.name, |given| match given.as_str() {
        given if given == name => Ok(()),
        given => Err(format!("the name `{given}` must be the file's name, `{name}`")),
    });
    faults.read(&raw.title, |title| {
        if title.trim().is_empty() { Err("the title is empty") } else { Ok(()) }
    });
    faults.read(&raw.target, |kind| {
        if TARGET_KINDS.contains(&kind.as_str()) {
            return Ok(());
        }
        Err(format!("there is no target kind `{kind}`; there is: {}", TARGET_KINDS.join(", ")))
    });
    faults.not_available("approval", raw.approval.as_ref());
    faults.not_available("budget", raw.budget.as_ref());
    faults.not_available("compute", raw.compute.as_ref());
    faults.not_available("limits.queue_for", raw.limits.queue_for.as_ref());
}

/// Reads on after each fault; `None` only where there is nothing to build from.
fn checked(
    raw: raw::Definition,
    operations: &Operations,
    faults: &mut Faults,
) -> Option<Definition> {
    let parameters = match &raw.params {
        None => Parameters::none().map_err(|fault| faults.whole(fault)).ok(),
        Some(schema) => faults.read(schema, Parameters::compile),
    };
    // Where the schema is wrong, names of parameters cannot be checked; the rest still is.
    let names = parameters.as_ref().and_then(Parameters::names);
    let scope = Scope { params: names, plan: false };
    let confirm = confirm(&raw.confirm, &scope, faults);
    let limits = limits_of(&raw.limits, faults);
    let guards = guards(&raw.guards, &scope, faults);
    let steps = steps(&raw.steps, &scope, operations, faults);
    let verify = raw.verify.as_ref().map(|verify| verify_of(&verify.value, &scope, faults));
    let allow = allow(&raw.allow, faults);
    let on_no_effect = on_no_effect(&raw, faults);
    Some(Definition {
        name: raw.name.value,
        title: raw.title.value,
        description: raw.description,
        version: String::new(),
        target: raw.target.value,
        risk: raw.risk,
        allow,
        parameters: parameters?,
        confirm,
        limits: limits?,
        guards: guards?,
        steps,
        verify: match verify {
            None => None,
            Some(verify) => Some(verify?),
        },
        undo: match raw.undo {
            raw::Undo::Automatic => UndoRule::Automatic,
            raw::Undo::None => UndoRule::None,
        },
        on_no_effect,
    })
}

fn on_no_effect(raw: &raw::Definition, faults: &mut Faults) -> OnNoEffect {
    let Some(given) = &raw.on_no_effect else { return OnNoEffect::default() };
    if raw.verify.is_none() {
        faults.add(given.referenced, "`on_no_effect` needs a `verify`");
    } else if given.value == OnNoEffect::Undo && matches!(raw.undo, raw::Undo::None) {
        faults.add(given.referenced, "`on_no_effect: undo` contradicts `undo: none`");
    }
    given.value
}

fn allow(raw: &Spanned<Vec<Spanned<raw::Allow>>>, faults: &mut Faults) -> Vec<Rule> {
    if raw.value.is_empty() {
        faults.add(raw.referenced, "nobody may run this: give at least one rule in `allow`");
    }
    let rules = raw.value.iter().map(|rule| {
        let raw::Allow { roles, subjects, labels, policies, tenants, tokens } = &rule.value;
        faults.not_available("allow.labels", labels.as_ref());
        faults.not_available("allow.policies", policies.as_ref());
        faults.not_available("allow.tenants", tenants.as_ref());
        faults.not_available("allow.tokens", tokens.as_ref());
        if roles.is_none() && subjects.is_none() {
            faults.add(rule.referenced, "a rule needs `roles` or `subjects`");
        }
        let role = |word: &String| match Role::from_word(word) {
            Some(Role::None) | None => {
                Err(format!("there is no role `{word}` to allow; there is: Viewer, Editor, Admin"))
            }
            Some(role) => Ok(role),
        };
        Rule {
            roles: roles
                .as_ref()
                .map(|roles| roles.iter().filter_map(|word| faults.read(word, role)).collect()),
            subjects: subjects
                .as_ref()
                .map(|names| names.iter().map(|n| n.value.clone()).collect()),
        }
    });
    rules.collect()
}

fn confirm(raw: &raw::Confirm, scope: &Scope, faults: &mut Faults) -> Confirm {
    let scope = Scope { plan: true, ..scope.clone() };
    let text = raw.text.as_ref().and_then(|text| {
        faults.read(text, |text| {
            let text = Text::parse(text)?;
            text.check(&scope).map(|()| text)
        })
    });
    Confirm { text, reason: raw.reason }
}

fn limits_of(raw: &raw::Limits, faults: &mut Faults) -> Option<Limits> {
    let cooldown = optional(raw.cooldown.as_ref(), duration::duration, faults);
    let rate = optional(raw.rate.as_ref(), duration::rate, faults);
    let collision = optional(
        raw.collision.as_ref(),
        |word| match word {
            "reject" => Ok(Collision::Reject),
            "queue" => Err("`collision: queue` is not available yet".to_owned()),
            _ => Err(format!("`{word}` is no collision rule; there is: reject")),
        },
        faults,
    );
    Some(Limits {
        cooldown: cooldown?.unwrap_or(Duration::ZERO),
        rate: rate?,
        collision: collision?.unwrap_or(Collision::Reject),
    })
}

/// Reads a field that may be absent: the outer `None` is a fault, the inner one its absence.
#[expect(clippy::option_option, reason = "a fault and an absence are two things")]
fn optional<T>(
    field: Option<&Spanned<String>>,
    read: impl FnOnce(&str) -> Result<T, String>,
    faults: &mut Faults,
) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(field) => faults.read(field, |text| read(text)).map(Some),
    }
}

fn guards(raw: &[Spanned<raw::Guard>], scope: &Scope, faults: &mut Faults) -> Option<Vec<Guard>> {
    if let Some(extra) = raw.get(limits::GUARDS_MAX) {
        faults.add(extra.referenced, format!("more than {} guards", limits::GUARDS_MAX));
    }
    let mut seen = BTreeSet::new();
    let guards: Vec<Option<Guard>> = raw
        .iter()
        .map(|Spanned { value: guard, .. }| {
            if !seen.insert(guard.name.value.as_str()) {
                faults.add(guard.name.referenced, "two guards have this name");
            }
            let promql = promql(&guard.promql, scope, faults);
            let expect = faults.read(&guard.expect, |text| text.parse());
            let max_age = optional(guard.max_age.as_ref(), duration::duration, faults);
            Some(Guard {
                name: guard.name.value.clone(),
                promql: promql?,
                expect: expect?,
                max_age: max_age?.unwrap_or(limits::SAMPLE_AGE_MAX),
            })
        })
        .collect();
    guards.into_iter().collect()
}

fn verify_of(raw: &raw::Verify, scope: &Scope, faults: &mut Faults) -> Option<Verify> {
    let promql = promql(&raw.promql, scope, faults);
    let expect = faults.read(&raw.expect, |text| text.parse());
    let within = faults.read(&raw.within, |text| duration::duration(text));
    let stable_for = optional(raw.stable_for.as_ref(), duration::duration, faults);
    let (within, stable_for) = (within?, stable_for?.unwrap_or(Duration::ZERO));
    if stable_for > within {
        faults.add(raw.within.referenced, "`within` must not be shorter than `stable_for`");
    }
    Some(Verify { promql: promql?, expect: expect?, within, stable_for, worse: raw.worse })
}

fn promql(raw: &Spanned<String>, scope: &Scope, faults: &mut Faults) -> Option<Template> {
    faults.read(raw, |text| {
        let template = Template::parse(text).map_err(|error| error.to_string())?;
        template.placeholders().iter().try_for_each(|place| scope.check(&place.expression))?;
        Ok::<_, String>(template)
    })
}

fn steps(
    raw: &Spanned<Vec<raw::Step>>,
    scope: &Scope,
    operations: &Operations,
    faults: &mut Faults,
) -> Vec<Step> {
    if raw.value.is_empty() {
        faults.add(raw.referenced, "an action needs at least one step");
    }
    if let Some(extra) = raw.value.get(limits::STEPS_MAX) {
        faults.add(extra.referenced, format!("more than {} steps", limits::STEPS_MAX));
    }
    let mut steps = Vec::new();
    for step in &raw.value {
        let mut calls = step.value.iter();
        let (Some((operation, args)), None) = (calls.next(), calls.next()) else {
            faults.add(step.referenced, "a step is one operation: `- haproxy.set_state: { … }`");
            continue;
        };
        match operations.get(operation) {
            None => {
                let known: Vec<_> = operations.names().collect();
                let known = known.join(", ");
                faults.add(
                    step.referenced,
                    format!("there is no operation `{operation}`; there is: {known}"),
                );
            }
            Some(known) => {
                faults.read(args, |args| known.check_args(args).map_err(|fault| fault.to_string()));
            }
        }
        faults.read(args, |args| scope.check_tree(args));
        steps.push(Step { operation: operation.clone(), args: args.value.clone() });
    }
    steps
}

impl Risk {
    /// Returns the word of the YAML.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
