//! DeleteUserAttributes: whoever signed in takes attributes away.

use wire::{DeleteUserAttributesRequest, DeleteUserAttributesResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn delete_user_attributes(
    call: &Call,
    request: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let may_write = |name: &str| me.client.settings.can_write(name, &me.pool.schema);
    let user = me.user.without_attributes(&me.pool, &request.user_attribute_names, may_write, call.now())?;
    tx.save_user(&me.pool, &user).await??;
    tx.commit().await?;

    Ok(DeleteUserAttributesResponse {})
}
