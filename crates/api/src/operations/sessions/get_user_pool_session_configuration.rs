//! GetUserPoolSessionConfiguration: how many sessions a user of a pool may have.

use wire::{
    GetUserPoolSessionConfigurationRequest, GetUserPoolSessionConfigurationResponse,
    UserPoolTokenSessionConfigType,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn get_user_pool_session_configuration(
    call: &Call,
    request: GetUserPoolSessionConfigurationRequest,
) -> Result<GetUserPoolSessionConfigurationResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;

    Ok(GetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(pool.id.to_string()),
        user_session_tracking: Some(pool.session_configuration.tracking()),
        token_session: Some(UserPoolTokenSessionConfigType {
            max_per_user: pool.session_configuration.max_per_user(),
        }),
    })
}
