//! UpdateUserPoolClient: replaces the settings of a client; what the request omits goes back to its default.

use domain::app_clients::ClientContext;
use wire::{UpdateUserPoolClientRequest, UpdateUserPoolClientResponse};

use super::{providers_named, scopes_asked, shown};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool};

pub(in crate::operations) async fn update_user_pool_client(
    call: &Call,
    request: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let client = require_client(&mut tx, &pool.id, request.client_id.clone()).await?;
    let secrets = tx.client_secrets(&client.id).await?;
    let providers = providers_named(&mut tx, &pool, request.supported_identity_providers.as_ref()).await?;
    let resource_scopes = scopes_asked(&mut tx, &pool, request.allowed_oauth_scopes.as_ref()).await?;
    let context = ClientContext {
        pool: &pool,
        providers: &providers,
        resource_scopes: &resource_scopes,
        has_secret: !secrets.is_empty(),
    };
    let client = client.updated(&request, &context, call.now())?;
    if !tx.save_app_client(&client).await? {
        return Err(ApiError::concurrent_modification());
    }
    tx.commit().await?;

    Ok(UpdateUserPoolClientResponse { user_pool_client: Some(client.describe(shown(secrets))) })
}
