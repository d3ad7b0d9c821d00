//! App clients and their secrets.

mod add_user_pool_client_secret;
mod create_user_pool_client;
mod delete_user_pool_client;
mod delete_user_pool_client_secret;
mod describe_user_pool_client;
mod list_user_pool_client_secrets;
mod list_user_pool_clients;
mod update_user_pool_client;

use domain::app_clients::{OWN_USERS, ProviderOfPool, STANDARD_SCOPES};
use domain::user_pools::UserPool;
use storage::{ClientSecret, Position, Reader};

use crate::error::ApiError;

pub(super) use add_user_pool_client_secret::add_user_pool_client_secret;
pub(super) use create_user_pool_client::create_user_pool_client;
pub(super) use delete_user_pool_client::delete_user_pool_client;
pub(super) use delete_user_pool_client_secret::delete_user_pool_client_secret;
pub(super) use describe_user_pool_client::describe_user_pool_client;
pub(super) use list_user_pool_client_secrets::list_user_pool_client_secrets;
pub(super) use list_user_pool_clients::list_user_pool_clients;
pub(super) use update_user_pool_client::update_user_pool_client;

/// More providers or resource servers than a pool can have (quotas page).
const ALL: i64 = 10_000;

/// The pool's providers, when a client names any of them. Most clients name none, and cost no statement.
async fn providers_named(
    read: &mut Reader,
    pool: &UserPool,
    names: Option<&Vec<String>>,
) -> Result<Vec<ProviderOfPool>, ApiError> {
    if names.into_iter().flatten().all(|name| name == OWN_USERS) {
        return Ok(Vec::new());
    }
    let providers = read.identity_providers(&pool.id, &Position::start(), ALL).await?;
    Ok(providers.iter().map(ProviderOfPool::from).collect())
}

/// The custom scopes of the pool's resource servers, when a client asks for any.
async fn scopes_asked(
    read: &mut Reader,
    pool: &UserPool,
    scopes: Option<&Vec<String>>,
) -> Result<Vec<String>, ApiError> {
    if scopes.into_iter().flatten().all(|scope| STANDARD_SCOPES.contains(&scope.as_str())) {
        return Ok(Vec::new());
    }
    let servers = read.resource_servers(&pool.id, &Position::start(), ALL).await?;
    Ok(servers.iter().flat_map(domain::resource_servers::ResourceServer::scope_names).collect())
}

/// The secret that a description shows: the one that has been good for longest.
fn shown(secrets: Vec<ClientSecret>) -> Option<String> {
    secrets.into_iter().next().map(|secret| secret.value)
}
