//! The first factor: which ones a user can choose from (choice-based sign-in), and what stands for a user whom nobody has.

use serde::{Deserialize, Serialize};
use uuid::Builder;
use wire::{AuthFactorType, ChallengeNameType, UserStatusType, UsernameAttributeType};

use super::{Account, Rules};
use crate::srp::Verifier;
use crate::user_pools::UserPool;
use crate::users::{is_email, is_phone_number};

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

/// What is offered to somebody who is not told of, and to who signs in at a provider only.
pub const OF_NOBODY: [FirstFactor; 2] = [FirstFactor::Password, FirstFactor::PasswordSrp];

/// The first factors that a user can choose from. With a second factor in force only passwords count (developer guide,
/// "Choice-based sign-in"), and so they do while a temporary password waits to be replaced.
pub fn available(rules: &Rules<'_>, account: &Account) -> Vec<FirstFactor> {
    let user = &account.user;
    if user.status == UserStatusType::ExternalProvider {
        return OF_NOBODY.to_vec();
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

/// What stands for a user whom nobody has, the same each time for the same secret `seed`: a name for challenges and a
/// verifier that no password matches. Where usernames are generated, so is this one.
pub fn pretended(pool: &UserPool, name: &str, seed: &[u8]) -> (String, Verifier) {
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
    (username, verifier)
}
