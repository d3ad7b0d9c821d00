//! What a user who passed the first factor has to do next: a new password, a second factor, its set-up, or nothing.
//!
//! Source: developer guide, "Adding MFA to a user pool", "Sign-in logic".

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::TimeDelta;
use wire::{AccountRecoverySettingType, RecoveryOptionNameType, UserPoolMfaType, UserStatusType};

use super::{Account, Proof, Rules, SignInError, Step};
use crate::software_tokens::SoftwareToken;
use crate::user_pools::UserPool;
use crate::users::{MfaFactor, User};

/// What comes after a right password, code or passkey.
///
/// # Errors
/// [`SignInError`] when the user's state forbids to sign in.
pub fn after_first_factor(rules: &Rules<'_>, account: &Account, proof: Proof) -> Result<Step, SignInError> {
    match account.user.status {
        // A code that was read proves the address: it confirms the user.
        UserStatusType::Unconfirmed if proof == Proof::Passwordless => second_factor(rules, account, proof),
        UserStatusType::Unconfirmed => Err(SignInError::NotConfirmed),
        UserStatusType::ResetRequired => Err(SignInError::PasswordResetRequired),
        UserStatusType::ForceChangePassword => {
            check_temporary_password(rules, &account.user)?;
            Ok(Step::NewPassword)
        }
        UserStatusType::Confirmed => second_factor(rules, account, proof),
        UserStatusType::Archived
        | UserStatusType::Compromised
        | UserStatusType::Unknown
        | UserStatusType::ExternalProvider => Err(SignInError::Incorrect),
    }
}

/// What comes after a new password.
///
/// # Errors
/// [`SignInError`] when no second factor is possible.
pub fn after_new_password(rules: &Rules<'_>, account: &Account) -> Result<Step, SignInError> {
    second_factor(rules, account, Proof::Password)
}

/// What comes after a device has proved itself: it stands for the second factor.
pub fn after_device() -> Step {
    Step::Tokens
}

/// Whether a code is the one that was sent, compared in constant time.
///
/// # Errors
/// [`SignInError::CodeMismatch`].
pub fn check_code(sent: &str, shown: &str) -> Result<(), SignInError> {
    let hash = |code: &str| digest(&SHA256, code.as_bytes());
    verify_slices_are_equal(hash(sent).as_ref(), hash(shown).as_ref()).map_err(|_| SignInError::CodeMismatch)
}

fn check_temporary_password(rules: &Rules<'_>, user: &User) -> Result<(), SignInError> {
    let days = rules.pool.settings.password_policy().temporary_password_validity_days.unwrap_or(7);
    let set_at = user.password_set_at.unwrap_or(user.created_at);
    if rules.now < set_at + TimeDelta::days(days.into()) {
        Ok(())
    } else {
        Err(SignInError::TemporaryPasswordExpired)
    }
}

fn second_factor(rules: &Rules<'_>, account: &Account, proof: Proof) -> Result<Step, SignInError> {
    // A code or a passkey is all that such a pool asks for.
    if proof == Proof::Passwordless {
        return Ok(Step::Tokens);
    }
    let step = mfa(rules.pool, account)?;
    let replaces = account.device.as_ref().is_some_and(|device| device.replaces_mfa(rules.pool));
    Ok(if replaces && step != Step::Tokens && !matches!(step, Step::SetUpMfa(_)) {
        Step::Device
    } else {
        step
    })
}

fn mfa(pool: &UserPool, account: &Account) -> Result<Step, SignInError> {
    let user = &account.user;
    let token = account.software_token.as_ref();
    let on = turned_on(pool, user, token);
    match pool.settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off) {
        UserPoolMfaType::Off => Ok(Step::Tokens),
        UserPoolMfaType::Optional => Ok(asked(user, on).unwrap_or(Step::Tokens)),
        UserPoolMfaType::On => {
            if let Some(step) = preferred(user, &on) {
                return Ok(step);
            }
            let usable = usable(pool, user, token);
            if let Some(step) = asked(user, usable) {
                return Ok(step);
            }
            let to_set_up = pool.mfa_factors().into_iter().filter(|factor| !recovers_by(pool, *factor));
            let to_set_up: Vec<MfaFactor> = to_set_up.collect();
            // A text message needs a number, which only an administrator can give who cannot sign in.
            if to_set_up.iter().any(|factor| *factor != MfaFactor::Sms) {
                Ok(Step::SetUpMfa(to_set_up))
            } else {
                Err(SignInError::NoMfaMethod)
            }
        }
    }
}

