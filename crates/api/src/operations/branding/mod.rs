//! How the pages of app clients look: managed login branding, and the customization of classic pages.

mod create_managed_login_branding;
mod delete_managed_login_branding;
mod describe_managed_login_branding;
mod describe_managed_login_branding_by_client;
mod get_ui_customization;
mod set_ui_customization;
mod update_managed_login_branding;

use domain::ids::{ClientId, PoolId};
use domain::images::image_path;
use domain::managed_login_branding::{BrandingError, ManagedLoginBranding};
use domain::ui_customization::{ALL, Logo, UiCustomization};
use storage::Reader;
use uuid::Uuid;
use wire::UICustomizationType;

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_client;

pub(super) use create_managed_login_branding::create_managed_login_branding;
pub(super) use delete_managed_login_branding::delete_managed_login_branding;
pub(super) use describe_managed_login_branding::describe_managed_login_branding;
pub(super) use describe_managed_login_branding_by_client::describe_managed_login_branding_by_client;
pub(super) use get_ui_customization::get_ui_customization;
pub(super) use set_ui_customization::set_ui_customization;
pub(super) use update_managed_login_branding::update_managed_login_branding;

/// The style of this id in this pool. The model has every id be a UUID.
async fn require_branding(
    read: &mut Reader,
    pool_id: &PoolId,
    id: &str,
) -> Result<ManagedLoginBranding, ApiError> {
    let id = Uuid::parse_str(id).map_err(|_| BrandingError::Unknown)?;
    Ok(read.managed_login_branding(pool_id, &id).await?.ok_or(BrandingError::Unknown)?)
}

/// The client that a request is about; none when it is about all of the pool, which is the default.
async fn customized_client(
    read: &mut Reader,
    pool_id: &PoolId,
    client_id: Option<String>,
) -> Result<Option<ClientId>, ApiError> {
    match client_id {
        Some(id) if id != ALL => Ok(Some(require_client(read, pool_id, id).await?.id)),
        Some(_) | None => Ok(None),
    }
}

/// A customization as the API shows it. The logo is found at this server.
fn described(call: &Call, customization: &UiCustomization) -> UICustomizationType {
    let owner = customization.client_id.as_ref().map_or(customization.pool_id.as_str(), ClientId::as_str);
    let url = |logo: &Logo| format!("{}{}", call.public_url(), image_path(owner, &logo.address()));
    customization.describe(customization.image.as_ref().map(url))
}
