//! The settings of a pool: defaults, what an update keeps, and the rules between settings.
//!
//! Shapes (lengths, patterns, enums) are checked before by `wire`; these are the rules that need more than one member.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wire::{
    AccountRecoverySettingType, AcrLevelConfigType, AdminCreateUserConfigType, AliasAttributeType,
    AuthFactorType, CreateUserPoolRequest, DcrConfigurationType, DefaultEmailOptionType,
    DeletionProtectionType, DeviceConfigurationType, EmailConfigurationType, EmailSendingAccountType,
    IssuerConfigurationType, KeyConfigurationType, LambdaConfigType, PasswordPolicyType,
    PreTokenGenerationLambdaVersionType, PreTokenGenerationVersionConfigType, SignInPolicyType,
    SmsConfigurationType, UpdateUserPoolRequest, UserAttributeUpdateSettingsType, UserPoolAddOnsType,
    UserPoolMfaType, UserPoolPolicyType, UserPoolTierType, UsernameAttributeType, UsernameConfigurationType,
    VerificationMessageTemplateType, VerifiedAttributeType,
};

use super::templates::mirror;
use super::{Feature, MfaSettings, UserPoolError};
use crate::scope::Scope;

/// What CreateUserPool and UpdateUserPool set, in the shapes of the API. Absent means absent in the description too.
#[expect(missing_docs, reason = "the AWS API reference documents every member of UserPoolType")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolSettings {
    pub policies: Option<UserPoolPolicyType>,
    pub deletion_protection: Option<DeletionProtectionType>,
    pub lambda_config: Option<LambdaConfigType>,
    pub auto_verified_attributes: Option<Vec<VerifiedAttributeType>>,
    pub alias_attributes: Option<Vec<AliasAttributeType>>,
    pub username_attributes: Option<Vec<UsernameAttributeType>>,
    pub sms_verification_message: Option<String>,
    pub email_verification_message: Option<String>,
    pub email_verification_subject: Option<String>,
    pub verification_message_template: Option<VerificationMessageTemplateType>,
    pub sms_authentication_message: Option<String>,
    pub mfa_configuration: Option<UserPoolMfaType>,
    pub user_attribute_update_settings: Option<UserAttributeUpdateSettingsType>,
    pub device_configuration: Option<DeviceConfigurationType>,
    pub email_configuration: Option<EmailConfigurationType>,
    pub sms_configuration: Option<SmsConfigurationType>,
    pub admin_create_user_config: Option<AdminCreateUserConfigType>,
    pub user_pool_add_ons: Option<UserPoolAddOnsType>,
    pub dcr_configuration: Option<DcrConfigurationType>,
    pub username_configuration: Option<UsernameConfigurationType>,
    pub account_recovery_setting: Option<AccountRecoverySettingType>,
    pub user_pool_tier: Option<UserPoolTierType>,
    pub key_configuration: Option<KeyConfigurationType>,
    pub issuer_configuration: Option<IssuerConfigurationType>,
    pub acr_configuration: Option<BTreeMap<String, AcrLevelConfigType>>,
}

impl PoolSettings {
    /// The settings of a new pool.
    ///
    /// # Errors
    /// [`UserPoolError`] for the first rule that the request breaks.
    pub fn of_new_pool(request: &CreateUserPoolRequest, scope: &Scope) -> Result<Self, UserPoolError> {
        let request = request.clone();
        let asked = Self {
            policies: request.policies,
            deletion_protection: request.deletion_protection,
            lambda_config: request.lambda_config,
            auto_verified_attributes: request.auto_verified_attributes,
            alias_attributes: request.alias_attributes,
            username_attributes: request.username_attributes,
            sms_verification_message: request.sms_verification_message,
            email_verification_message: request.email_verification_message,
            email_verification_subject: request.email_verification_subject,
            verification_message_template: request.verification_message_template,
            sms_authentication_message: request.sms_authentication_message,
            mfa_configuration: request.mfa_configuration,
            user_attribute_update_settings: request.user_attribute_update_settings,
            device_configuration: request.device_configuration,
            email_configuration: request.email_configuration,
            sms_configuration: request.sms_configuration,
            admin_create_user_config: request.admin_create_user_config,
            user_pool_add_ons: request.user_pool_add_ons,
            dcr_configuration: request.dcr_configuration,
            username_configuration: request.username_configuration,
            account_recovery_setting: request.account_recovery_setting,
            user_pool_tier: request.user_pool_tier,
            key_configuration: request.key_configuration,
            issuer_configuration: request.issuer_configuration,
            acr_configuration: request.acr_configuration,
        };
        asked.check(scope, &MfaSettings::default())?;
        asked.check_tier(&[])?;
        Ok(asked.completed(&Self::default()))
    }

