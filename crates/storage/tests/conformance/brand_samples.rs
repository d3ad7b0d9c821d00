//! How pages of clients look, as tests keep it.

use domain::app_clients::AppClient;
use domain::managed_login_branding::{Asset, ManagedLoginBranding};
use domain::terms::Terms;
use domain::ui_customization::{Logo, UiCustomization};
use domain::user_pools::UserPool;
use serde_json::json;
use uuid::Uuid;
use wire::{
    AssetCategoryType, AssetExtensionType, ColorSchemeModeType, TermsEnforcementType, TermsSourceType,
};

use crate::samples::{at, texts};

pub(crate) fn asset(category: AssetCategoryType, color_mode: ColorSchemeModeType, bytes: &[u8]) -> Asset {
    Asset {
        category,
        color_mode,
        extension: AssetExtensionType::Png,
        resource_id: None,
        bytes: bytes.to_vec(),
        digest: format!("digest of {bytes:?}"),
    }
}

/// A style with two images.
pub(crate) fn branding(client: &AppClient, number: u128) -> ManagedLoginBranding {
    let named = Asset {
        resource_id: Some("Corp".to_owned()),
        ..asset(AssetCategoryType::IdpButtonIcon, ColorSchemeModeType::Dynamic, &[])
    };
    ManagedLoginBranding {
        id: Uuid::from_u128(number),
        pool_id: client.pool_id.clone(),
        client_id: client.id.clone(),
        use_cognito_provided_values: false,
        settings: Some(json!({ "components": { "form": { "borderRadius": 8.0 } } })),
        assets: vec![asset(AssetCategoryType::FormLogo, ColorSchemeModeType::Light, &[0, 1, 255]), named],
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}

/// What is set for a client, or for all of them.
pub(crate) fn ui_customization(pool: &UserPool, client: Option<&AppClient>) -> UiCustomization {
    UiCustomization {
        pool_id: pool.id.clone(),
        client_id: client.map(|client| client.id.clone()),
        css: Some(".banner-customizable { color: red }".to_owned()),
        image: Some(Logo::from_bytes(vec![0, 1, 255])),
        created_at: at(0),
        modified_at: at(0),
    }
}

pub(crate) fn terms(client: &AppClient, number: u128, name: &str) -> Terms {
    Terms {
        id: Uuid::from_u128(number),
        pool_id: client.pool_id.clone(),
        client_id: client.id.clone(),
        name: name.to_owned(),
        source: TermsSourceType::Link,
        enforcement: TermsEnforcementType::None,
        links: texts([("cognito:default", "https://example.com/größe")]),
        created_at: at(0),
        modified_at: at(0),
        version: 1,
    }
}
