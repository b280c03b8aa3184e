//! Who acts: a Grafana user or the holder of a token, with a role and extra grants.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Claims, Error, assertion};

/// Grafana's organisation role. The order is the order of power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// No role, or one we do not know.
    #[default]
    None,
    /// May look.
    Viewer,
    /// May edit dashboards.
    Editor,
    /// Runs the organisation.
    Admin,
}

impl Role {
    /// Reads Grafana's word; unknown text is [`Role::None`], because a new role must not gain
    /// rights by its name.
    pub fn from_text(text: &str) -> Self {
        Self::from_word(text).unwrap_or_default()
    }

    /// Reads one of the four words, for configuration, where an unknown word is a fault.
    pub fn from_word(text: &str) -> Option<Self> {
        match text {
            "None" => Some(Self::None),
            "Viewer" => Some(Self::Viewer),
            "Editor" => Some(Self::Editor),
            "Admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// Returns Grafana's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Viewer => "Viewer",
            Self::Editor => "Editor",
            Self::Admin => "Admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_text(&std::borrow::Cow::<'de, str>::deserialize(deserializer)?))
    }
}

/// A right beyond Grafana's roles, given by configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Grant {
    /// May throw and lift the stop switch.
    Stop,
}

impl Grant {
    /// Returns the word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
        }
    }
}

impl From<Grant> for &'static str {
    fn from(grant: Grant) -> Self {
        grant.as_str()
    }
}

impl FromStr for Grant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "stop" => Ok(Self::Stop),
            // Accepting a grant that nothing reads would look like a right that was given.
            "approver" | "resolver" | "breakglass" => {
                Err(Error::GrantNotAvailable(text.to_owned()))
            }
            _ => Err(Error::UnknownGrant(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Grant {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

/// The grants of the configuration: which subject has which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Grants(BTreeMap<String, BTreeSet<Grant>>);

impl Grants {
    /// Makes the table from subjects (as in `grafana:1:ada`) and their grants.
    pub fn new(by_subject: BTreeMap<String, BTreeSet<Grant>>) -> Self {
        Self(by_subject)
    }

    /// Returns what `subject` was given.
    pub fn of(&self, subject: &str) -> BTreeSet<Grant> {
        self.0.get(subject).cloned().unwrap_or_default()
    }
}

/// By which door an actor came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Through the plugin, by an assertion.
    Grafana,
    /// With an API token.
    Token,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Stable identity: `grafana:<org>:<login>` or `token:<id>`.
    pub subject: String,
    /// The name for people; may be empty.
    pub name: String,
    /// The address for people; may be empty.
    pub email: String,
    /// The role.
    pub role: Role,
    /// Grafana's organisation; `None` for tokens.
    pub org: Option<i64>,
    /// The tenant that bounds the actor; `None` while no tenants are configured.
    pub tenant: Option<String>,
    /// Rights beyond the role.
    pub grants: BTreeSet<Grant>,
    /// By which door.
    pub via: Via,
}

impl Actor {
    /// Makes the actor of verified claims; `grants` is the configuration's table.
    pub fn from_claims(claims: &Claims, grants: &Grants) -> Self {
        Self {
            subject: claims.sub.clone(),
            name: claims.name.clone(),
            email: claims.email.clone(),
            role: claims.role,
            org: Some(claims.org),
            tenant: None,
            grants: grants.of(&claims.sub),
            via: Via::Grafana,
        }
    }

    /// Tells whether somebody stands behind the request: a signed-in user or the owner of a token.
    /// Anonymous visitors, public dashboards and alert rules are nobody.
    pub fn is_person(&self) -> bool {
        match self.via {
            Via::Grafana => assertion::is_person(&self.subject),
            Via::Token => true,
        }
    }

    /// Tells whether the actor was granted `grant`.
    pub fn has(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_by_power_and_unknown_words_are_no_role() {
        assert!(
            Role::None < Role::Viewer && Role::Viewer < Role::Editor && Role::Editor < Role::Admin
        );
        for text in ["", "admin", "ADMIN", "Grafana Admin", "Superuser", "Admin "] {
            assert_eq!(Role::from_text(text), Role::None, "{text}");
            assert_eq!(serde_json::from_value::<Role>(text.into()).unwrap(), Role::None);
        }
        for role in [Role::None, Role::Viewer, Role::Editor, Role::Admin] {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }

    #[test]
    fn grants_that_nothing_reads_are_refused() {
        assert_eq!("stop".parse(), Ok(Grant::Stop));
        for text in ["approver", "resolver", "breakglass"] {
            assert_eq!(text.parse::<Grant>(), Err(Error::GrantNotAvailable(text.to_owned())));
        }
        assert_eq!("root".parse::<Grant>(), Err(Error::UnknownGrant("root".to_owned())));
        let table: Grants = serde_json::from_str(r#"{"grafana:1:ada": ["stop"]}"#).unwrap();
        assert_eq!(table.of("grafana:1:ada"), BTreeSet::from([Grant::Stop]));
        assert!(table.of("grafana:2:ada").is_empty());
    }
}
