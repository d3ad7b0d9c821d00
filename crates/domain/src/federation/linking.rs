//! Linking an identity at a provider to a user who exists, and taking it away again.
//!
//! Source: AdminLinkProviderForUser, AdminDisableProviderForUser.

use chrono::{DateTime, Utc};
use wire::{IdentityProviderTypeType as Kind, ProviderUserIdentifierType};

use super::identities::{Identities, Identity};
use super::profile::LONGEST_VALUE;
use super::{IdentityKey, SUBJECT, USERNAME};
use crate::identity_providers::IdentityProvider;
use crate::user_pools::UserPool;
use crate::users::User;

/// Identities of a user.
const MOST_IDENTITIES: usize = 5;
/// Attributes by which identities at one provider are found.
const MOST_ATTRIBUTES: usize = 5;

/// Why an identity was not linked or taken away. A text is the service's unless its variant says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A part of whom the request means is missing. The text is ours.
    #[error("{0} is required.")]
    Missing(&'static str),
    /// A user of the pool itself is not an identity outside.
    #[error(
        "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a \
         DestinationUser"
    )]
    NativeSource,
    /// Identities at social providers are linked by their subject. The text is ours.
    #[error("Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for the provider {0}.")]
    NotSubject(String),
    /// Identities are linked by their subject or by an attribute that the provider fills. The text is ours.
    #[error("Invalid SourceUser: the attribute {0} is not mapped.")]
    NotMapped(String),
    /// The value is longer than an attribute. The text is ours.
    #[error("Invalid SourceUser: ProviderAttributeValue is too long.")]
    ValueTooLong,
    /// The identity signed in before and has a profile of its own.
    #[error(
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    )]
    SignedUp,
    /// The identity is linked to this user.
    #[error("SourceUser is already linked to DestinationUser")]
    AlreadyLinked,
    /// The identity is linked to another user.
    #[error("Already found an entry for the provided username.")]
    LinkedToAnother,
    /// The user has as many identities as there can be. The text is ours.
    #[error("A user can have at most {MOST_IDENTITIES} linked identities.")]
    TooManyIdentities,
    /// The provider has as many attributes to link by as there can be. The text is ours.
    #[error("Identities at a provider can be linked by at most {MOST_ATTRIBUTES} attributes.")]
    TooManyAttributes,
    /// Nobody has the identity.
    #[error("Invalid ProviderName/Username combination. Please check again")]
    Unknown,
}

/// Whether a provider's name means the pool itself.
pub fn is_native(provider_name: &str) -> bool {
    provider_name.eq_ignore_ascii_case("COGNITO")
}

/// The provider of the identity that is to be linked.
///
/// # Errors
/// [`LinkError::NativeSource`] for the pool itself, [`LinkError::Missing`].
pub fn source_provider(source: &ProviderUserIdentifierType) -> Result<&str, LinkError> {
    let name = source.provider_name.as_deref().ok_or(LinkError::Missing("ProviderName"))?;
    if is_native(name) { Err(LinkError::NativeSource) } else { Ok(name) }
}

/// The identity that is to be linked.
///
/// # Errors
/// [`LinkError`] for an attribute or a value by which identities at this provider are not linked.
pub fn source_key(
    pool: &UserPool,
    provider: &IdentityProvider,
    source: &ProviderUserIdentifierType,
) -> Result<IdentityKey, LinkError> {
    let key = identity_key(pool, source)?;
    if key.value.len() > LONGEST_VALUE {
        return Err(LinkError::ValueTooLong);
    }
    if key.is_subject() {
        return Ok(key);
    }
    match provider.kind {
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple => {
            Err(LinkError::NotSubject(provider.name.clone()))
        }
        Kind::Saml | Kind::Oidc => {
            let name = key.attribute_name.as_str();
            let is_mapped = name != USERNAME && provider.attribute_mapping.contains_key(name);
            if is_mapped { Ok(key) } else { Err(LinkError::NotMapped(name.to_owned())) }
        }
    }
}

/// A user who has an identity already: the name of the attribute does not count, the value is the subject.
///
/// # Errors
/// [`LinkError::Missing`].
pub fn destination_key(
    pool: &UserPool,
    destination: &ProviderUserIdentifierType,
) -> Result<IdentityKey, LinkError> {
    let by_subject = ProviderUserIdentifierType {
        provider_attribute_name: Some(SUBJECT.to_owned()),
        ..destination.clone()
    };
    identity_key(pool, &by_subject)
}

/// The identity that a request means.
///
/// # Errors
/// [`LinkError::Missing`].
pub fn identity_key(
    pool: &UserPool,
    identifier: &ProviderUserIdentifierType,
) -> Result<IdentityKey, LinkError> {
    let provider_name = identifier.provider_name.as_deref().ok_or(LinkError::Missing("ProviderName"))?;
    let name =
        identifier.provider_attribute_name.as_deref().ok_or(LinkError::Missing("ProviderAttributeName"))?;
    let value = identifier.provider_attribute_value.clone().filter(|value| !value.is_empty());
    let value = value.ok_or(LinkError::Missing("ProviderAttributeValue"))?;
    Ok(IdentityKey::new(pool, provider_name, name, value))
}

/// The user with one more identity. `in_use` are the attributes by which identities at this provider are found.
///
/// # Errors
/// [`LinkError`] when there are too many.
pub fn link(
    user: User,
    provider: &IdentityProvider,
    key: &IdentityKey,
    in_use: &[String],
    now: DateTime<Utc>,
) -> Result<User, LinkError> {
    let identities = Identities::of(&user);
    if identities.count() >= MOST_IDENTITIES {
        return Err(LinkError::TooManyIdentities);
    }
    if in_use.len() >= MOST_ATTRIBUTES && !in_use.contains(&key.attribute_name) {
        return Err(LinkError::TooManyAttributes);
    }
    let identity = Identity::new((&provider.name, provider.kind), None, &key.value, false, now);
    let user = identities.with(identity).of_user(user);
    Ok(User { modified_at: now, ..user })
}

/// The user without an identity.
pub fn unlink(user: User, key: &IdentityKey, now: DateTime<Utc>) -> User {
    let identities = Identities::of(&user).without(&key.provider_name, &key.value);
    User { modified_at: now, ..identities.of_user(user) }
}
