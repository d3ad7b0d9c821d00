//! CreateUserPoolClient: a new app client, public or with a secret.

use domain::app_clients::{AppClient, ClientContext, generate_secret, secret_id};
use domain::ids::ClientId;
use storage::ClientSecret;
use wire::{CreateUserPoolClientRequest, CreateUserPoolClientResponse};

use super::{providers_named, scopes_asked};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn create_user_pool_client(
    call: &Call,
    request: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id.clone()).await?;
    let providers = providers_named(&mut read, &pool, request.supported_identity_providers.as_ref()).await?;
    let resource_scopes = scopes_asked(&mut read, &pool, request.allowed_oauth_scopes.as_ref()).await?;
    let context = ClientContext {
        pool: &pool,
        providers: &providers,
        resource_scopes: &resource_scopes,
        has_secret: false,
    };
    let client = AppClient::new(ClientId::generate(call.random()), &request, &context, call.now())?;
    let secret = secret_asked(call, &client, &request);
    drop(read);

    let mut tx = call.store.begin().await?;
    tx.insert_app_client(&client).await?;
    if let Some(secret) = &secret {
        tx.insert_client_secret(&client, secret).await?;
    }
    tx.commit().await?;

    let described = client.describe(secret.map(|secret| secret.value));
    Ok(CreateUserPoolClientResponse { user_pool_client: Some(described) })
}

/// The secret that the request brings, or asks for.
fn secret_asked(
    call: &Call,
    client: &AppClient,
    request: &CreateUserPoolClientRequest,
) -> Option<ClientSecret> {
    let generated = || request.generate_secret.unwrap_or(false).then(|| generate_secret(call.random()));
    let value = request.client_secret.clone().or_else(generated)?;
    Some(ClientSecret { id: secret_id(&client.id, call.now()), value, created_at: call.now() })
}
