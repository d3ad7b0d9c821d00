//! ResendConfirmationCode: a new code for a sign-up. The one before no longer counts.

use domain::codes::{CodeError, LimitedAction};
use domain::messages::{self, MessageKind};
use wire::{
    ErrorCode, EventType, ResendConfirmationCodeRequest, ResendConfirmationCodeResponse, UserStatusType,
    VerifiedAttributeType,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{account_event, no_such_user_of_client, send_sign_up_code, trusted_client};

pub(in crate::operations) async fn resend_confirmation_code(
    call: &Call,
    request: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let mut tx = call.store.begin().await?;
    let Some(user) = tx.user(&client.pool, &request.username).await? else {
        return pretend(&client, &request.username);
    };
    if user.status != UserStatusType::Unconfirmed {
        return Err(ApiError::invalid_parameter("User is already confirmed."));
    }
    if !tx.count_attempt(&user, LimitedAction::ResendConfirmationCode, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let Some(details) = send_sign_up_code(call, &mut tx, &client, &user, MessageKind::ResendCode).await?
    else {
        return Err(ApiError::invalid_parameter("Cannot resend codes. Auto verification not turned on."));
    };
    let event = account_event(call, &user, Some(&client.client.id), EventType::ResendCode);
    tx.insert_auth_event(&event).await?;
    tx.commit().await?;

    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(details) })
}

/// A client that does not tell who exists answers as if a code had gone somewhere.
fn pretend(
    client: &storage::ClientWithPool,
    username: &str,
) -> Result<ResendConfirmationCodeResponse, ApiError> {
    if !client.client.settings.prevents_user_existence_errors() {
        return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
    }
    let first: String = username.chars().take(1).collect();
    let details = messages::delivery_details(VerifiedAttributeType::Email, &format!("{first}@{first}"));
    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(details) })
}