    /// The settings after an update, which replaces: what the request omits goes back to its default. Kept are
    /// DeletionProtection, the tier and dynamic registration when omitted, and what cannot change: aliases, username
    /// attributes, case. `beside` are the features in use that other operations set.
    ///
    /// # Errors
    /// [`UserPoolError`] for the first rule that the request breaks.
    pub fn replaced_by(
        &self,
        request: &UpdateUserPoolRequest,
        scope: &Scope,
        mfa: &MfaSettings,
        beside: &[Feature],
    ) -> Result<Self, UserPoolError> {
        let request = request.clone();
        let asked = Self {
            policies: request.policies,
            deletion_protection: request.deletion_protection.or(self.deletion_protection),
            lambda_config: request.lambda_config,
            auto_verified_attributes: request.auto_verified_attributes,
            alias_attributes: self.alias_attributes.clone(),
            username_attributes: self.username_attributes.clone(),
            sms_verification_message: request.sms_verification_message,
            email_verification_message: request.email_verification_message,
            email_verification_subject: request.email_verification_subject,
            verification_message_template: request.verification_message_template,
            sms_authentication_message: request.sms_authentication_message,
            mfa_configuration: request.mfa_configuration,
            user_attribute_update_settings: request.user_attribute_update_settings,
            device_configuration: request.device_configuration,
            email_configuration: request.email_configuration,
            sms_configuration: request.sms_configuration,
            admin_create_user_config: request.admin_create_user_config,
            user_pool_add_ons: request.user_pool_add_ons,
            dcr_configuration: request.dcr_configuration.or_else(|| self.dcr_configuration.clone()),
            username_configuration: self.username_configuration.clone(),
            account_recovery_setting: request.account_recovery_setting,
            user_pool_tier: request.user_pool_tier.or(self.user_pool_tier),
            key_configuration: request.key_configuration,
            issuer_configuration: request.issuer_configuration,
            acr_configuration: request.acr_configuration,
        };
        asked.check(scope, mfa)?;
        asked.check_tier(beside)?;
        Ok(asked.completed(self))
    }

    /// Fills in what the service describes for a setting that was not given. `before` is what the settings replace.
    fn completed(mut self, before: &Self) -> Self {
        let policies = self.policies.get_or_insert_default();
        policies.password_policy = Some(completed_password_policy(policies.password_policy.take()));
        policies
            .sign_in_policy
            .get_or_insert_default()
            .allowed_first_auth_factors
            .get_or_insert_with(|| vec![AuthFactorType::Password]);
        let temporary_days =
            policies.password_policy.as_ref().and_then(|policy| policy.temporary_password_validity_days);

        let admin = self.admin_create_user_config.get_or_insert_default();
        admin.allow_admin_create_user_only.get_or_insert(false);
        admin.unused_account_validity_days = temporary_days;

        self.deletion_protection.get_or_insert(DeletionProtectionType::Inactive);
        self.mfa_configuration.get_or_insert(UserPoolMfaType::Off);
        self.email_configuration
            .get_or_insert_default()
            .email_sending_account
            .get_or_insert(EmailSendingAccountType::CognitoDefault);
        self.user_pool_tier.get_or_insert(UserPoolTierType::Essentials);
        self.mirror_messages(before);
        mirror_pre_token_generation(self.lambda_config.get_or_insert_default());
        self
    }

    /// The older members for verification texts and the template show the same texts.
    fn mirror_messages(&mut self, before: &Self) {
        let template_before = before.verification_message_template.clone().unwrap_or_default();
        let template = self.verification_message_template.get_or_insert_default();
        template.default_email_option.get_or_insert(DefaultEmailOptionType::ConfirmWithCode);
        mirror(
            &mut self.sms_verification_message,
            &mut template.sms_message,
            (before.sms_verification_message.as_ref(), template_before.sms_message.as_ref()),
        );
        mirror(
            &mut self.email_verification_message,
            &mut template.email_message,
            (before.email_verification_message.as_ref(), template_before.email_message.as_ref()),
        );
        mirror(
            &mut self.email_verification_subject,
            &mut template.email_subject,
            (before.email_verification_subject.as_ref(), template_before.email_subject.as_ref()),
        );
    }

