//! The first factor: which ones a user can choose from (choice-based sign-in), and what stands for a user whom nobody has.

use serde::{Deserialize, Serialize};
use uuid::Builder;
use wire::{
    AuthFactorType, ChallengeNameType, UserPoolMfaType, UserStatusType, UsernameAttributeType,
    VerifiedAttributeType,
};

use super::{Account, Rules};
use crate::srp::Verifier;
use crate::user_pools::UserPool;
use crate::users::{expected_addresses, is_email, is_phone_number};

/// A first factor of choice-based sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstFactor {
    /// A password in clear.
    Password,
    /// A password by SRP.
    PasswordSrp,
    /// A code by e-mail.
    EmailOtp,
    /// A code by text message.
    SmsOtp,
    /// A passkey.
    WebAuthn,
}

impl FirstFactor {
    /// The challenge of this factor.
    pub fn challenge_name(self) -> ChallengeNameType {
        match self {
            Self::Password => ChallengeNameType::Password,
            Self::PasswordSrp => ChallengeNameType::PasswordSrp,
            Self::EmailOtp => ChallengeNameType::EmailOtp,
            Self::SmsOtp => ChallengeNameType::SmsOtp,
            Self::WebAuthn => ChallengeNameType::WebAuthn,
        }
    }

    /// The factor of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Password, Self::PasswordSrp, Self::EmailOtp, Self::SmsOtp, Self::WebAuthn]
            .into_iter()
            .find(|factor| factor.challenge_name().as_str() == name)
    }
}

/// What is offered to a name that nobody has: what a confirmed user of the pool can choose from, who has a password, the addresses
/// that the pool asks for, and no more.
pub fn available_to_nobody(pool: &UserPool, name: &str) -> Vec<FirstFactor> {
    let is_asked_for_mfa = pool.settings.mfa_configuration == Some(UserPoolMfaType::On);
    let expected = if is_asked_for_mfa { Vec::new() } else { expected_addresses(pool, name) };
    let has_code =
        |factor, attribute| pool.settings.allows_first_factor(factor) && expected.contains(&attribute);
    [
        (FirstFactor::Password, true),
        (FirstFactor::PasswordSrp, true),
        (FirstFactor::EmailOtp, has_code(AuthFactorType::EmailOtp, VerifiedAttributeType::Email)),
        (FirstFactor::SmsOtp, has_code(AuthFactorType::SmsOtp, VerifiedAttributeType::PhoneNumber)),
    ]
    .into_iter()
    .filter_map(|(factor, is_available)| is_available.then_some(factor))
    .collect()
}

/// The first factors that a user can choose from. With a second factor in force only passwords count (developer guide,
/// "Choice-based sign-in"), and so they do while a temporary password waits to be replaced.
pub fn available(rules: &Rules<'_>, account: &Account) -> Vec<FirstFactor> {
    let user = &account.user;
    if user.status == UserStatusType::ExternalProvider {
        return if rules.client.settings.prevents_user_existence_errors() {
            available_to_nobody(rules.pool, &user.username)
        } else {
            vec![FirstFactor::Password, FirstFactor::PasswordSrp]
        };
    }
    let allows = |factor| rules.pool.settings.allows_first_factor(factor);
    let only_passwords = user.status == UserStatusType::ForceChangePassword
        || rules.pool.has_mfa_for(user, account.software_token.as_ref());
    let has = |attribute: &str| user.attribute(attribute).is_some_and(|value| !value.is_empty());
    let has_password = user.password.is_some();
    let passkeys_count_twice = rules.pool.mfa.passkeys_are_several_factors();
    [
        (FirstFactor::Password, has_password),
        (FirstFactor::PasswordSrp, has_password),
        (FirstFactor::EmailOtp, !only_passwords && allows(AuthFactorType::EmailOtp) && has("email")),
        (FirstFactor::SmsOtp, !only_passwords && allows(AuthFactorType::SmsOtp) && has("phone_number")),
        (
            FirstFactor::WebAuthn,
            (!only_passwords || (passkeys_count_twice && user.status != UserStatusType::ForceChangePassword))
                && allows(AuthFactorType::WebAuthn)
                && account.passkeys > 0,
        ),
    ]
    .into_iter()
    .filter_map(|(factor, is_available)| is_available.then_some(factor))
    .collect()
}

/// What stands for a user whom nobody has, the same each time for the same name.
pub struct PretendedUser {
    /// The name in challenges; where usernames are generated, so is this one.
    pub username: String,
    /// A verifier that no password matches.
    pub verifier: Verifier,
}

impl PretendedUser {
    /// `seed` is secret, and the same each time.
    pub fn new(pool: &UserPool, name: &str, seed: &[u8]) -> Self {
        let verifier = Verifier::of_nobody(seed);
        let generates = pool.settings.has_username_attribute(UsernameAttributeType::Email)
            || pool.settings.has_username_attribute(UsernameAttributeType::PhoneNumber);
        let username = if generates || is_email(name) || is_phone_number(name) {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&verifier.value[..16]);
            Builder::from_random_bytes(bytes).into_uuid().to_string()
        } else {
            pool.name_key(name)
        };
        Self { username, verifier }
    }
}
