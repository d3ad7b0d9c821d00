//! ListUserPoolClientSecrets: ids and dates of a client's secrets, never their values.

use wire::{ClientSecretDescriptorType, ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn list_user_pool_client_secrets(
    call: &Call,
    request: ListUserPoolClientSecretsRequest,
) -> Result<ListUserPoolClientSecretsResponse, ApiError> {
    if request.next_token.is_some() {
        // A client has two secrets at most, so no answer ever had a token.
        return Err(ApiError::invalid_parameter("Invalid pagination token"));
    }
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let client = require_client(&mut read, &pool_id, request.client_id).await?;
    let secrets = read.client_secrets(&client.id).await?;

    let described = secrets.into_iter().map(|secret| ClientSecretDescriptorType {
        client_secret_id: Some(secret.id),
        client_secret_value: None,
        client_secret_create_date: Some(secret.created_at.into()),
    });
    Ok(ListUserPoolClientSecretsResponse {
        client_secrets: Some(described.collect()),
        ..ListUserPoolClientSecretsResponse::default()
    })
}
