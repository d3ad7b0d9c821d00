//! The app client of a call that carries no credentials, once it has shown its secret.

use domain::ids::ClientId;
use domain::secret_hash;
use storage::ClientWithPool;

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
    let secrets: Vec<String> = client.secrets.iter().map(|secret| secret.value.clone()).collect();
    secret_hash::verify(&client.client.id, &secrets, username, secret_hash.as_deref())?;
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
