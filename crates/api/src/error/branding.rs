//! Branding and terms of app clients.

use domain::managed_login_branding::BrandingError;
use domain::terms::TermsError;
use domain::ui_customization::UiCustomizationError;
use wire::ErrorCode;

use super::ApiError;

/// The model lists no FeatureUnavailableInTierException for these operations.
impl From<BrandingError> for ApiError {
    fn from(error: BrandingError) -> Self {
        let code = match error {
            BrandingError::Exists(_) => ErrorCode::ManagedLoginBrandingExistsException,
            BrandingError::NoneOfClient(_) | BrandingError::Unknown => ErrorCode::ResourceNotFoundException,
            BrandingError::Tier(_)
            | BrandingError::ValuesOrSettings
            | BrandingError::SettingsNotObject
            | BrandingError::SettingsPart(_)
            | BrandingError::Assets(_)
            | BrandingError::TooManyAssets
            | BrandingError::TooLarge => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<UiCustomizationError> for ApiError {
    fn from(error: UiCustomizationError) -> Self {
        Self::invalid_parameter(error.to_string())
    }
}

impl From<TermsError> for ApiError {
    fn from(error: TermsError) -> Self {
        let code = match error {
            TermsError::Exists { .. } => ErrorCode::TermsExistsException,
            TermsError::Unknown | TermsError::NoneOfClient { .. } => ErrorCode::ResourceNotFoundException,
            TermsError::Link(_) => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}
