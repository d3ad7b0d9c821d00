//! UpdateUserAttributes: new values for attributes of whoever signed in. Changed addresses get a code.

use wire::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};

use super::send_codes_for_changes;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn update_user_attributes(
    call: &Call,
    request: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let may_write = |name: &str| me.client.settings.can_write(name, &me.pool.schema);
    let given = &request.user_attributes;
    let user = me.user.clone().with_own_attributes(&me.pool, given, may_write, call.now())?;
    tx.save_user(&me.pool, &user).await??;
    let sent = send_codes_for_changes(call, &mut tx, &me.pool, &me.user, &user).await?;
    tx.commit().await?;

    Ok(UpdateUserAttributesResponse { code_delivery_details_list: Some(sent) })
}
