//! GetUICustomization: what holds for an app client's classic pages. Where nothing was set, the answer is empty, which is
//! no error.

use wire::{GetUICustomizationRequest, GetUICustomizationResponse};

use super::{customized_client, described};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn get_ui_customization(
    call: &Call,
    request: GetUICustomizationRequest,
) -> Result<GetUICustomizationResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let customization = match customized_client(&mut read, &pool_id, request.client_id).await? {
        Some(client_id) => read.ui_customization_of_client(&pool_id, &client_id).await?,
        None => read.ui_customization(&pool_id, None).await?,
    };

    let ui_customization = customization.map(|customization| described(call, &customization));
    Ok(GetUICustomizationResponse { ui_customization: ui_customization.unwrap_or_default() })
}
