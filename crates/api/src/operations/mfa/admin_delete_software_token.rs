//! AdminDeleteSoftwareToken: takes a user's authenticator app away.

use domain::users::{MfaFactor, User};
use wire::{AdminDeleteSoftwareTokenRequest, AdminDeleteSoftwareTokenResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_delete_software_token(
    call: &Call,
    request: AdminDeleteSoftwareTokenRequest,
) -> Result<AdminDeleteSoftwareTokenResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let mut user = require_user(&mut tx, &pool, &request.username).await?;
    if !tx.delete_software_token(&user.id).await? {
        return Err(ApiError::invalid_parameter("Software Token MFA does not exist for the user."));
    }
    user.mfa.turn(MfaFactor::SoftwareToken, false, false);
    tx.save_user(&pool, &User { modified_at: call.now(), ..user }).await??;
    tx.commit().await?;

    Ok(AdminDeleteSoftwareTokenResponse {})
}
