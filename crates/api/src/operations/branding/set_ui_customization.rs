//! SetUICustomization: stylesheet and logo of classic pages, in place of those before. Neither takes them back.

use domain::ui_customization::{ALL, UiCustomization, UiCustomizationError};
use wire::{SetUICustomizationRequest, SetUICustomizationResponse, UICustomizationType};

use super::{customized_client, described};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn set_ui_customization(
    call: &Call,
    request: SetUICustomizationRequest,
) -> Result<SetUICustomizationResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id.clone()).await?;
    let client_id = customized_client(&mut read, &pool_id, request.client_id.clone()).await?;
    if read.domains_of_pool(&pool_id).await?.is_empty() {
        return Err(UiCustomizationError::NoDomain.into());
    }
    drop(read);
    // Before the transaction begins: the stylesheet is read.
    let set = UiCustomization::new(request, pool_id.clone(), client_id.clone(), call.now())?;

    let mut tx = call.store.begin().await?;
    let ui_customization = if let Some(mut set) = set {
        if let Some(before) = tx.ui_customization(&pool_id, client_id.as_ref()).await? {
            set.created_at = before.created_at;
        }
        tx.put_ui_customization(&set).await?;
        described(call, &set)
    } else {
        tx.delete_ui_customization(&pool_id, client_id.as_ref()).await?;
        UICustomizationType {
            user_pool_id: Some(pool_id.into()),
            client_id: Some(client_id.map_or_else(|| ALL.to_owned(), String::from)),
            ..UICustomizationType::default()
        }
    };
    tx.commit().await?;

    Ok(SetUICustomizationResponse { ui_customization })
}
