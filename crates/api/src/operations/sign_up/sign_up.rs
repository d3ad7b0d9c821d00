//! SignUp: somebody creates an account for themselves, unconfirmed until a code comes back.

use domain::messages::MessageKind;
use domain::users::{Alias, SignUp};
use storage::NotWritten;
use wire::{ErrorCode, EventType, SignUpRequest, SignUpResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sign_in::begin_after_sign_up;
use crate::flows::{account_event, new_verifier, send_sign_up_code, trusted_client};

pub(in crate::operations) async fn sign_up(
    call: &Call,
    request: SignUpRequest,
) -> Result<SignUpResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let pool = &client.pool;
    let sign_up = SignUp::new(
        pool,
        &request.username,
        request.password.as_deref(),
        &request.user_attributes.unwrap_or_default(),
        |attribute| client.client.settings.can_write(attribute, &pool.schema),
        call.random(),
    )?;
    let password = match &request.password {
        Some(password) => Some(new_verifier(call, pool, &sign_up.username, password).await?),
        None => None,
    };
    let user = sign_up.into_user(pool, password, call.now());

    let mut tx = call.store.begin().await?;
    tx.insert_user(pool, &user).await?.map_err(taken)?;
    let code_delivery_details = send_sign_up_code(call, &mut tx, &client, &user, MessageKind::SignUp).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::SignUp)).await?;
    let session = begin_after_sign_up(call, &mut tx, &client, &user, false).await?;
    tx.commit().await?;

    Ok(SignUpResponse {
        user_confirmed: false,
        user_sub: user.id.to_string(),
        code_delivery_details,
        session,
    })
}

/// Users who sign in by an attribute are told which account exists.
fn taken(error: NotWritten) -> ApiError {
    match error {
        NotWritten::AliasTaken(Alias { attribute, .. }) => ApiError::new(
            ErrorCode::UsernameExistsException,
            format!("An account with the given {attribute} already exists."),
        ),
        NotWritten::UsernameTaken | NotWritten::Changed => error.into(),
    }
}
