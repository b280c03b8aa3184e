//! From a definition, a target and parameters to steps and changes. Looks, and changes nothing.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use runs::{Goal, LockKey, Request, StepPlan, UndoRule};
use serde_json::{Map, Value, json};
use targets::{ArgsFault, Call, Change, Error, Inventory, Operation, Operations, Target};

use super::summary;
use crate::{
    Definition, canonical,
    definition::Step,
    facts::Facts,
    limits,
    refusal::{Code, Refusal},
    template::{Context, Root, Unrendered},
};

/// What planning looks at.
#[derive(Debug)]
pub(crate) struct Planner<'a> {
    pub(crate) operations: &'a Operations,
    pub(crate) inventory: &'a Inventory,
    /// Whether there is a Prometheus that can prove a goal.
    pub(crate) provable: bool,
}

/// A plan without guards and without an end.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) definition: Arc<Definition>,
    pub(crate) target: Target,
    pub(crate) params: Map<String, Value>,
    pub(crate) context: Context,
    pub(crate) locks: Vec<LockKey>,
    pub(crate) steps: Vec<StepPlan>,
    pub(crate) changes: Vec<Change>,
    pub(crate) goal: Option<Goal>,
    pub(crate) warnings: Vec<String>,
    pub(crate) summary: String,
    pub(crate) confirm: Option<String>,
    pub(crate) hash: String,
}

/// What the steps so far would have left behind.
#[derive(Debug, Default)]
struct World {
    fields: BTreeMap<(String, String), Value>,
    changes: Vec<Planned>,
}

/// A change, and whether it is an effect of its own ([`Operation::adds`]).
#[derive(Debug)]
struct Planned {
    change: Change,
    adds: bool,
}

impl Planner<'_> {
    /// Observes every step's target and expands the definition. `params` are filled in and checked.
    pub(crate) async fn draft(
        &self,
        definition: &Arc<Definition>,
        target: &Target,
        params: Map<String, Value>,
        now: Timestamp,
    ) -> Result<Draft, Refusal> {
        let facts = Facts::of(target, self.inventory, now)?;
        let context = Context::new(&facts.fields, &params, None);
        let (mut world, mut steps, mut warnings) = (World::default(), Vec::new(), Vec::new());
        for (n, step) in (1_u32..).zip(&definition.steps) {
            let (operation, call) = self.call(n, step, target, &context)?;
            let seen = operation.observe(&call).await.map_err(|error| unseen(target, &error))?;
            let before = world.before(&call.target, seen);
            world.add(operation.changes(&call, &before), operation.adds());
            let title = operation.title(&call);
            let lasts = operation.effect() && operation.inverse(&call, &before).is_none();
            if lasts && definition.undo == UndoRule::Automatic {
                warnings.push(format!("Step {n} ({title}) cannot be taken back."));
            }
            steps.push(StepPlan {
                n,
                operation: call.operation,
                title,
                target: call.target.to_string(),
                args: call.args,
                attempts_max: limits::ATTEMPTS_MAX,
            });
        }
        let changes = world.changes();
        let summary = summary::of(&changes);
        if changes.is_empty() {
            warnings.push(summary.clone());
        }
        let goal = self.goal(definition, &context, &mut warnings)?;
        let told = Context::new(&facts.fields, &params, Some(&summary));
        let confirm = definition.confirm.text.as_ref().map(|text| text.text(&told)).transpose();
        let draft = Draft {
            hash: String::new(),
            definition: Arc::clone(definition),
            target: target.clone(),
            confirm: confirm.map_err(|fault| unrendered("the question", &fault))?,
            locks: facts.locks,
            params,
            context,
            steps,
            changes,
            goal,
            warnings,
            summary,
        };
        Ok(Draft { hash: draft.hash(), ..draft })
    }

    fn goal(
        &self,
        definition: &Definition,
        context: &Context,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Goal>, Refusal> {
        let Some(verify) = &definition.verify else { return Ok(None) };
        if !self.provable {
            warnings.push("No Prometheus is configured: the effect will not be proven.".to_owned());
            return Ok(None);
        }
        verify.goal(context).map(Some).map_err(|fault| unrendered("the goal", &fault))
    }

    fn call(
        &self,
        n: u32,
        step: &Step,
        target: &Target,
        context: &Context,
    ) -> Result<(&Arc<dyn Operation>, Call), Refusal> {
        let name = &step.operation;
        let place = format!("step {n} ({name})");
        let operation = self.operations.get(name).ok_or_else(|| {
            Refusal::new(Code::InventoryUnsure, format!("{place} is not known to this service"))
        })?;
        let args = context.tree(&step.args).map_err(|fault| unrendered(&place, &fault))?;
        let args = typed(operation.as_ref(), args).map_err(|fault| {
            Refusal::new(Code::InvalidParams, format!("{place}: {fault}")).at("/params")
        })?;
        // A definition names its node API literally; a run on another one must not pass under its
        // name.
        if let Some(api) = args.get("api").and_then(Value::as_str)
            && target.kind == "node-api"
            && api != target.id
        {
            let detail = format!("this action is for node-api/{api}");
            return Err(Refusal::new(Code::NotFound, detail).at("/target"));
        }
        let (operation_name, effect_key) = (name.clone(), String::new());
        Ok((
            operation,
            Call { operation: operation_name, target: target.clone(), args, effect_key },
        ))
    }
}