    /// The password policy, complete since the settings were made.
    pub fn password_policy(&self) -> PasswordPolicyType {
        completed_password_policy(
            self.policies.as_ref().and_then(|policies| policies.password_policy.clone()),
        )
    }

    /// How many passwords back a new one must differ from; 0 when the pool remembers none.
    pub fn password_history_size(&self) -> i64 {
        self.password_policy().password_history_size.unwrap_or(0).into()
    }

    /// Whether only administrators may create users.
    pub fn allows_admin_create_user_only(&self) -> bool {
        let admin = self.admin_create_user_config.as_ref();
        admin.and_then(|admin| admin.allow_admin_create_user_only).unwrap_or(false)
    }

    /// Whether a new value of this attribute is verified by a code.
    pub fn auto_verifies(&self, attribute: VerifiedAttributeType) -> bool {
        self.auto_verified_attributes.as_ref().is_some_and(|verified| verified.contains(&attribute))
    }

    /// Whether a new value of this attribute counts only once it is verified.
    pub fn verifies_before_update(&self, attribute: VerifiedAttributeType) -> bool {
        let settings = self.user_attribute_update_settings.as_ref();
        let listed =
            settings.and_then(|settings| settings.attributes_require_verification_before_update.as_ref());
        listed.is_some_and(|attributes| attributes.contains(&attribute))
    }

    /// Whether users may sign in by this attribute in place of the username, once it is verified.
    pub fn has_alias(&self, attribute: AliasAttributeType) -> bool {
        self.alias_attributes.as_ref().is_some_and(|aliases| aliases.contains(&attribute))
    }

    /// Whether this attribute is the username.
    pub fn has_username_attribute(&self, attribute: UsernameAttributeType) -> bool {
        self.username_attributes.as_ref().is_some_and(|names| names.contains(&attribute))
    }

    /// Whether users may sign in with this factor first (`AllowedFirstAuthFactors`).
    pub fn allows_first_factor(&self, factor: AuthFactorType) -> bool {
        self.first_factors().is_some_and(|factors| factors.contains(&factor))
    }

    /// Whether users may do without a password: another first factor is allowed.
    pub fn signs_in_without_password(&self) -> bool {
        [AuthFactorType::EmailOtp, AuthFactorType::SmsOtp, AuthFactorType::WebAuthn]
            .into_iter()
            .any(|factor| self.allows_first_factor(factor))
    }

    /// Whether the pool remembers devices (`DeviceConfiguration`).
    pub fn tracks_devices(&self) -> bool {
        self.device_configuration.is_some()
    }

    pub(super) fn first_factors(&self) -> Option<&[AuthFactorType]> {
        let SignInPolicyType { allowed_first_auth_factors } =
            self.policies.as_ref().and_then(|policies| policies.sign_in_policy.as_ref())?;
        allowed_first_auth_factors.as_deref()
    }
}

/// The policy with the service's defaults: eight characters of all four classes, temporary passwords for seven days.
fn completed_password_policy(policy: Option<PasswordPolicyType>) -> PasswordPolicyType {
    let given = policy.is_some();
    let mut policy = policy.unwrap_or_default();
    policy.minimum_length.get_or_insert(8);
    for rule in [
        &mut policy.require_uppercase,
        &mut policy.require_lowercase,
        &mut policy.require_numbers,
        &mut policy.require_symbols,
    ] {
        // A policy that is given asks only for what it names.
        rule.get_or_insert(!given);
    }
    if policy.temporary_password_validity_days.is_none_or(|days| days == 0) {
        policy.temporary_password_validity_days = Some(7);
    }
    policy
}

/// The older member and its versioned form name the same function.
fn mirror_pre_token_generation(triggers: &mut LambdaConfigType) {
    match (&triggers.pre_token_generation, &triggers.pre_token_generation_config) {
        (Some(arn), None) => {
            triggers.pre_token_generation_config = Some(PreTokenGenerationVersionConfigType {
                lambda_arn: arn.clone(),
                lambda_version: PreTokenGenerationLambdaVersionType::V1_0,
            });
        }
        (None, Some(config)) => triggers.pre_token_generation = Some(config.lambda_arn.clone()),
        (Some(_), Some(_)) | (None, None) => {}
    }
}
