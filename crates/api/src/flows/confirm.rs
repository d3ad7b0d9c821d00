//! Confirming a sign-up by its code.

use domain::codes::{CodeError, CodePurpose, LimitedAction, check_code};
use domain::messages;
use domain::sign_in::Surface;
use domain::user_pools::UserPool;
use domain::users::{NotUnconfirmed, User};
use storage::{ClientWithPool, NotWritten, Tx};
use wire::{ErrorCode, UserStatusType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sign_in::{begin_after_sign_up, go_on_after_sign_up};
use crate::flows::unknown_names::unknown_name;

/// Confirms the user whom `name` finds, if `code` is the one that was sent last. The address it was sent to is verified
/// from then on. `moves_alias` takes an alias away from another user who has it. `session` is what signing up gave.
/// Returns a session to sign in with at this surface, to clients that can use one.
///
/// # Errors
/// The service's errors for a wrong, old or repeated code, too many tries, an unknown or confirmed user, a taken alias.
pub(crate) async fn confirm_by_code(
    call: &Call,
    client: &ClientWithPool,
    (name, code): (&str, &str),
    moves_alias: bool,
    surface: Surface,
    session: Option<&str>,
) -> Result<Option<String>, ApiError> {
    let pool = &client.pool;
    call.padding.begin();
    let mut tx = call.store.begin().await?;
    let Some(user) = tx.user(pool, name).await? else {
        if !client.client.settings.prevents_user_existence_errors() {
            return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
        }
        return Err(refused_to_nobody(call, tx, pool, name).await?.into());
    };
    if user.status != UserStatusType::Unconfirmed {
        return Err(NotUnconfirmed(user.status).into());
    }
    if !tx.count_attempt(&user, LimitedAction::ConfirmSignUp, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let stored = tx.code(&user, CodePurpose::SignUp, code).await?;
    if let Err(error) = check_code(stored, call.now()) {
        tx.commit().await?; // the try counts
        return Err(error.into());
    }
    if !tx.take_code(&user, CodePurpose::SignUp, code).await? {
        return Err(CodeError::Expired.into());
    }
    let sent_to = messages::destination(pool, &user).map(|(attribute, _)| attribute);
    let user = user.confirmed(call.now())?;
    let user = match sent_to {
        Some(attribute) => user.with_verified(attribute),
        None => user,
    };
    if moves_alias {
        give_up_aliases(call, &mut tx, pool, &user).await?;
    }
    tx.save_user(pool, &user).await?.map_err(|error| match error {
        // Somebody else confirmed the user in this moment, with the same code.
        NotWritten::Changed => CodeError::Expired.into(),
        NotWritten::AliasTaken(_) | NotWritten::UsernameTaken => ApiError::from(error),
    })?;
    let session = match session {
        Some(session) => go_on_after_sign_up(call, &mut tx, client, &user, surface, session).await?,
        None => match surface {
            // Amplify keeps no session of the sign-up, and yet signs in with the one that it gets here.
            Surface::Api | Surface::AdminApi => {
                begin_after_sign_up(call, &mut tx, client, &user, surface, true).await?
            }
            // Another browser than the one that knows the password.
            Surface::ManagedLogin => None,
        },
    };
    tx.commit().await?;
    Ok(session)
}

/// What a name that nobody has is told: that its code is too old, after as much work and as many times as a user with such a code.
async fn refused_to_nobody(
    call: &Call,
    mut tx: Tx,
    pool: &UserPool,
    name: &str,
) -> Result<CodeError, ApiError> {
    let unknown = unknown_name(call, pool, name);
    let action = LimitedAction::ConfirmSignUp;
    let is_within_limit = tx.count_attempt_of_unknown(&unknown, action, call.now()).await?;
    tx.code_of_unknown(&unknown, CodePurpose::SignUp).await?;
    tx.commit().await?;
    Ok(if is_within_limit { CodeError::Expired } else { CodeError::LimitExceeded })
}

/// What clients are told of users who do not exist.
pub(crate) fn no_such_user_of_client(code: ErrorCode) -> ApiError {
    ApiError::new(code, "Username/client id combination not found.")
}

/// Whoever has an alias that `user` proved to hold loses it, and counts as unverified there.
pub(crate) async fn give_up_aliases(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
) -> Result<(), ApiError> {
    for alias in user.aliases(pool) {
        let holder = tx.user_by_alias(&pool.id, &alias).await?.filter(|holder| holder.id != user.id);
        if let Some(holder) = holder {
            let holder = User { modified_at: call.now(), ..holder.without_verified(alias.attribute) };
            tx.save_user(pool, &holder).await??;
        }
    }
    Ok(())
}
