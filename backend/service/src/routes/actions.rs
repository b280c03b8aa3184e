//! What can be done.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod run;

use jiff::Timestamp;

use crate::{app::App, problem::Refused, to_api};

/// Makes the wire shape of a definition; with a target also until when it rests. A store that does
/// not answer leaves that unknown.
async fn listed(
    app: &App,
    listed: &::actions::Listed,
    target: Option<&targets::Target>,
    now: Timestamp,
) -> api::Action {
    let definition = &listed.definition;
    let cooldown = definition.limits.cooldown;
    let rests = match target {
        Some(target) if !cooldown.is_zero() => {
            let target = target.to_string();
            let store: &dyn ::runs::RunStore = &*app.store;
            store.rests_until(&definition.name, &target, cooldown, now).await.ok().flatten()
        }
        _ => None,
    };
    to_api::action(listed, rests)
}

/// Makes the problem of a refused plan or press.
fn refused(refusal: &::actions::Refusal) -> Refused {
    Refused::new(to_api::code(refusal.code), refusal.detail.clone()).with(|problem| {
        problem.pointer.clone_from(&refusal.pointer);
        let guards = &refusal.guards;
        problem.guards = (!guards.is_empty()).then(|| guards.iter().map(to_api::guard).collect());
        let changes = &refusal.changes;
        problem.changes =
            (!changes.is_empty()).then(|| changes.iter().map(to_api::change).collect());
    })
}
