//! GetUserPoolClientSessionConfiguration: how long a browser session of a client may last.

use domain::oauth::DEFAULT_MINUTES;
use wire::{
    ClientSSOSessionConfigType, GetUserPoolClientSessionConfigurationRequest,
    GetUserPoolClientSessionConfigurationResponse,
};

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
    let sso_session = read
        .sso_session(&client.id)
        .await?
        .unwrap_or(ClientSSOSessionConfigType { max_validity_minutes: DEFAULT_MINUTES });

    Ok(GetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(pool_id.to_string()),
        client_id: Some(client.id.to_string()),
        sso_session: Some(sso_session),
    })
}
