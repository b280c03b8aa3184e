//! Who may run what: allow rules, and nothing without one.

use std::collections::BTreeSet;

use identity::{Actor, Role};

use crate::{
    Definition,
    refusal::{Code, Refusal},
};

/// A rule fits an actor when everything it names fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// One of these roles.
    pub roles: Option<BTreeSet<Role>>,
    /// One of these subjects.
    pub subjects: Option<BTreeSet<String>>,
}

impl Rule {
    fn fits(&self, actor: &Actor) -> bool {
        let Self { roles, subjects } = self;
        // A rule that names nothing fits nobody: readers refuse it, and so does this.
        (roles.is_some() || subjects.is_some())
            && roles.as_ref().is_none_or(|roles| roles.contains(&actor.role))
            && subjects.as_ref().is_none_or(|subjects| subjects.contains(&actor.subject))
    }
}

/// Decides whether an actor may run an action. Default deny.
///
/// # Errors
/// `auth_anonymous` if nobody is signed in, `auth_forbidden` if no rule fits.
pub fn decide(actor: &Actor, definition: &Definition) -> Result<(), Refusal> {
    if !actor.is_person() {
        return Err(Refusal::new(Code::AuthAnonymous, "sign in to run an action"));
    }
    if actor.role == Role::None {
        return Err(Refusal::new(Code::AuthForbidden, "you have no role in this organisation"));
    }
    if definition.allow.iter().any(|rule| rule.fits(actor)) {
        return Ok(());
    }
    let roles: BTreeSet<Role> =
        definition.allow.iter().filter_map(|rule| rule.roles.clone()).flatten().collect();
    let roles: Vec<_> = roles.into_iter().map(Role::as_str).collect();
    let needed = if roles.is_empty() { "named actors only".to_owned() } else { roles.join(" or ") };
    let (name, role) = (&definition.name, actor.role);
    Err(Refusal::new(Code::AuthForbidden, format!("{name} is for {needed}; you are {role}")))
}
