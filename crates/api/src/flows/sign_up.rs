//! Signing up: somebody creates an account for themselves, unconfirmed until a code comes back.

use domain::codes::{CodeError, CodePurpose, LimitedAction};
use domain::messages::MessageKind;
use domain::sign_in::Surface;
use domain::users::{Alias, SignUp, expected_addresses};
use storage::{ClientWithPool, NotWritten, Tx};
use wire::{AttributeType, CodeDeliveryDetailsType, ErrorCode, EventType, SignUpResponse, UserStatusType};

use super::send_code::check_link_has_domain;
use super::sign_in::begin_after_sign_up;
use super::unknown_names::{made_up_details, pretend_code, pretend_message, unknown_name};
use super::{account_event, new_verifier, no_such_user_of_client, send_sign_up_code};
use crate::call::Call;
use crate::error::ApiError;

/// Creates a user and sends the code of the sign-up. The session of the answer leads on to a sign-in at this surface.
///
/// # Errors
/// The service's, for names that are taken, and for attributes and passwords that break the pool's rules.
pub(crate) async fn sign_up(
    call: &Call,
    client: &ClientWithPool,
    surface: Surface,
    (username, password): (&str, Option<&str>),
    attributes: &[AttributeType],
) -> Result<SignUpResponse, ApiError> {
    call.count_unsigned()?;
    let pool = &client.pool;
    let sign_up = SignUp::new(
        pool,
        username,
        password,
        attributes,
        |attribute| client.client.settings.can_write(attribute, &pool.schema),
        call.random(),
    )?;
    let password = match password {
        Some(password) => Some(new_verifier(call, pool, &sign_up.username, password).await?),
        None => None,
    };
    let user = sign_up.into_user(pool, password, call.now());

    let mut tx = call.store.begin().await?;
    tx.insert_user(pool, &user).await?.map_err(taken)?;
    let code_delivery_details = send_sign_up_code(call, &mut tx, client, &user, MessageKind::SignUp).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::SignUp)).await?;
    let session = begin_after_sign_up(call, &mut tx, client, &user, surface, false).await?;
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

/// Sends a new code for a sign-up. The one before no longer counts.
///
/// # Errors
/// The service's, for users who are confirmed or unknown, and after too many codes.
pub(crate) async fn resend_confirmation_code(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    call.count_unsigned()?;
    call.padding.begin();
    let mut tx = call.store.begin().await?;
    let Some(user) = tx.user(&client.pool, username).await? else {
        return pretend_to_resend(call, tx, client, username).await;
    };
    if user.status != UserStatusType::Unconfirmed {
        return Err(ApiError::invalid_parameter("User is already confirmed."));
    }
    if !tx.count_attempt(&user, LimitedAction::ResendConfirmationCode, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let Some(details) = send_sign_up_code(call, &mut tx, client, &user, MessageKind::ResendCode).await?
    else {
        return Err(cannot_resend());
    };
    let event = account_event(call, &user, Some(&client.client.id), EventType::ResendCode);
    tx.insert_auth_event(&event).await?;
    tx.commit().await?;

    Ok(details)
}

fn cannot_resend() -> ApiError {
    ApiError::invalid_parameter("Cannot resend codes. Auto verification not turned on.")
}

/// A client that does not tell who exists answers as if a code had gone to an address that the pool verifies, or could not go
/// there, as often as to a user, and after as much work.
async fn pretend_to_resend(
    call: &Call,
    mut tx: Tx,
    client: &ClientWithPool,
    username: &str,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    if !client.client.settings.prevents_user_existence_errors() {
        return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
    }
    let pool = &client.pool;
    let unknown = unknown_name(call, pool, username);
    let action = LimitedAction::ResendConfirmationCode;
    if !tx.count_attempt_of_unknown(&unknown, action, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let mut expected = expected_addresses(pool, username).into_iter();
    let Some(address) = expected.find(|attribute| pool.settings.auto_verifies(*attribute)) else {
        return Err(cannot_resend());
    };
    check_link_has_domain(&mut tx, pool, MessageKind::ResendCode, address).await?;
    pretend_code(call, &mut tx, &unknown, CodePurpose::SignUp).await?;
    pretend_message(call, &mut tx, pool, address, MessageKind::ResendCode, username).await?;
    tx.commit().await?;
    Ok(made_up_details(call, pool, address, username))
}
