//! AddUserPoolClientSecret: a second secret, for rotation. A generated one is shown once, here.

use domain::app_clients::{check_secret_can_be_added, generate_secret, secret_id};
use storage::ClientSecret;
use wire::{AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse, ClientSecretDescriptorType};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn add_user_pool_client_secret(
    call: &Call,
    request: AddUserPoolClientSecretRequest,
) -> Result<AddUserPoolClientSecretResponse, ApiError> {
    let generated = request.client_secret.is_none().then(|| generate_secret(call.random()));
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let client = require_client(&mut tx, &pool_id, request.client_id).await?;
    let active = tx.client_secrets(&client.id).await?;
    check_secret_can_be_added(&client.id, active.len())?;
    let id = free_id(call, &client.id, &active);
    let value = request.client_secret.or_else(|| generated.clone()).unwrap_or_default();
    let secret = ClientSecret { id, value, created_at: call.now() };
    // Two that add at once must not end with three.
    if !tx.touch_app_client(&client).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.insert_client_secret(&client, &secret).await?;
    tx.commit().await?;

    let descriptor = ClientSecretDescriptorType {
        client_secret_id: Some(secret.id),
        client_secret_value: generated,
        client_secret_create_date: Some(secret.created_at.into()),
    };
    Ok(AddUserPoolClientSecretResponse { client_secret_descriptor: Some(descriptor) })
}

/// Ids tell the millisecond; the first free one counts when two secrets are made in the same.
fn free_id(call: &Call, client_id: &domain::ids::ClientId, active: &[ClientSecret]) -> String {
    (0..)
        .map(|later| secret_id(client_id, call.now() + chrono::TimeDelta::milliseconds(later)))
        .find(|id| active.iter().all(|secret| secret.id != *id))
        .unwrap_or_default()
}
