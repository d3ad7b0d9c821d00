//! Usernames and aliases: which names find a user, and which names a user may take.
//!
//! A pool's users have a username of their own, and perhaps aliases (`AliasAttributes`, each active once verified); or
//! they sign in by an attribute (`UsernameAttributes`), and the username is their `sub`.

use uuid::Uuid;
use wire::{AliasAttributeType, UserStatusType, UsernameAttributeType};

use super::User;
use super::attributes::{is_email, is_phone_number};
use crate::user_pools::UserPool;

/// A name beside the username that finds a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The attribute that it is a value of.
    pub attribute: &'static str,
    /// The value as it is compared.
    pub key: String,
}

/// Why a username was refused. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// The pool's users sign in by e-mail address.
    #[error("Username should be an email.")]
    NotEmail,
    /// The pool's users sign in by telephone number.
    #[error("Username should be a phone number.")]
    NotPhoneNumber,
    /// The pool's users sign in by either.
    #[error("Username should be either an email or a phone number.")]
    NeitherEmailNorPhoneNumber,
    /// It looks like an alias of another kind.
    #[error("Username cannot be of email format, since user pool is configured for email alias.")]
    LooksLikeEmail,
    /// It looks like an alias of another kind.
    #[error(
        "Username cannot be of phone number format, since user pool is configured for phone number alias."
    )]
    LooksLikePhoneNumber,
}

/// How the name of a new user is kept.
pub(super) enum NewName {
    /// As the username itself.
    Username(String),
    /// As the value of this attribute; the username is the `sub`.
    Attribute(&'static str, String),
}

/// Decides how the name that somebody signs up with is kept.
pub(super) fn new_name(pool: &UserPool, name: &str) -> Result<NewName, UsernameError> {
    let by_email = pool.settings.has_username_attribute(UsernameAttributeType::Email);
    let by_phone = pool.settings.has_username_attribute(UsernameAttributeType::PhoneNumber);
    match (by_email, by_phone) {
        (true, _) if is_email(name) => Ok(NewName::Attribute("email", pool.name_key(name))),
        (_, true) if is_phone_number(name) => Ok(NewName::Attribute("phone_number", name.to_owned())),
        (true, true) => Err(UsernameError::NeitherEmailNorPhoneNumber),
        (true, false) => Err(UsernameError::NotEmail),
        (false, true) => Err(UsernameError::NotPhoneNumber),
        (false, false) if is_email(name) && pool.settings.has_alias(AliasAttributeType::Email) => {
            Err(UsernameError::LooksLikeEmail)
        }
        (false, false)
            if is_phone_number(name) && pool.settings.has_alias(AliasAttributeType::PhoneNumber) =>
        {
            Err(UsernameError::LooksLikePhoneNumber)
        }
        (false, false) => Ok(NewName::Username(pool.name_key(name))),
    }
}

/// The keys under which a name that somebody typed may be found, as username and as alias.
pub fn username_lookups(pool: &UserPool, name: &str) -> (String, Vec<Alias>) {
    let key = pool.name_key(name);
    let alias = |attribute: &'static str| Alias { attribute, key: key.clone() };
    let settings = &pool.settings;
    let mut aliases = Vec::new();
    if is_email(name)
        && (settings.has_alias(AliasAttributeType::Email)
            || settings.has_username_attribute(UsernameAttributeType::Email))
    {
        aliases.push(alias("email"));
    }
    if is_phone_number(name)
        && (settings.has_alias(AliasAttributeType::PhoneNumber)
            || settings.has_username_attribute(UsernameAttributeType::PhoneNumber))
    {
        aliases.push(alias("phone_number"));
    }
    if settings.has_alias(AliasAttributeType::PreferredUsername) {
        aliases.push(alias("preferred_username"));
    }
    // The sub is a username where users sign in by an attribute, however its hexadecimal digits are written.
    let key = Uuid::parse_str(&key).map_or(key, |sub| sub.to_string());
    (key, aliases)
}

/// Username attributes count at once, even unverified; e-mail and telephone aliases once the user is confirmed and the
/// value verified; a preferred username once the user is confirmed. Who signs in at a provider only has none: the same person
/// may have a user of the pool beside that.
pub(super) fn aliases(user: &User, pool: &UserPool) -> Vec<Alias> {
    if user.status == UserStatusType::ExternalProvider {
        return Vec::new();
    }
    let settings = &pool.settings;
    let is_confirmed = user.status != UserStatusType::Unconfirmed;
    let active = |attribute: &str, alias: AliasAttributeType, username: Option<UsernameAttributeType>| {
        username.is_some_and(|username| settings.has_username_attribute(username))
            || (is_confirmed
                && settings.has_alias(alias)
                && (alias == AliasAttributeType::PreferredUsername || user.is_verified(attribute)))
    };
    [
        ("email", AliasAttributeType::Email, Some(UsernameAttributeType::Email)),
        ("phone_number", AliasAttributeType::PhoneNumber, Some(UsernameAttributeType::PhoneNumber)),
        ("preferred_username", AliasAttributeType::PreferredUsername, None),
    ]
    .into_iter()
    .filter(|(attribute, alias, username)| active(attribute, *alias, *username))
    .filter_map(|(attribute, ..)| {
        let value = user.attribute(attribute).filter(|value| !value.is_empty())?;
        Some(Alias { attribute, key: pool.name_key(value) })
    })
    .collect()
}
