//! GetUserPoolClientSessionConfiguration: how long a browser session of a client may last.

use wire::{GetUserPoolClientSessionConfigurationRequest, GetUserPoolClientSessionConfigurationResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn get_user_pool_client_session_configuration(
    call: &Call,
    request: GetUserPoolClientSessionConfigurationRequest,
) -> Result<GetUserPoolClientSessionConfigurationResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let client = require_client(&mut read, &pool_id, request.client_id).await?;
    let sso_session = read.sso_session(&client.id).await?;

    Ok(GetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(pool_id.to_string()),
        client_id: Some(client.id.to_string()),
        sso_session,
    })
}
