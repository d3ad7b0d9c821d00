//! Managed login branding: the style of the pages that an app client shows, made of settings and images.
//!
//! Not here: the classic pages (`ui_customization`), and the HTML that all of this is for.

mod assets;
mod look;
mod settings;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;
use wire::{
    AssetType, CreateManagedLoginBrandingRequest, ManagedLoginBrandingType, UpdateManagedLoginBrandingRequest,
};

use crate::ids::{ClientId, PoolId};
use crate::random::{self, Random};
use crate::user_pools::{Feature, UserPool, UserPoolError};

pub use assets::{Asset, AssetFault, FaultReason};
pub use look::{Look, LookImage};

/// The style of an app client. A client has at most one.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedLoginBranding {
    /// Its id.
    pub id: Uuid,
    /// The pool.
    pub pool_id: PoolId,
    /// The client whose pages it is for; never changes.
    pub client_id: ClientId,
    /// Whether somebody asked for the defaults.
    pub use_cognito_provided_values: bool,
    /// The settings as they were sent. What they leave out is as in the defaults.
    pub settings: Option<Value>,
    /// Its images.
    pub assets: Vec<Asset>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// Why a style was refused. Texts are the service's where they are known; those about settings are ours.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BrandingError {
    /// The pool's tier lacks what is asked for: LITE has the classic pages only.
    #[error(transparent)]
    Tier(#[from] UserPoolError),
    /// One of the two makes a style.
    #[error("useCognitoProvidedValues or settings should be specified (but not both)")]
    ValuesOrSettings,
    /// The client has a style. ManagedLoginBrandingExistsException.
    #[error("A ManagedLoginBranding already exists for client {0}")]
    Exists(ClientId),
    /// The client has no style. ResourceNotFoundException.
    #[error("ManagedLoginBranding for client {0} does not exist.")]
    NoneOfClient(ClientId),
    /// No style of the pool has this id. ResourceNotFoundException.
    #[error("ManagedLoginBranding does not exist.")]
    Unknown,
    /// Settings are an object.
    #[error("Settings should be a JSON object.")]
    SettingsNotObject,
    /// Settings have three parts, each an object.
    #[error(
        "Settings has {0}, but should only have the objects categories, componentClasses and components."
    )]
    SettingsPart(String),
    /// Images are not what they should be.
    #[error(
        "Invalid assets provided. Validation errors: [{}]",
        .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    Assets(Vec<AssetFault>),
    /// A style has at most as many images as a request may.
    #[error("A managed login branding can have at most 40 assets.")]
    TooManyAssets,
    /// API reference: "This operation has a 2-megabyte request-size limit".
    #[error("The request exceeds the limit of 2 MB.")]
    TooLarge,
}

/// Most bytes of a request, in which images stand in base64.
const MOST_BYTES: usize = 2 * 1024 * 1024;

impl ManagedLoginBranding {
    /// A new style of a client.
    ///
    /// # Errors
    /// [`BrandingError`] for the first rule that the request breaks.
    pub fn new(
        request: CreateManagedLoginBrandingRequest,
        pool: &UserPool,
        client_id: ClientId,
        now: DateTime<Utc>,
        random: &dyn Random,
    ) -> Result<Self, BrandingError> {
        let use_cognito_provided_values = request.use_cognito_provided_values == Some(true);
        if use_cognito_provided_values == request.settings.is_some() {
            return Err(BrandingError::ValuesOrSettings);
        }
        pool.settings.check_available(Feature::ManagedLoginBranding)?;
        let assets = request.assets.unwrap_or_default();
        check_size(request.settings.as_ref(), &assets)?;
        Ok(Self {
            id: random::uuid(random),
            pool_id: pool.id.clone(),
            client_id,
            use_cognito_provided_values,
            settings: request.settings.map(settings::checked).transpose()?,
            assets: assets::merged(Vec::new(), assets)?,
            created_at: now,
            modified_at: now,
            version: 1,
        })
    }

    /// The style after an update. Settings replace, images are put beside those that are there; what the request omits
    /// stays. Asking for the defaults gives up both.
    ///
    /// # Errors
    /// [`BrandingError`] for the first rule that the request breaks.
    pub fn updated(
        self,
        request: UpdateManagedLoginBrandingRequest,
        pool: &UserPool,
        now: DateTime<Utc>,
    ) -> Result<Self, BrandingError> {
        let reverts = request.use_cognito_provided_values == Some(true);
        if reverts && request.settings.is_some() {
            return Err(BrandingError::ValuesOrSettings);
        }
        pool.settings.check_available(Feature::ManagedLoginBranding)?;
        let assets = request.assets.unwrap_or_default();
        check_size(request.settings.as_ref(), &assets)?;
        let (before, settings) = if reverts { (Vec::new(), None) } else { (self.assets, self.settings) };
        let use_cognito_provided_values = match request.settings {
            Some(_) => false,
            None => request.use_cognito_provided_values.unwrap_or(self.use_cognito_provided_values),
        };
        Ok(Self {
            use_cognito_provided_values,
            settings: request.settings.map(settings::checked).transpose()?.or(settings),
            assets: assets::merged(before, assets)?,
            modified_at: now,
            ..self
        })
    }

    /// The style as it was set.
    pub fn describe(&self) -> ManagedLoginBrandingType {
        ManagedLoginBrandingType {
            managed_login_branding_id: Some(self.id.to_string()),
            user_pool_id: Some(self.pool_id.to_string()),
            use_cognito_provided_values: Some(self.use_cognito_provided_values),
            settings: self.settings.clone(),
            assets: Some(self.assets.iter().map(Asset::describe).collect()),
            creation_date: Some(self.created_at.into()),
            last_modified_date: Some(self.modified_at.into()),
        }
    }

    /// The style with what the defaults add to its settings.
    pub fn describe_merged(&self) -> ManagedLoginBrandingType {
        ManagedLoginBrandingType {
            settings: Some(settings::merged(self.settings.as_ref())),
            ..self.describe()
        }
    }
}

fn check_size(settings: Option<&Value>, assets: &[AssetType]) -> Result<(), BrandingError> {
    let images = assets.iter().flat_map(|asset| &asset.bytes);
    let in_base64: usize = images.map(|bytes| bytes.0.len().div_ceil(3) * 4).sum();
    let settings = settings.map_or(0, |settings| settings.to_string().len());
    if in_base64 + settings > MOST_BYTES { Err(BrandingError::TooLarge) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
