//! AdminDisableProviderForUser: an identity at a provider stands for its user no longer, or a user of the pool itself cannot
//! sign in by password any more. AdminSetUserPassword undoes the latter.

use domain::federation::{LinkError, identity_key, is_native, unlink};
use domain::users::User;
use wire::{AdminDisableProviderForUserRequest, AdminDisableProviderForUserResponse, UserStatusType};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_disable_provider_for_user(
    call: &Call,
    request: AdminDisableProviderForUserRequest,
) -> Result<AdminDisableProviderForUserResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let key = identity_key(&pool, &request.user)?;
    if is_native(&key.provider_name) {
        if !key.is_subject() {
            return Err(LinkError::Unknown.into());
        }
        let user = require_user(&mut tx, &pool, &key.value).await?;
        if user.status == UserStatusType::ExternalProvider {
            return Err(LinkError::Unknown.into());
        }
        let user = User { password_disabled: true, modified_at: call.now(), ..user };
        tx.save_user(&pool, &user).await??;
    } else {
        let found = tx.user_by_identity(&pool.id, &key).await?.ok_or(LinkError::Unknown)?;
        let user = unlink(found.user, &key, call.now());
        tx.save_user(&pool, &user).await??;
        if !tx.delete_user_identity(&user, &key).await? {
            return Err(ApiError::too_many_requests());
        }
    }
    tx.commit().await?;

    Ok(AdminDisableProviderForUserResponse {})
}
