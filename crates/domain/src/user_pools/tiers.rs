//! What a pool's tier includes: the features that need a higher tier than LITE, and the names that texts have for them.
//!
//! Source of the tiers: pricing page and developer guide, "User pool feature plans".

use std::collections::BTreeSet;

use wire::{
    AdvancedSecurityModeType, AuthFactorType, ExplicitAuthFlowsType, PreTokenGenerationLambdaVersionType,
    StatusType, UserPoolTierType,
};

use super::{PoolSettings, UserPool, UserPoolError};
use crate::app_clients::AppClient;
use crate::domains::Domain;

/// A feature that some tier lacks. In the order in which a text names several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// `AdvancedSecurityMode` AUDIT or ENFORCED, or a mode for custom authentication.
    ThreatProtection,
    /// A pre token generation function of version 2.
    TokenCustomizationV2,
    /// A pre token generation function of version 3.
    TokenCustomizationV3,
    /// A first factor other than a password; passkeys.
    Passwordless,
    /// Domains with `ManagedLoginVersion` 2.
    ManagedLogin,
    /// `RefreshTokenRotation` of app clients (announced for Essentials and Plus, April 2025).
    RefreshTokenRotation,
    /// Styles of managed login.
    ManagedLoginBranding,
    /// `ALLOW_USER_AUTH` of app clients.
    ChoiceBasedSignIn,
    /// Second factors by e-mail.
    EmailMfa,
    /// `PasswordHistorySize`.
    PasswordHistory,
    /// Tracking of sessions.
    SessionConfiguration,
    /// `DcrConfiguration`.
    DynamicRegistration,
    /// `AcrConfiguration`.
    StepUp,
}

impl Feature {
    /// The name in texts. Live refusals have those of threat protection, token customization, passwordless sign-in and
    /// managed login; the others are ours.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThreatProtection => "Threat Protection",
            Self::TokenCustomizationV2 => "Token Customization with Pre-Token Generation Lambda V2_0",
            Self::TokenCustomizationV3 => "Token Customization with Pre-Token Generation Lambda V3_0",
            Self::Passwordless => "Passwordless Sign-In",
            Self::ManagedLogin => "Managed Login Version 2",
            Self::RefreshTokenRotation => "Refresh Token Rotation",
            Self::ManagedLoginBranding => "Managed Login Branding",
            Self::ChoiceBasedSignIn => "Choice-Based Sign-In",
            Self::EmailMfa => "Email MFA",
            Self::PasswordHistory => "Password History",
            Self::SessionConfiguration => "Session Configuration",
            Self::DynamicRegistration => "Dynamic Client Registration",
            Self::StepUp => "Step-Up Authentication",
        }
    }

    fn is_in(self, tier: UserPoolTierType) -> bool {
        match tier {
            UserPoolTierType::Lite => false,
            UserPoolTierType::Essentials => self != Self::ThreatProtection,
            UserPoolTierType::Plus => true,
        }
    }
}

/// The tier of settings: ESSENTIALS when nobody says (CreateUserPool, `UserPoolTier`).
fn tier_of(settings: &PoolSettings) -> UserPoolTierType {
    settings.user_pool_tier.unwrap_or(UserPoolTierType::Essentials)
}

impl PoolSettings {
    /// Whether the tier includes a feature that is about to be used.
    ///
    /// # Errors
    /// [`UserPoolError::Tier`].
    pub fn check_available(&self, feature: Feature) -> Result<(), UserPoolError> {
        let tier = tier_of(self);
        if feature.is_in(tier) {
            return Ok(());
        }
        Err(UserPoolError::Tier { tier: tier.as_str(), feature: feature.name() })
    }

    /// Whether the tier includes all that these settings use, and these features, which are in use beside the settings.
    ///
    /// # Errors
    /// [`UserPoolError::AboveTier`] names all that it lacks.
    pub(super) fn check_tier(&self, beside: &[Feature]) -> Result<(), UserPoolError> {
        let tier = tier_of(self);
        let used: BTreeSet<Feature> = self.features().chain(beside.iter().copied()).collect();
        let lacking: Vec<_> = used.into_iter().filter(|feature| !feature.is_in(tier)).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let features = lacking.into_iter().map(Feature::name).collect::<Vec<_>>().join(", ");
        Err(UserPoolError::AboveTier { tier: tier.as_str(), features })
    }

    fn features(&self) -> impl Iterator<Item = Feature> {
        let policies = self.policies.as_ref();
        let history = policies
            .and_then(|policies| policies.password_policy.as_ref()?.password_history_size)
            .is_some_and(|size| size > 0);
        let mut factors = self.first_factors().unwrap_or_default().iter();
        let registration = self.dcr_configuration.as_ref();
        [
            self.has_threat_protection().then_some(Feature::ThreatProtection),
            self.token_customization(),
            factors.any(|factor| *factor != AuthFactorType::Password).then_some(Feature::Passwordless),
            history.then_some(Feature::PasswordHistory),
            // Given without a status it is on.
            registration
                .is_some_and(|given| given.enable_status != Some(StatusType::Disabled))
                .then_some(Feature::DynamicRegistration),
            self.acr_configuration
                .as_ref()
                .is_some_and(|levels| !levels.is_empty())
                .then_some(Feature::StepUp),
        ]
        .into_iter()
        .flatten()
    }

    fn has_threat_protection(&self) -> bool {
        let Some(add_ons) = &self.user_pool_add_ons else { return false };
        let of_custom_flows = add_ons
            .advanced_security_additional_flows
            .as_ref()
            .is_some_and(|flows| flows.custom_auth_mode.is_some());
        match add_ons.advanced_security_mode {
            AdvancedSecurityModeType::Audit | AdvancedSecurityModeType::Enforced => true,
            AdvancedSecurityModeType::Off => of_custom_flows,
        }
    }

    fn token_customization(&self) -> Option<Feature> {
        let config = self.lambda_config.as_ref()?.pre_token_generation_config.as_ref()?;
        match config.lambda_version {
            PreTokenGenerationLambdaVersionType::V1_0 => None,
            PreTokenGenerationLambdaVersionType::V2_0 => Some(Feature::TokenCustomizationV2),
            PreTokenGenerationLambdaVersionType::V3_0 => Some(Feature::TokenCustomizationV3),
        }
    }
}

impl UserPool {
    /// The features in use that other operations than UpdateUserPool set: they stay when it sets another tier.
    pub fn features_beside_settings(
        &self,
        domains: &[Domain],
        clients: &[AppClient],
        has_branding: bool,
    ) -> Vec<Feature> {
        let rotates = clients.iter().any(|client| client.settings.rotates_refresh_tokens());
        let by_choice = clients
            .iter()
            .any(|client| client.settings.allows_auth_flow(ExplicitAuthFlowsType::AllowUserAuth));
        [
            self.mfa.web_authn.is_some().then_some(Feature::Passwordless),
            domains.iter().any(|domain| domain.managed_login_version == 2).then_some(Feature::ManagedLogin),
            rotates.then_some(Feature::RefreshTokenRotation),
            has_branding.then_some(Feature::ManagedLoginBranding),
            by_choice.then_some(Feature::ChoiceBasedSignIn),
            self.mfa.email.is_some().then_some(Feature::EmailMfa),
            self.session_configuration.is_tracked().then_some(Feature::SessionConfiguration),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
