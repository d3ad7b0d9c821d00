//! Users: their attributes and states.

mod admin_create_user;
mod admin_delete_user;
mod admin_delete_user_attributes;
mod admin_disable_user;
mod admin_enable_user;
mod admin_get_user;
mod admin_set_user_settings;
mod admin_update_user_attributes;
mod delete_user;
mod delete_user_attributes;
mod get_user;
mod get_user_attribute_verification_code;
mod list_users;
mod set_user_settings;
mod update_user_attributes;
mod verify_user_attribute;

pub(super) use admin_create_user::admin_create_user;
pub(super) use admin_delete_user::admin_delete_user;
pub(super) use admin_delete_user_attributes::admin_delete_user_attributes;
pub(super) use admin_disable_user::admin_disable_user;
pub(super) use admin_enable_user::admin_enable_user;
pub(super) use admin_get_user::admin_get_user;
pub(super) use admin_set_user_settings::admin_set_user_settings;
pub(super) use admin_update_user_attributes::admin_update_user_attributes;
pub(super) use delete_user::delete_user;
pub(super) use delete_user_attributes::delete_user_attributes;
pub(super) use get_user::get_user;
pub(super) use get_user_attribute_verification_code::get_user_attribute_verification_code;
pub(super) use list_users::list_users;
pub(super) use set_user_settings::set_user_settings;
pub(super) use update_user_attributes::update_user_attributes;
pub(super) use verify_user_attribute::verify_user_attribute;

use domain::codes::CodePurpose;
use domain::messages::MessageKind;
use domain::user_pools::UserPool;
use domain::users::User;
use storage::Tx;
use wire::{CodeDeliveryDetailsType, UserType, VerifiedAttributeType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::send_code_to;

/// A user as lists show them.
pub(super) fn described_user(user: &User) -> UserType {
    UserType {
        username: Some(user.username.clone()),
        attributes: Some(user.listed_attributes()),
        user_create_date: Some(user.created_at.into()),
        user_last_modified_date: Some(user.modified_at.into()),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: Some(user.mfa.options.clone()).filter(|options| !options.is_empty()),
    }
}

/// An attribute that can be verified, by its name.
///
/// # Errors
/// InvalidParameterException for any other.
fn address(name: &str) -> Result<VerifiedAttributeType, ApiError> {
    let known = VerifiedAttributeType::ALL.iter().copied().find(|attribute| attribute.as_str() == name);
    known.ok_or_else(|| {
        ApiError::invalid_parameter("Invalid attribute name for verification: only email and phone_number.")
    })
}

/// Sends codes to the addresses that an update changed, where the pool verifies them by itself.
async fn send_codes_for_changes(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    before: &User,
    after: &User,
) -> Result<Vec<CodeDeliveryDetailsType>, ApiError> {
    let mut sent = Vec::new();
    for attribute in [VerifiedAttributeType::Email, VerifiedAttributeType::PhoneNumber] {
        let is_changed = after.to_be_verified(attribute) != before.to_be_verified(attribute);
        let waits = after.unverified.contains_key(attribute.as_str());
        let needs_code = waits || !after.is_verified(attribute.as_str());
        if is_changed && needs_code && pool.settings.auto_verifies(attribute) {
            let kind = MessageKind::UpdateUserAttribute;
            if after.to_be_verified(attribute).is_some() {
                sent.push(send_verification_code(call, tx, pool, after, attribute, kind).await?);
            }
        }
    }
    Ok(sent)
}

/// Sends a code to the value of an address that waits to be verified, or to the one that counts.
async fn send_verification_code(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    attribute: VerifiedAttributeType,
    kind: MessageKind,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let to = user.to_be_verified(attribute).unwrap_or_default();
    send_code_to(call, tx, pool, user, (attribute, to), CodePurpose::verifying(attribute), kind).await
}
