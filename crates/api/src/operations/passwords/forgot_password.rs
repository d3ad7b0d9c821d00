//! ForgotPassword: a code to choose another password with, to an address that was verified.

use domain::codes::{CodeError, CodePurpose, LimitedAction};
use domain::messages::{self, MessageKind};
use domain::user_pools::UserPool;
use domain::users::RecoveryError;
use storage::Tx;
use wire::{ErrorCode, EventType, ForgotPasswordRequest, ForgotPasswordResponse, VerifiedAttributeType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{account_event, no_such_user_of_client, send_code, trusted_client};

pub(in crate::operations) async fn forgot_password(
    call: &Call,
    request: ForgotPasswordRequest,
) -> Result<ForgotPasswordResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let pool = &client.pool;
    let hides = client.client.settings.prevents_user_existence_errors();
    let mut tx = call.store.begin().await?;
    let Some(user) = tx.user(pool, &request.username).await? else {
        if !hides {
            return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
        }
        pretend_to_send(call, &mut tx, pool, &request.username).await?;
        tx.commit().await?;
        return Ok(pretended(&request.username));
    };
    if !tx.count_attempt(&user, LimitedAction::ForgotPassword, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let address = match user.recovery_address(pool) {
        Ok(address) => address,
        // Whoever may not know who exists may not know what state they are in.
        Err(RecoveryError::Disabled | RecoveryError::NoAddress) if hides => {
            tx.commit().await?;
            return Ok(pretended(&request.username));
        }
        Err(error) => return Err(error.into()),
    };
    let kind = MessageKind::ForgotPassword;
    let details = send_code(call, &mut tx, pool, &user, address, CodePurpose::ForgotPassword, kind).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::ForgotPassword))
        .await?;
    tx.commit().await?;

    Ok(ForgotPasswordResponse { code_delivery_details: Some(details) })
}

/// As much work as a code for somebody: a row that is written, and nothing that is sent.
async fn pretend_to_send(call: &Call, tx: &mut Tx, pool: &UserPool, username: &str) -> Result<(), ApiError> {
    let code = CodePurpose::ForgotPassword.generate(call.random());
    call.store.mac("nobody", &code);
    tx.count_nobody(&pool.id, &pool.name_key(username), call.now()).await?;
    Ok(())
}

fn pretended(username: &str) -> ForgotPasswordResponse {
    let first: String = username.chars().take(1).collect();
    let details = messages::delivery_details(VerifiedAttributeType::Email, &format!("{first}@{first}"));
    ForgotPasswordResponse { code_delivery_details: Some(details) }
}
