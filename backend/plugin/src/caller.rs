//! Who asks: taken from `PluginContext` alone, for every header may be forged.

use identity::Role;

use crate::proto::pluginv2::PluginContext;

/// Logins under which Grafana asks when nobody does: public dashboards and alert rules.
const NOBODY: [&str; 2] = ["service", "grafana_scheduler"];

/// Whose call it is, and from which Grafana.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The organisation.
    pub(crate) org: i64,
    /// Uid of the datasource.
    pub(crate) datasource: String,
    /// Grafana's own address, or empty.
    pub(crate) grafana: String,
    /// The person; `None` for anonymous visitors, public dashboards, alert rules and Grafana
    /// itself.
    pub(crate) person: Option<Person>,
}

/// A signed-in user or a service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The login as Grafana spells it.
    pub(crate) login: String,
    /// The name for people.
    pub(crate) name: String,
    /// The e-mail address.
    pub(crate) email: String,
    /// The role in the organisation; unknown words are no role.
    pub(crate) role: Role,
}

impl Caller {
    /// Reads who asks.
    pub(crate) fn of(context: &PluginContext) -> Self {
        let instance = context.data_source_instance_settings.as_ref();
        let user = context.user.as_ref().filter(|user| is_somebody(&user.login));
        Self {
            org: context.org_id,
            datasource: instance.map(|instance| instance.uid.clone()).unwrap_or_default(),
            grafana: context.grafana_config.get("GF_APP_URL").cloned().unwrap_or_default(),
            person: user.map(|user| Person {
                login: user.login.clone(),
                name: user.name.clone(),
                email: user.email.clone(),
                role: Role::from_text(&user.role),
            }),
        }
    }
}

fn is_somebody(login: &str) -> bool {
    // No login of Grafana's has blanks around it. Trimmed it would be another's, so it is nobody's.
    let is_login = !login.is_empty() && login.trim() == login;
    // Grafana's logins are not case-sensitive, so neither is this.
    is_login && !NOBODY.contains(&login.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::pluginv2::User;

    fn person(login: &str, role: &str) -> Option<Person> {
        let user = User { login: login.to_owned(), role: role.to_owned(), ..Default::default() };
        Caller::of(&PluginContext { user: Some(user), ..Default::default() }).person
    }

    #[test]
    fn nobody_asks_for_rules_public_dashboards_and_visitors() {
        for login in [
            "",
            " ",
            "service",
            "Service",
            " service",
            "grafana_scheduler",
            "ann ",
            "\tann",
            "ann\u{a0}",
        ] {
            assert_eq!(person(login, "Admin"), None, "{login}");
        }
        assert_eq!(Caller::of(&PluginContext::default()).person, None);
    }

    #[test]
    fn a_role_that_is_not_known_is_none() {
        for role in ["", "None", "admin", "Superuser"] {
            assert_eq!(person("ann", role).unwrap().role, Role::None, "{role}");
        }
        assert_eq!(person("ann", "Editor").unwrap().role, Role::Editor);
    }
}
