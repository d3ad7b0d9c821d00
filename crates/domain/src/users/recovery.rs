//! Forgotten passwords: which address a code goes to, and who may ask for one.
//!
//! Source: ForgotPassword; developer guide, "Recovering user accounts".

use wire::{RecoveryOptionNameType, UserStatusType, VerifiedAttributeType};

use super::{User, expected_addresses};
use crate::user_pools::UserPool;

/// Why no code was sent. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// A temporary password was never replaced, the user signs in elsewhere, or was cut off from passwords.
    #[error("User password cannot be reset in the current state.")]
    State,
    /// There is no verified address.
    #[error("Cannot reset password for the user as there is no registered/verified email or phone_number")]
    NoAddress,
    /// Only an administrator helps.
    #[error("Contact administrator to reset password.")]
    AdminOnly,
    /// An administrator has disabled the user.
    #[error("User is disabled.")]
    Disabled,
}

impl User {
    /// Where a code goes by which this user chooses another password.
    ///
    /// # Errors
    /// [`RecoveryError`].
    pub fn recovery_address(&self, pool: &UserPool) -> Result<VerifiedAttributeType, RecoveryError> {
        if !self.enabled {
            return Err(RecoveryError::Disabled);
        }
        self.check_resettable()?;
        let options = recovery_options(pool);
        if options.is_empty() {
            return Err(RecoveryError::AdminOnly);
        }
        options.into_iter().find(|address| self.can_be_reached(*address)).ok_or(RecoveryError::NoAddress)
    }

    /// Where an administrator's reset sends its code.
    ///
    /// # Errors
    /// [`RecoveryError::State`], also for a user who was never confirmed: a reset must not stand for that.
    /// [`RecoveryError::NoAddress`]: who cannot be reached would be locked out (seen in a live refusal).
    pub fn reset_address(&self, pool: &UserPool) -> Result<VerifiedAttributeType, RecoveryError> {
        self.check_resettable()?;
        if self.status == UserStatusType::Unconfirmed {
            return Err(RecoveryError::State);
        }
        let mut options = recovery_options(pool);
        if options.is_empty() {
            options = vec![VerifiedAttributeType::PhoneNumber, VerifiedAttributeType::Email];
        }
        options.into_iter().find(|address| self.can_be_reached(*address)).ok_or(RecoveryError::NoAddress)
    }

    fn can_be_reached(&self, address: VerifiedAttributeType) -> bool {
        let has = self.attribute(address.as_str()).is_some_and(|value| !value.is_empty());
        has && self.is_verified(address.as_str())
    }

    fn check_resettable(&self) -> Result<(), RecoveryError> {
        if self.password_disabled {
            return Err(RecoveryError::State);
        }
        match self.status {
            UserStatusType::ForceChangePassword | UserStatusType::ExternalProvider => {
                Err(RecoveryError::State)
            }
            UserStatusType::Unconfirmed
            | UserStatusType::Confirmed
            | UserStatusType::ResetRequired
            | UserStatusType::Archived
            | UserStatusType::Compromised
            | UserStatusType::Unknown => Ok(()),
        }
    }
}

/// Where a code would go for a name that nobody has.
///
/// # Errors
/// [`RecoveryError::AdminOnly`], where it is told to everybody.
pub fn expected_recovery_address(
    pool: &UserPool,
    name: &str,
) -> Result<VerifiedAttributeType, RecoveryError> {
    let options = recovery_options(pool);
    let expected = expected_addresses(pool, name);
    let first = options.first().copied().ok_or(RecoveryError::AdminOnly)?;
    Ok(options.into_iter().find(|option| expected.contains(option)).unwrap_or(first))
}

/// Addresses in the order in which they are tried; none when only an administrator helps. Pools that never said go by
/// telephone first.
fn recovery_options(pool: &UserPool) -> Vec<VerifiedAttributeType> {
    let setting = pool.settings.account_recovery_setting.as_ref();
    let Some(mechanisms) = setting.and_then(|setting| setting.recovery_mechanisms.as_ref()) else {
        return vec![VerifiedAttributeType::PhoneNumber, VerifiedAttributeType::Email];
    };
    let mut mechanisms: Vec<_> = mechanisms.iter().collect();
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    mechanisms
        .into_iter()
        .filter_map(|mechanism| match mechanism.name {
            RecoveryOptionNameType::VerifiedEmail => Some(VerifiedAttributeType::Email),
            RecoveryOptionNameType::VerifiedPhoneNumber => Some(VerifiedAttributeType::PhoneNumber),
            RecoveryOptionNameType::AdminOnly => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::pool;

    #[test]
    fn nobody_is_reached_as_most_users_of_the_pool_are() {
        let by = |names: &[&str]| {
            let mechanisms: Vec<_> = names
                .iter()
                .enumerate()
                .map(|(at, name)| json!({ "Name": name, "Priority": at + 1 }))
                .collect();
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": mechanisms } })
        };
        let phone_is_verified = json!({ "AutoVerifiedAttributes": ["phone_number"],
                                        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" } });
        for (settings, expected) in [
            (json!({}), Ok(VerifiedAttributeType::Email)),
            (phone_is_verified, Ok(VerifiedAttributeType::PhoneNumber)),
            (by(&["verified_email"]), Ok(VerifiedAttributeType::Email)),
            (by(&["verified_phone_number"]), Ok(VerifiedAttributeType::PhoneNumber)),
            (by(&["verified_phone_number", "verified_email"]), Ok(VerifiedAttributeType::Email)),
            (by(&["admin_only"]), Err(RecoveryError::AdminOnly)),
        ] {
            assert_eq!(expected_recovery_address(&pool(&settings), "jane"), expected, "{settings}");
        }
    }
}
