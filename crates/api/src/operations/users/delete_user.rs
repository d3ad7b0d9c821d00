//! DeleteUser: whoever signed in deletes their own account.

use wire::{DeleteUserRequest, DeleteUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn delete_user(
    call: &Call,
    request: DeleteUserRequest,
) -> Result<DeleteUserResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    if !tx.delete_user(&me.user).await? {
        return Err(ApiError::no_user());
    }
    tx.commit().await?;

    Ok(DeleteUserResponse {})
}
