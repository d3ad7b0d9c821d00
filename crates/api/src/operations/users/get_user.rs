//! GetUser: the attributes of whoever signed in, as far as their client may read them.

use wire::{GetUserRequest, GetUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn get_user(
    call: &Call,
    request: GetUserRequest,
) -> Result<GetUserResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    let mut attributes = me.user.own_attributes();
    attributes.retain(|attribute| me.client.settings.shows(&attribute.name, &me.pool.schema));

    Ok(GetUserResponse {
        user_attributes: attributes,
        mfa_options: Some(me.user.mfa.options.clone()).filter(|options| !options.is_empty()),
        preferred_mfa_setting: me.user.mfa.preferred.map(|factor| factor.as_str().to_owned()),
        user_mfa_setting_list: me.user.mfa.listed(),
        username: me.user.username,
    })
}
