//! `{{ … }}` in a definition: expressions over the target, the parameters and the plan.
//!
//! Only expressions: no blocks, no loops, no macros. A string that is exactly one expression keeps
//! the value's JSON type. What is undefined is an error, and the engine's work is bounded. PromQL
//! is not rendered here but through its tree (`prometheus::promql::Template`); only the
//! expressions' values come from here.

use std::{collections::BTreeSet, fmt, sync::LazyLock};

use minijinja::{Environment, ErrorKind, Expression, UndefinedBehavior, filters};
use serde_json::{Map, Value};

use crate::limits;

/// The fields that every template may read of its target.
const TARGET_FIELDS: [&str; 6] = ["id", "kind", "name", "pool", "address", "labels"];

/// The engine: nothing but operators and filters that make one value from another.
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(limits::TEMPLATE_FUEL));
    engine.add_filter("default", filters::default);
    engine.add_filter("float", filters::float);
    engine.add_filter("int", filters::int);
    engine.add_filter("join", filters::join);
    engine.add_filter("length", filters::length);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("replace", filters::replace);
    engine.add_filter("round", filters::round);
    engine.add_filter("upper", filters::upper);
    engine
});

/// What a template may name: checked when a definition is read, long before anybody presses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// The parameters of the schema; `None` if it allows any.
    pub(crate) params: Option<BTreeSet<String>>,
    /// Whether `plan.summary` is known.
    pub(crate) plan: bool,
}

impl Scope {
    /// Checks one expression: its grammar, and every name in it.
    pub(crate) fn check(&self, expression: &str) -> Result<(), String> {
        let compiled = compile(expression)?;
        let mut names: Vec<_> = compiled.undeclared_variables(true).into_iter().collect();
        names.sort();
        names.iter().try_for_each(|name| self.check_name(name))?;
        match compiled.eval(self.sample()) {
            // The engine looks filters and tests up while it works, so it has to work once.
            Err(error) if is_unknown(&error) => Err(words(error)),
            // What a sample yields says nothing about real values.
            Err(_) | Ok(_) => Ok(()),
        }
    }

    /// A value for everything that may be named.
    fn sample(&self) -> minijinja::Value {
        let some = |names: &mut dyn Iterator<Item = String>| -> Map<String, Value> {
            names.map(|name| (name, Value::from("1"))).collect()
        };
        let target = some(&mut TARGET_FIELDS.into_iter().map(str::to_owned));
        let params = some(&mut self.params.iter().flatten().cloned());
        Context::new(&target, &params, Some("")).0
    }

    fn check_name(&self, name: &str) -> Result<(), String> {
        let mut parts = name.split('.');
        match (parts.next(), parts.next()) {
            (Some("target"), Some(field)) if TARGET_FIELDS.contains(&field) => Ok(()),
            (Some("target"), Some(field)) => {
                let known = TARGET_FIELDS.join(", ");
                Err(format!("`target.{field}` does not exist; there is: {known}"))
            }
            (Some("params"), Some(field)) => match &self.params {
                Some(known) if !known.contains(field) => {
                    Err(format!("`params.{field}` is no parameter of this action"))
                }
                _ => Ok(()),
            },
            (Some("plan"), Some("summary")) if self.plan => Ok(()),
            (Some("target" | "params"), None) => Ok(()),
            _ if self.plan => {
                Err(format!("`{name}` is not known here; use target, params or plan.summary"))
            }
            _ => Err(format!("`{name}` is not known here; use target or params")),
        }
    }

