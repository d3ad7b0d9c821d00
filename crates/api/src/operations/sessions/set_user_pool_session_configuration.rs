//! SetUserPoolSessionConfiguration: how many sessions a user of a pool may have.

use domain::user_pools::{Feature, SessionConfiguration};
use wire::{SetUserPoolSessionConfigurationRequest, SetUserPoolSessionConfigurationResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn set_user_pool_session_configuration(
    call: &Call,
    request: SetUserPoolSessionConfigurationRequest,
) -> Result<SetUserPoolSessionConfigurationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    pool.settings.check_available(Feature::SessionConfiguration)?;
    let configuration = SessionConfiguration {
        user_session_tracking: Some(request.user_session_tracking),
        token_session: Some(request.token_session.clone()),
    };
    if !tx.save_session_configuration(&pool.id, &configuration).await? {
        return Err(ApiError::no_user_pool(&pool.id));
    }
    tx.commit().await?;

    Ok(SetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(pool.id.to_string()),
        user_session_tracking: Some(request.user_session_tracking),
        token_session: Some(request.token_session),
    })
}
