//! Who may end a run and who may move the stop switch. Who may run what is decided in `actions`.

use actions::{Actions, rights};
use api::ProblemCode;
use identity::{Actor, Grant, Role};

use crate::{problem::Refused, to_api};

/// Lets an actor end a run: its own, or one whose action it might run itself.
pub(crate) fn may_cancel(actions: &Actions, actor: &Actor, run: &runs::Run) -> Result<(), Refused> {
    if !actor.is_person() {
        return Err(anonymous());
    }
    if run.request.actor == actor.subject {
        return Ok(());
    }
    match actions.definition(&run.request.action) {
        Some(definition) => rights::decide(actor, &definition)
            .map_err(|refusal| Refused::new(to_api::code(refusal.code), refusal.detail)),
        // An action that is gone must not leave a run that nobody can end.
        None if actor.role == Role::Admin => Ok(()),
        None => Err(forbidden("the action is gone; its runs can be ended by an Admin")),
    }
}

/// Lets an actor move the stop switch: a right of its own, that no role of Grafana brings along.
pub(crate) fn may_stop(actor: &Actor) -> Result<(), Refused> {
    if !actor.is_person() {
        return Err(anonymous());
    }
    if actor.has(Grant::Stop) {
        return Ok(());
    }
    Err(forbidden("the stop switch is for whoever `grants.stop` names in leverframe.yaml"))
}

fn anonymous() -> Refused {
    Refused::new(ProblemCode::AuthAnonymous, "sign in to do this")
}

fn forbidden(detail: &str) -> Refused {
    Refused::new(ProblemCode::AuthForbidden, detail)
}

#[cfg(test)]
mod tests {
    use identity::Via;

    use super::*;

    fn actor(login: &str, role: Role, grants: &[Grant]) -> Actor {
        Actor {
            subject: format!("grafana:1:{login}"),
            name: String::new(),
            email: String::new(),
            role,
            org: Some(1),
            tenant: None,
            grants: grants.iter().copied().collect(),
            via: Via::Grafana,
        }
    }

    #[test]
    fn only_the_granted_may_move_the_stop_switch() {
        for role in [Role::None, Role::Viewer, Role::Editor, Role::Admin] {
            assert_eq!(
                may_stop(&actor("ada", role, &[])).unwrap_err().code(),
                ProblemCode::AuthForbidden
            );
            assert!(may_stop(&actor("ada", role, &[Grant::Stop])).is_ok(), "{role}");
        }
        let nobody = actor("", Role::Admin, &[Grant::Stop]);
        assert_eq!(may_stop(&nobody).unwrap_err().code(), ProblemCode::AuthAnonymous);
    }
}
