//! AdminResetUserPassword: the password counts no longer, and a code for another goes out.

use domain::codes::CodePurpose;
use domain::messages::MessageKind;
use domain::users::User;
use wire::{AdminResetUserPasswordRequest, AdminResetUserPasswordResponse, UserStatusType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::send_code;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_reset_user_password(
    call: &Call,
    request: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let address = user.reset_address(&pool)?;
    let user = User { status: UserStatusType::ResetRequired, modified_at: call.now(), ..user };
    tx.save_user(&pool, &user).await??;
    let kind = MessageKind::ForgotPassword;
    send_code(call, &mut tx, &pool, &user, address, CodePurpose::ForgotPassword, kind).await?;
    tx.commit().await?;

    Ok(AdminResetUserPasswordResponse {})
}