/// Gives a text that was put together from parts the type its field demands, where it can be read
/// as such.
fn typed(operation: &dyn Operation, mut args: Value) -> Result<Value, ArgsFault> {
    if let Some((name, _)) =
        args.as_object().and_then(|map| map.iter().find(|(_, v)| is_template(v)))
    {
        // An operation passes templates, so a value that looks like one would not be checked at
        // all.
        let message = "the value must not hold `{{`".to_owned();
        return Err(ArgsFault { pointer: format!("/{name}"), message });
    }
    loop {
        let Err(fault) = operation.check_args(&args) else { return Ok(args) };
        // Each round turns one text into a scalar, so this ends.
        match args.pointer_mut(&fault.pointer) {
            Some(slot @ Value::String(_)) => match slot.as_str().map(serde_json::from_str::<Value>)
            {
                Some(Ok(scalar @ (Value::Number(_) | Value::Bool(_)))) => *slot = scalar,
                _ => return Err(fault),
            },
            _ => return Err(fault),
        }
    }
}

fn is_template(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("{{"))
}

impl World {
    /// Returns what a later step will find: what was seen, with the changes of the steps before.
    fn before(&self, target: &Target, mut seen: Value) -> Value {
        if let Value::Object(fields) = &mut seen {
            for (field, value) in fields {
                if let Some(left) = self.fields.get(&(target.to_string(), field.clone())) {
                    *value = left.clone();
                }
            }
        }
        seen
    }

    /// Adds the changes of one step. One of a field goes on where an earlier one ended; one that
    /// `adds` stands alone.
    fn add(&mut self, changes: Vec<Change>, adds: bool) {
        for change in changes {
            let same = |known: &&mut Planned| {
                let Planned { change: known, adds } = known;
                !*adds && known.target == change.target && known.field == change.field
            };
            if !adds {
                let key = (change.target.to_string(), change.field.clone());
                self.fields.insert(key, change.to.clone());
                if let Some(known) = self.changes.iter_mut().find(same) {
                    known.change.to = change.to;
                    continue;
                }
            }
            self.changes.push(Planned { change, adds });
        }
    }

    /// Returns the net changes: a field that ends as it began is none.
    fn changes(self) -> Vec<Change> {
        let net = |planned: &Planned| planned.adds || planned.change.from != planned.change.to;
        self.changes.into_iter().filter(net).map(|planned| planned.change).collect()
    }
}

impl Draft {
    /// Tells whether an accepted run would do, hold and prove what this draft does.
    pub(crate) fn is_work_of(&self, request: &Request) -> bool {
        work(&self.steps, &self.locks, self.goal.as_ref())
            == work(&request.steps, &request.locks, request.goal.as_ref())
    }

    /// Returns the hash over everything a person agrees to.
    fn hash(&self) -> String {
        canonical::hash(&json!({
            "action": self.definition.name,
            "version": self.definition.version,
            "target": self.target,
            "params": self.params,
            "changes": self.changes,
            "work": work(&self.steps, &self.locks, self.goal.as_ref()),
        }))
    }
}

/// Returns what is done, held and proven, without prose. The rest of a goal and of a step belongs
/// to the definition's version.
fn work(steps: &[StepPlan], locks: &[LockKey], goal: Option<&Goal>) -> Value {
    let step = |step: &StepPlan| json!([step.operation, step.target, step.args]);
    json!({
        "steps": steps.iter().map(step).collect::<Vec<_>>(),
        "locks": locks,
        "goal": goal.map(|goal| &goal.promql),
    })
}

/// Translates a target that could not be read.
fn unseen(target: &Target, error: &Error) -> Refusal {
    let code = match error {
        Error::UnknownTarget { .. } | Error::BadName(_) | Error::BadTarget(_) => Code::NotFound,
        Error::BadArgs(_) => Code::InvalidParams,
        _ => Code::InventoryUnsure,
    };
    Refusal::new(code, format!("{target} cannot be read: {error}"))
}

/// Translates a template that could not be rendered: either the inventory or the parameters lack
/// something.
fn unrendered(place: &str, fault: &Unrendered) -> Refusal {
    let code = match fault.root {
        Some(Root::Target) => Code::InventoryUnsure,
        Some(Root::Params) | None => Code::InvalidParams,
    };
    Refusal::new(code, format!("{place}: {fault}"))
}
