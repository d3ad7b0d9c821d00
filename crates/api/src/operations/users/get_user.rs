//! GetUser: the attributes of whoever signed in, as far as their client may read them.

use domain::app_clients::AppClient;
use domain::user_pools::UserPool;
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
    let mut attributes = me.user.listed_attributes();
    attributes.retain(|attribute| is_readable(&me.client, &me.pool, &attribute.name));

    Ok(GetUserResponse {
        user_attributes: attributes,
        mfa_options: Some(me.user.mfa.options.clone()).filter(|options| !options.is_empty()),
        preferred_mfa_setting: me.user.mfa.preferred.map(|factor| factor.as_str().to_owned()),
        user_mfa_setting_list: me.user.mfa.listed(),
        username: me.user.username,
    })
}

/// Whoever may read an address may read whether it is verified; identities are everybody's to read.
fn is_readable(client: &AppClient, pool: &UserPool, name: &str) -> bool {
    let of = match name {
        "email_verified" => "email",
        "phone_number_verified" => "phone_number",
        "identities" => return true,
        name => name,
    };
    client.settings.can_read(of, &pool.schema) || client.settings.can_read(name, &pool.schema)
}
