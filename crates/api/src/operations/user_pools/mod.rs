//! User pools.

mod add_custom_attributes;
mod create_user_pool;
mod delete_user_pool;
mod describe_user_pool;
mod get_signing_certificate;
mod get_user_pool_mfa_config;
mod list_tags_for_resource;
mod list_user_pools;
mod set_user_pool_mfa_config;
mod tag_resource;
mod untag_resource;
mod update_user_pool;

use std::collections::BTreeMap;

use domain::ids::PoolId;
use domain::user_pools::UserPool;
use storage::{DescribedPool, Reader};
use wire::{ErrorCode, GetUserPoolMfaConfigResponse, UserPoolType};

use crate::call::Call;
use crate::error::ApiError;

pub(super) use add_custom_attributes::add_custom_attributes;
pub(super) use create_user_pool::create_user_pool;
pub(super) use delete_user_pool::delete_user_pool;
pub(super) use describe_user_pool::describe_user_pool;
pub(super) use get_signing_certificate::get_signing_certificate;
pub(super) use get_user_pool_mfa_config::get_user_pool_mfa_config;
pub(super) use list_tags_for_resource::list_tags_for_resource;
pub(super) use list_user_pools::list_user_pools;
pub(super) use set_user_pool_mfa_config::set_user_pool_mfa_config;
pub(super) use tag_resource::tag_resource;
pub(super) use untag_resource::untag_resource;
pub(super) use update_user_pool::update_user_pool;

/// A pool as CreateUserPool and DescribeUserPool show it.
fn described(described: DescribedPool) -> UserPoolType {
    let DescribedPool { pool, prefix_domain, custom_domain, users } = described;
    let arn = pool.arn();
    let settings = pool.settings;
    UserPoolType {
        id: Some(pool.id.into()),
        name: Some(pool.name),
        arn: Some(arn),
        creation_date: Some(pool.created_at.into()),
        last_modified_date: Some(pool.modified_at.into()),
        schema_attributes: Some(pool.schema.into_attributes()),
        estimated_number_of_users: Some(i32::try_from(users).unwrap_or(i32::MAX)),
        user_pool_tags: Some(pool.tags).filter(|tags| !tags.is_empty()),
        domain: prefix_domain,
        custom_domain,
        policies: settings.policies,
        deletion_protection: settings.deletion_protection,
        lambda_config: settings.lambda_config,
        auto_verified_attributes: settings.auto_verified_attributes,
        alias_attributes: settings.alias_attributes,
        username_attributes: settings.username_attributes,
        sms_verification_message: settings.sms_verification_message,
        email_verification_message: settings.email_verification_message,
        email_verification_subject: settings.email_verification_subject,
        verification_message_template: settings.verification_message_template,
        sms_authentication_message: settings.sms_authentication_message,
        user_attribute_update_settings: settings.user_attribute_update_settings,
        mfa_configuration: settings.mfa_configuration,
        device_configuration: settings.device_configuration,
        email_configuration: settings.email_configuration,
        sms_configuration: settings.sms_configuration,
        admin_create_user_config: settings.admin_create_user_config,
        user_pool_add_ons: settings.user_pool_add_ons,
        dcr_configuration: settings.dcr_configuration,
        username_configuration: settings.username_configuration,
        account_recovery_setting: settings.account_recovery_setting,
        user_pool_tier: settings.user_pool_tier,
        key_configuration: settings.key_configuration,
        issuer_configuration: settings.issuer_configuration,
        acr_configuration: settings.acr_configuration,
        ..UserPoolType::default()
    }
}

/// The second factors of a pool as the MFA operations show them. A pool that sends text messages shows how, even when that
/// was set with the pool itself.
fn mfa_config(pool: &UserPool) -> GetUserPoolMfaConfigResponse {
    let of_pool = || {
        let sms_configuration = pool.settings.sms_configuration.clone()?;
        let sms_authentication_message = pool.settings.sms_authentication_message.clone();
        Some(wire::SmsMfaConfigType {
            sms_configuration: Some(sms_configuration),
            sms_authentication_message,
        })
    };
    GetUserPoolMfaConfigResponse {
        sms_mfa_configuration: pool.mfa.sms.clone().or_else(of_pool),
        software_token_mfa_configuration: pool.mfa.software_token.clone(),
        email_mfa_configuration: pool.mfa.email.clone(),
        mfa_configuration: pool.settings.mfa_configuration,
        web_authn_configuration: pool.mfa.web_authn.clone(),
    }
}

/// Most tags of a resource (quotas page).
const MOST_TAGS: usize = 50;

/// Refuses too many tags, and names that are the service's own.
fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > MOST_TAGS {
        let text = format!("A resource can have at most {MOST_TAGS} tags.");
        return Err(ApiError::new(ErrorCode::UserPoolTaggingException, text));
    }
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(ApiError::new(ErrorCode::UserPoolTaggingException, "Tag keys cannot begin with aws:."));
    }
    Ok(())
}

/// The pool that an ARN names, if it is the caller's.
async fn require_pool_of_arn(read: &mut Reader, call: &Call, arn: &str) -> Result<UserPool, ApiError> {
    let parts: Vec<&str> = arn.split(':').collect();
    let id = match parts[..] {
        ["arn", _, "cognito-idp", _, _, resource] => resource.strip_prefix("userpool/"),
        _ => None,
    };
    let id = id.ok_or_else(|| ApiError::invalid_parameter("Invalid resource ARN."))?;
    let id = PoolId::from(id.to_owned());
    let pool = read.user_pool(&call.scope, &id).await?.filter(|pool| pool.arn() == arn);
    pool.ok_or_else(|| ApiError::no_user_pool(&id))
}
