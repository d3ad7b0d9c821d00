//! AdminLinkProviderForUser: an identity at a provider signs in as a user who exists.

use domain::federation::{
    IdentityKey, LinkError, destination_key, is_native, link, source_key, source_provider,
};
use domain::user_pools::UserPool;
use domain::users::User;
use storage::Reader;
use wire::{AdminLinkProviderForUserRequest, AdminLinkProviderForUserResponse, ProviderUserIdentifierType};

use super::require_provider;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_link_provider_for_user(
    call: &Call,
    request: AdminLinkProviderForUserRequest,
) -> Result<AdminLinkProviderForUserResponse, ApiError> {
    let source = &request.source_user;
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let provider = require_provider(&mut tx, &pool.id, source_provider(source)?).await?;
    let key = source_key(&pool, &provider, source)?;
    let user = destination(&mut tx, &pool, &request.destination_user).await?;
    check_unknown(&mut tx, &user, &key).await?;
    let in_use = tx.identity_attribute_names(&pool.id, &provider.name).await?;

    let user = link(user, &provider, &key, &in_use, call.now())?;

    tx.save_user(&pool, &user).await??;
    if !tx.insert_user_identity(&user, &key, false, call.now()).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.commit().await?;

    Ok(AdminLinkProviderForUserResponse {})
}

/// A user of the pool by their username, or one who came by a provider by their subject there.
async fn destination(
    read: &mut Reader,
    pool: &UserPool,
    destination: &ProviderUserIdentifierType,
) -> Result<User, ApiError> {
    let key = destination_key(pool, destination)?;
    if is_native(&key.provider_name) {
        return require_user(read, pool, &key.value).await;
    }
    let found = read.user_by_identity(&pool.id, &key).await?;
    Ok(found.ok_or_else(ApiError::no_user)?.user)
}

/// Whether the identity stands for nobody yet.
async fn check_unknown(read: &mut Reader, user: &User, key: &IdentityKey) -> Result<(), ApiError> {
    match read.user_by_identity(&user.pool_id, key).await? {
        None => Ok(()),
        Some(found) if found.is_primary => Err(LinkError::SignedUp.into()),
        Some(found) if found.user.id == user.id => Err(LinkError::AlreadyLinked.into()),
        Some(_) => Err(LinkError::LinkedToAnother.into()),
    }
}
