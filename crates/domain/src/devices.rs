//! Devices that users sign in from, where a pool keeps track of them.
//!
//! Source: developer guide, "Working with user devices in your user pool".

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{AttributeType, DeviceRememberedStatusType, DeviceSecretVerifierConfigType, DeviceType};

use crate::ids::PoolId;
use crate::random::{self, Random};
use crate::srp::{GROUP_BYTES, SALT_BYTES, Verifier};
use crate::user_pools::UserPool;
use crate::users::User;

/// A device.
#[derive(Clone, PartialEq)]
pub struct Device {
    /// Its key: the region and a UUID.
    pub key: String,
    /// Names it, with its key, in SRP exchanges.
    pub group_key: String,
    /// The pool.
    pub pool_id: PoolId,
    /// The user.
    pub user_id: Uuid,
    /// What the user calls it.
    pub name: Option<String>,
    /// What is kept of its secret; none before ConfirmDevice.
    pub password: Option<Verifier>,
    /// Whether it stands for a second factor, in pools that trust remembered devices.
    pub remembered: bool,
    /// The address that it was last seen at.
    pub last_ip: String,
    /// When it was first seen.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// When it last signed in.
    pub last_authenticated_at: DateTime<Utc>,
}

/// Why something was not done with a device. Texts are the service's where they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The user has no such device.
    #[error("Device does not exist.")]
    Unknown,
    /// ConfirmDevice names a device that the user does not have, or one that came with a password in clear.
    #[error("Invalid device key given.")]
    NotOffered,
    /// ConfirmDevice came a second time.
    #[error("Device key already exists.")]
    Confirmed,
    /// `PasswordVerifier` or `Salt` is missing, or not what an SRP client makes.
    #[error("Invalid device secret verifier.")]
    Verifier,
    /// The pool does not keep track of devices.
    #[error("User pool is not configured to track devices.")]
    NotTracked,
}

impl Device {
    /// A device that was not known before: the next step of the client is ConfirmDevice.
    pub fn new(pool: &UserPool, user: &User, random: &dyn Random, now: DateTime<Utc>, ip: &str) -> Self {
        Self {
            key: format!("{}_{}", pool.scope.region, random::uuid(random)),
            group_key: format!("-{}", random::alphanumeric(random, 8)),
            pool_id: pool.id.clone(),
            user_id: user.id,
            name: None,
            password: None,
            remembered: false,
            last_ip: ip.to_owned(),
            created_at: now,
            modified_at: now,
            last_authenticated_at: now,
        }
    }

    /// The device with its secret's verifier: from now on it can prove itself. Where users are not asked, it is remembered.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn confirmed(
        mut self,
        pool: &UserPool,
        secret: Option<&DeviceSecretVerifierConfigType>,
        name: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, DeviceError> {
        if self.is_confirmed() {
            return Err(DeviceError::Confirmed);
        }
        self.password = Some(secret.and_then(verifier).ok_or(DeviceError::Verifier)?);
        self.name = name;
        self.remembered = !asks_user(pool);
        self.modified_at = now;
        Ok(self)
    }

    /// The device, remembered or not, as its user says.
    #[must_use]
    pub fn with_status(self, status: DeviceRememberedStatusType, now: DateTime<Utc>) -> Self {
        let remembered = status == DeviceRememberedStatusType::Remembered;
        Self { remembered, modified_at: now, ..self }
    }

    /// Whether ConfirmDevice was done.
    pub fn is_confirmed(&self) -> bool {
        self.password.is_some()
    }

    /// Whether it stands for a second factor in this pool.
    pub fn replaces_mfa(&self, pool: &UserPool) -> bool {
        let configuration = pool.settings.device_configuration.as_ref();
        let challenges = configuration.and_then(|devices| devices.challenge_required_on_new_device);
        self.is_confirmed() && self.remembered && challenges == Some(true)
    }

    /// The device as the API shows it.
    pub fn described(&self) -> DeviceType {
        let attribute =
            |name: &str, value: &str| AttributeType { name: name.to_owned(), value: Some(value.to_owned()) };
        let status = if self.remembered { "remembered" } else { "not_remembered" };
        let mut attributes = vec![attribute("device_status", "valid")];
        attributes.extend(self.name.as_ref().map(|name| attribute("device_name", name)));
        attributes.push(attribute("dev:device_remembered_status", status));
        attributes.push(attribute("last_ip_used", &self.last_ip));
        DeviceType {
            device_key: Some(self.key.clone()),
            device_attributes: Some(attributes),
            device_create_date: Some(self.created_at.into()),
            device_last_modified_date: Some(self.modified_at.into()),
            device_last_authenticated_date: Some(self.last_authenticated_at.into()),
        }
    }
}

/// Whether a device is remembered only when its user says so: the answer of ConfirmDevice.
pub fn asks_user(pool: &UserPool) -> bool {
    let configuration = pool.settings.device_configuration.as_ref();
    configuration.and_then(|devices| devices.device_only_remembered_on_user_prompt).unwrap_or(false)
}

/// The verifier that a client made: Base64 of PAD(v) and of the salt.
fn verifier(secret: &DeviceSecretVerifierConfigType) -> Option<Verifier> {
    let decoded = |text: &Option<String>| BASE64_STANDARD.decode(text.as_deref()?).ok();
    let salt = unpadded(&decoded(&secret.salt)?, SALT_BYTES)?;
    let value = unpadded(&decoded(&secret.password_verifier)?, GROUP_BYTES)?;
    if value.iter().all(|byte| *byte == 0) {
        return None;
    }
    Some(Verifier { salt: salt.try_into().ok()?, value })
}

/// A number in exactly so many bytes. Clients may put zeros before it, or leave them out.
fn unpadded(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let significant = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let bytes = &bytes[significant..];
    if bytes.is_empty() || bytes.len() > length {
        return None;
    }
    let mut wide = vec![0; length - bytes.len()];
    wide.extend_from_slice(bytes);
    Some(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(verifier: &str, salt: &str) -> DeviceSecretVerifierConfigType {
        DeviceSecretVerifierConfigType {
            password_verifier: Some(verifier.to_owned()),
            salt: Some(salt.to_owned()),
        }
    }

    #[test]
    fn a_verifier_is_read_with_and_without_padding() {
        let salt = BASE64_STANDARD.encode([7; 16]);
        for (value, expected) in [
            (vec![0, 0xff, 1], Some(vec![0xff, 1])),
            (vec![1; GROUP_BYTES], Some(vec![1; GROUP_BYTES])),
            (vec![1; GROUP_BYTES + 1], None),
            (vec![0; 4], None),
            (vec![], None),
        ] {
            let read = verifier(&secret(&BASE64_STANDARD.encode(&value), &salt));
            let read = read.map(|verifier| verifier.value);
            let significant =
                |value: Vec<u8>| value.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
            assert_eq!(read.map(significant), expected, "{value:?}");
        }
        assert!(verifier(&secret("not base64", &salt)).is_none());
        assert!(verifier(&secret(&salt, "")).is_none());
        assert!(verifier(&DeviceSecretVerifierConfigType::default()).is_none());
    }
}
