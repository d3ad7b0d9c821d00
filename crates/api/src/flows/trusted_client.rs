//! The app client of a call that carries no credentials, once it has shown its secret.

use domain::ids::ClientId;
use domain::secret_hash;
use storage::ClientWithPool;
use wire::ErrorCode;

use crate::call::Call;
use crate::error::ApiError;

/// The client of this id with its pool, after its secret hash was checked.
///
/// # Errors
/// ResourceNotFoundException without such a client, NotAuthorizedException for a missing or wrong hash.
pub(crate) async fn trusted_client(
    call: &Call,
    client_id: String,
    username: &str,
    secret_hash: Option<String>,
) -> Result<ClientWithPool, ApiError> {
    let client = client_of_link(call, client_id).await?;
    secret_hash::verify(&client.client.id, &secrets(&client), username, secret_hash.as_deref())?;
    Ok(client)
}

/// The client of this id with its pool, for a link: a code in it is the proof, a secret is not asked for.
///
/// # Errors
/// ResourceNotFoundException without such a client.
pub(crate) async fn client_of_link(call: &Call, client_id: String) -> Result<ClientWithPool, ApiError> {
    let id = ClientId::from(client_id);
    let client = call.store.read_latest().await?.client_with_pool(&id).await?;
    client.ok_or_else(|| ApiError::no_app_client(&id))
}

/// The client of this id with its pool, after it showed its secret in clear.
///
/// # Errors
/// ResourceNotFoundException without such a client, NotAuthorizedException for a missing or wrong secret.
pub(crate) async fn client_with_secret(
    call: &Call,
    client_id: String,
    secret: Option<&str>,
) -> Result<ClientWithPool, ApiError> {
    let client = client_of_link(call, client_id).await?;
    if secret_is_right(&client, secret) {
        return Ok(client);
    }
    let id = &client.client.id;
    let text = match secret {
        None => format!("Client {id} is configured for secret but secret was not received"),
        Some(_) => format!("Unable to verify secret hash for client {id}"),
    };
    Err(ApiError::new(ErrorCode::NotAuthorizedException, text))
}

/// Whether a client showed one of its secrets, or has none and showed none.
pub(crate) fn secret_is_right(client: &ClientWithPool, shown: Option<&str>) -> bool {
    match shown {
        None => client.secrets.is_empty(),
        Some(shown) => secret_hash::is_one_of(&secrets(client), shown),
    }
}

fn secrets(client: &ClientWithPool) -> Vec<String> {
    client.secrets.iter().map(|secret| secret.value.clone()).collect()
}
