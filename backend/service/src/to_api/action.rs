//! Actions, plans and refusals on the wire.

use api::{ProblemCode, ReasonRule, Risk};

/// Makes the wire shape of a definition as one actor sees it.
pub(crate) fn action(
    listed: &actions::Listed,
    cooldown_until: Option<jiff::Timestamp>,
) -> api::Action {
    let definition = &listed.definition;
    api::Action {
        name: definition.name.clone(),
        title: definition.title.clone(),
        description: definition.description.clone(),
        version: definition.version.clone(),
        target: definition.target.clone(),
        risk: risk(definition.risk),
        allowed: listed.refusal.is_none(),
        why_not: listed.refusal.as_ref().map(|refusal| refusal.detail.clone()),
        cooldown_until: cooldown_until.map(Into::into),
        params: definition.parameters.schema().clone(),
        confirm: api::Confirm {
            text: None,
            reason: reason(definition.confirm.reason),
            typed: None,
        },
    }
}

/// Makes the wire shape of a plan.
pub(crate) fn plan(plan: &actions::Plan) -> api::Plan {
    api::Plan {
        hash: plan.hash.clone(),
        expires_at: plan.expires_at.into(),
        action: plan.action.clone(),
        version: plan.version.clone(),
        target: target(&plan.target),
        params: plan.params.clone(),
        changes: plan.changes.iter().map(change).collect(),
        steps: plan.steps.iter().map(step).collect(),
        guards: plan.guards.iter().map(guard).collect(),
        warnings: plan.warnings.clone(),
        summary: plan.summary.clone(),
        confirm: api::Confirm {
            text: plan.confirm.clone(),
            reason: reason(plan.reason),
            typed: None,
        },
    }
}

/// Makes the wire shape of a change.
pub(crate) fn change(change: &targets::Change) -> api::Change {
    api::Change {
        target: target(&change.target),
        field: change.field.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
    }
}

/// Makes the wire shape of a judged guard.
pub(crate) fn guard(outcome: &actions::Outcome) -> api::Guard {
    api::Guard {
        name: outcome.name.clone(),
        ok: outcome.ok,
        value: outcome.value,
        expect: outcome.expect.clone(),
        why: outcome.why.clone(),
    }
}

/// Makes the wire word of a refusal.
pub(crate) fn code(code: actions::Code) -> ProblemCode {
    // Both lists are tested to agree; an unknown word is our fault, not the caller's.
    ProblemCode::parse(code.as_str()).unwrap_or(ProblemCode::Internal)
}

fn step(step: &runs::StepPlan) -> api::PlannedStep {
    api::PlannedStep { n: step.n, operation: step.operation.clone(), title: step.title.clone() }
}

fn target(target: &targets::Target) -> api::Target {
    api::Target { kind: target.kind.clone(), id: target.id.clone() }
}

fn risk(risk: actions::Risk) -> Risk {
    match risk {
        actions::Risk::Low => Risk::Low,
        actions::Risk::Medium => Risk::Medium,
        actions::Risk::High => Risk::High,
    }
}

fn reason(rule: actions::ReasonRule) -> ReasonRule {
    match rule {
        actions::ReasonRule::None => ReasonRule::None,
        actions::ReasonRule::Optional => ReasonRule::Optional,
        actions::ReasonRule::Required => ReasonRule::Required,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_action_has_a_problem_of_the_same_word() {
        for refusal in actions::Code::ALL {
            assert_eq!(code(*refusal).as_str(), refusal.as_str());
        }
    }
}