    /// Checks every string inside an argument.
    pub(crate) fn check_tree(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::String(text) => Text::parse(text)?.check(self),
            Value::Array(items) => items.iter().try_for_each(|item| self.check_tree(item)),
            Value::Object(map) => map.values().try_for_each(|item| self.check_tree(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
}

/// The roots of expressions that may lack something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// What the inventory knows.
    Target,
    /// What the press gave.
    Params,
}

impl Root {
    fn of(name: &str) -> Option<Self> {
        match name.split('.').next() {
            Some("target") => Some(Self::Target),
            Some("params") => Some(Self::Params),
            _ => None,
        }
    }
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unrendered {
    /// Whose fault it is; `None` if it is neither's or cannot be told.
    pub(crate) root: Option<Root>,
    pub(crate) message: String,
}

impl From<String> for Unrendered {
    fn from(message: String) -> Self {
        Self { root: None, message }
    }
}

impl fmt::Display for Unrendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The values that templates read.
#[derive(Clone, Debug)]
pub(crate) struct Context(minijinja::Value);

impl Context {
    /// Makes a context; fields of the target that are not known are simply not there.
    pub(crate) fn new(
        target: &Map<String, Value>,
        params: &Map<String, Value>,
        summary: Option<&str>,
    ) -> Self {
        let mut root = serde_json::json!({ "target": target, "params": params });
        if let Some(summary) = summary {
            root["plan"] = serde_json::json!({ "summary": summary });
        }
        Self(minijinja::Value::from(minijinja::value::Serde(root)))
    }

    /// Returns the value of one expression.
    pub(crate) fn value(&self, expression: &str) -> Result<Value, Unrendered> {
        let compiled = compile(expression)?;
        let fault = |message| Unrendered { root: self.at_fault(&compiled), message };
        let value = compiled.eval(self.0.clone()).map_err(|error| fault(words(error)))?;
        if value.is_undefined() {
            return Err(fault(format!("`{expression}` is not known for this target")));
        }
        serde_json::to_value(&value).map_err(|_| fault(format!("`{expression}` is no JSON value")))
    }

    /// Returns the value of one expression as text.
    pub(crate) fn text(&self, expression: &str) -> Result<String, Unrendered> {
        match self.value(expression)? {
            Value::String(text) => Ok(text),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => Err(Unrendered {
                root: self.at_fault(&compile(expression)?),
                message: format!("`{expression}` is neither text nor a number"),
            }),
        }
    }

    /// Fills a query through its tree.
    pub(crate) fn promql(&self, query: &prometheus::Template) -> Result<String, Unrendered> {
        let mut root = None;
        let filled = query.render(&mut |expression| {
            // A value may also be refused there: then the fault is its root's.
            root = self.at_fault(&compile(expression)?);
            self.text(expression).map_err(|fault| fault.message)
        });
        filled.map_err(|error| Unrendered { root, message: error.to_string() })
    }

    /// Returns the root that lacks something the expression names; if none does, the one root that
    /// the expression is made of.
    fn at_fault(&self, expression: &Expression<'_, '_>) -> Option<Root> {
        let mut names: Vec<_> = expression.undeclared_variables(true).into_iter().collect();
        names.sort();
        if let Some(missing) = names.iter().find(|name| !self.knows(name)) {
            return Root::of(missing);
        }
        let first = names.first().and_then(|name| Root::of(name))?;
        names.iter().all(|name| Root::of(name) == Some(first)).then_some(first)
    }

    fn knows(&self, name: &str) -> bool {
        let found = name.split('.').try_fold(self.0.clone(), |value, part| value.get_attr(part));
        found.is_ok_and(|value| !value.is_undefined())
    }

    /// Renders every string inside an argument.
    pub(crate) fn tree(&self, value: &Value) -> Result<Value, Unrendered> {
        Ok(match value {
            Value::String(text) => Text::parse(text)?.render(self)?,
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.tree(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let fields = map.iter().map(|(key, item)| Ok((key.clone(), self.tree(item)?)));
                Value::Object(fields.collect::<Result<_, Unrendered>>()?)
            }
            scalar => scalar.clone(),
        })
    }
}

/// A text with expressions in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Expression(String),
}

impl Text {
    /// Splits a text into its parts.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("{%") || text.contains("{#") {
            return Err("only `{{ expression }}` is allowed in a template".to_owned());
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((expression, after)) = after.split_once("}}") else {
                return Err("`{{` is not closed by `}}`".to_owned());
            };
            parts.push(Part::Literal(before.to_owned()));
            parts.push(Part::Expression(expression.trim().to_owned()));
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        parts.retain(|part| !matches!(part, Part::Literal(text) if text.is_empty()));
        Ok(Self(parts))
    }

    /// Checks every expression against what may be named.
    pub(crate) fn check(&self, scope: &Scope) -> Result<(), String> {
        self.0.iter().try_for_each(|part| match part {
            Part::Literal(_) => Ok(()),
            Part::Expression(expression) => scope.check(expression),
        })
    }

    /// Renders the text; exactly one expression keeps its JSON type.
    pub(crate) fn render(&self, context: &Context) -> Result<Value, Unrendered> {
        if let [Part::Expression(expression)] = self.0.as_slice() {
            return context.value(expression);
        }
        self.text(context).map(Value::String)
    }

    /// Renders the text as text.
    pub(crate) fn text(&self, context: &Context) -> Result<String, Unrendered> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Expression(expression) => out.push_str(&context.text(expression)?),
            }
            if out.len() > limits::RENDERED_BYTES_MAX {
                let max = limits::RENDERED_BYTES_MAX;
                return Err(format!("the text is longer than {max} bytes").into());
            }
        }
        Ok(out)
    }
}

fn compile(expression: &str) -> Result<Expression<'static, 'static>, String> {
    if expression.len() > limits::EXPRESSION_BYTES_MAX {
        let max = limits::EXPRESSION_BYTES_MAX;
        return Err(format!("the expression is longer than {max} bytes"));
    }
    ENGINE.compile_expression_owned(expression.to_owned()).map_err(words)
}

fn is_unknown(error: &minijinja::Error) -> bool {
    use ErrorKind::{UnknownFilter, UnknownFunction, UnknownMethod, UnknownTest};
    matches!(error.kind(), UnknownFilter | UnknownFunction | UnknownMethod | UnknownTest)
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn words(error: minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests;
