//! The attribute `identities`: which identities outside a user has, as a JSON text. Tokens show it as a claim.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use wire::IdentityProviderTypeType;

use crate::users::User;

/// The attribute's name.
const ATTRIBUTE: &str = "identities";

/// An identity of a user, as the attribute shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// What the provider calls the user; until a linked one is first used, the value that it was linked by.
    pub user_id: String,
    /// The provider's name.
    pub provider_name: String,
    /// Its protocol or brand.
    pub provider_type: IdentityProviderTypeType,
    /// How it calls itself: the entity id of SAML. Null for all others, as seen in tokens.
    pub issuer: Option<String>,
    /// Whether the user was made for this identity.
    pub primary: bool,
    /// Milliseconds since 1970.
    pub date_created: i64,
}

/// The identities of a user, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities(Vec<Identity>);

impl Identity {
    /// A new identity.
    pub(super) fn new(
        provider: (&str, IdentityProviderTypeType),
        issuer: Option<String>,
        user_id: &str,
        primary: bool,
        now: DateTime<Utc>,
    ) -> Self {
        let (name, provider_type) = provider;
        Self {
            user_id: user_id.to_owned(),
            provider_name: name.to_owned(),
            provider_type,
            issuer,
            primary,
            date_created: now.timestamp_millis(),
        }
    }

    fn is(&self, provider_name: &str, user_id: &str) -> bool {
        self.provider_name == provider_name && self.user_id == user_id
    }
}

impl Identities {
    /// The identities of a user. Nobody but this type writes the attribute.
    pub fn of(user: &User) -> Self {
        let text = user.attribute(ATTRIBUTE).unwrap_or("[]");
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the user was made for an identity at this provider.
    pub fn has_primary(&self, provider_name: &str) -> bool {
        self.0.iter().any(|identity| identity.primary && identity.provider_name == provider_name)
    }

    /// With one more.
    #[must_use]
    pub(super) fn with(mut self, identity: Identity) -> Self {
        self.0.push(identity);
        self
    }

    /// Without one.
    #[must_use]
    pub(super) fn without(mut self, provider_name: &str, user_id: &str) -> Self {
        self.0.retain(|identity| !identity.is(provider_name, user_id));
        self
    }

    /// After one was used: from then on it has the subject, and the issuer that the provider named.
    #[must_use]
    pub(super) fn used(
        mut self,
        provider_name: &str,
        user_id: &str,
        subject: &str,
        issuer: Option<&str>,
    ) -> Self {
        if let Some(identity) = self.0.iter_mut().find(|identity| identity.is(provider_name, user_id)) {
            subject.clone_into(&mut identity.user_id);
            identity.issuer = issuer.map(str::to_owned);
        }
        self
    }

    /// The user with these identities.
    pub(super) fn of_user(&self, mut user: User) -> User {
        if self.0.is_empty() {
            user.attributes.remove(ATTRIBUTE);
        } else {
            let text = serde_json::to_string(&self.0).expect("texts, numbers and booleans have a JSON form");
            user.attributes.insert(ATTRIBUTE.to_owned(), text);
        }
        user
    }
}
