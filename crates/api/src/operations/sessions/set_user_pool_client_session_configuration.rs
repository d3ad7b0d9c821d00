//! SetUserPoolClientSessionConfiguration: how long a browser session of a client may last.

use domain::user_pools::Feature;
use wire::{SetUserPoolClientSessionConfigurationRequest, SetUserPoolClientSessionConfigurationResponse};

use super::not_enabled;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool};

pub(in crate::operations) async fn set_user_pool_client_session_configuration(
    call: &Call,
    request: SetUserPoolClientSessionConfigurationRequest,
) -> Result<SetUserPoolClientSessionConfigurationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    pool.settings.check_available(Feature::SessionConfiguration)?;
    if !pool.session_configuration.is_tracked() {
        return Err(not_enabled("User session tracking is not enabled for the user pool."));
    }
    let client = require_client(&mut tx, &pool.id, request.client_id).await?;
    tx.save_sso_session(&client.id, &request.sso_session).await?;
    tx.commit().await?;

    Ok(SetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(pool.id.to_string()),
        client_id: Some(client.id.to_string()),
        sso_session: Some(request.sso_session),
    })
}