fn preferred(user: &User, factors: &[MfaFactor]) -> Option<Step> {
    user.mfa.preferred.filter(|preferred| factors.contains(preferred)).map(Step::Mfa)
}

/// The preferred factor, the only one, or a choice.
fn asked(user: &User, factors: Vec<MfaFactor>) -> Option<Step> {
    if let Some(step) = preferred(user, &factors) {
        return Some(step);
    }
    match factors[..] {
        [] => None,
        [only] => Some(Step::Mfa(only)),
        _ => Some(Step::SelectMfa(factors)),
    }
}

/// The factors that the user has turned on, has what they need for, and the pool allows.
fn turned_on(pool: &UserPool, user: &User, token: Option<&SoftwareToken>) -> Vec<MfaFactor> {
    let enabled = user.mfa.enabled();
    pool.mfa_factors()
        .into_iter()
        .filter(|factor| enabled.contains(factor) && has_means(user, token, *factor))
        .collect()
}

/// The factors that a pool which insists can ask this user for, turned on or not.
fn usable(pool: &UserPool, user: &User, token: Option<&SoftwareToken>) -> Vec<MfaFactor> {
    pool.mfa_factors()
        .into_iter()
        .filter(|factor| has_means(user, token, *factor) && !recovers_by(pool, *factor))
        .collect()
}

fn has_means(user: &User, token: Option<&SoftwareToken>, factor: MfaFactor) -> bool {
    let has = |attribute: &str| user.attribute(attribute).is_some_and(|value| !value.is_empty());
    match factor {
        MfaFactor::Sms => has("phone_number"),
        MfaFactor::Email => has("email"),
        MfaFactor::SoftwareToken => token.is_some_and(|token| token.verified),
    }
}

/// Whether forgotten passwords are recovered by this factor in the first place: one address must not do for both. Pools
/// that never said how to recover are left alone.
fn recovers_by(pool: &UserPool, factor: MfaFactor) -> bool {
    let Some(AccountRecoverySettingType { recovery_mechanisms: Some(mechanisms) }) =
        &pool.settings.account_recovery_setting
    else {
        return false;
    };
    let first = mechanisms.iter().min_by_key(|mechanism| mechanism.priority).map(|first| first.name);
    matches!(
        (first, factor),
        (Some(RecoveryOptionNameType::VerifiedEmail), MfaFactor::Email)
            | (Some(RecoveryOptionNameType::VerifiedPhoneNumber), MfaFactor::Sms)
    )
}

impl UserPool {
    /// The second factors that the pool allows, in the order in which they are offered.
    pub fn mfa_factors(&self) -> Vec<MfaFactor> {
        [
            (MfaFactor::Sms, self.mfa.sms.is_some() || self.sends_sms_mfa()),
            (MfaFactor::SoftwareToken, self.mfa.allows_software_token()),
            (MfaFactor::Email, self.mfa.email.is_some()),
        ]
        .into_iter()
        .filter_map(|(factor, is_allowed)| is_allowed.then_some(factor))
        .collect()
    }

    /// A pool that was made with MFA and an SMS configuration asks by text message, without SetUserPoolMfaConfig.
    fn sends_sms_mfa(&self) -> bool {
        self.settings.sms_configuration.is_some() && !self.mfa.has_factor_without_sms()
    }

    /// Whether a sign-in of this user asks for a second factor.
    pub fn has_mfa_for(&self, user: &User, token: Option<&SoftwareToken>) -> bool {
        match self.settings.mfa_configuration.unwrap_or(UserPoolMfaType::Off) {
            UserPoolMfaType::Off => false,
            UserPoolMfaType::Optional => !turned_on(self, user, token).is_empty(),
            UserPoolMfaType::On => true,
        }
    }
}
