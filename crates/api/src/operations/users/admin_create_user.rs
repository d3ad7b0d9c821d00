//! AdminCreateUser: an administrator makes a user and has a temporary password sent, or sent again.

use domain::messages::MessageKind;
use domain::user_pools::{PasswordChoice, UserPool, check_password};
use domain::users::{AdminCreate, Alias, User, temporary_password};
use storage::{NotWritten, Tx};
use wire::{
    AdminCreateUserRequest, AdminCreateUserResponse, DeliveryMediumType, ErrorCode, MessageActionType,
    UserStatusType, VerifiedAttributeType,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{give_up_aliases, new_verifier, send_message};
use crate::operations::users::described_user;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_create_user(
    call: &Call,
    request: AdminCreateUserRequest,
) -> Result<AdminCreateUserResponse, ApiError> {
    if request.message_action == Some(MessageActionType::Resend) {
        return resend(call, request).await;
    }
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    drop(read);
    let given = request.user_attributes.unwrap_or_default();
    let AdminCreate { user, temporary_password } = AdminCreate::new(
        &pool,
        &request.username,
        &given,
        request.temporary_password,
        call.now(),
        call.random(),
    )?;
    let user = match &temporary_password {
        Some(password) => {
            let verifier = new_verifier(call, &pool, &user.username, password).await?;
            user.with_temporary_password(verifier, call.now())
        }
        None => user,
    };

    let mut tx = call.store.begin().await?;
    if request.force_alias_creation == Some(true) {
        give_up_aliases(call, &mut tx, &pool, &user).await?;
    }
    tx.insert_user(&pool, &user).await?.map_err(taken)?;
    if let (Some(password), None) = (&temporary_password, request.message_action) {
        let mediums = request.desired_delivery_mediums.as_deref();
        invite(call, &mut tx, &pool, &user, password, mediums).await?;
    }
    tx.commit().await?;

    Ok(AdminCreateUserResponse { user: Some(described_user(&user)) })
}

/// A new temporary password for a user who never used the first.
async fn resend(call: &Call, request: AdminCreateUserRequest) -> Result<AdminCreateUserResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    drop(read);
    if user.status != UserStatusType::ForceChangePassword {
        return Err(ApiError::new(
            ErrorCode::UnsupportedUserStateException,
            format!("Resend not possible. {} status is not FORCE_CHANGE_PASSWORD", user.username),
        ));
    }
    let policy = pool.settings.password_policy();
    let password = match request.temporary_password {
        Some(password) => {
            check_password(&policy, PasswordChoice::AdminCreateUser, &password)?;
            password
        }
        None => temporary_password(&policy, call.random()),
    };
    let verifier = new_verifier(call, &pool, &user.username, &password).await?;
    let user = user.with_temporary_password(verifier, call.now());

    let mut tx = call.store.begin().await?;
    tx.save_user(&pool, &user).await??;
    invite(call, &mut tx, &pool, &user, &password, request.desired_delivery_mediums.as_deref()).await?;
    tx.commit().await?;

    Ok(AdminCreateUserResponse { user: Some(described_user(&user)) })
}

/// Sends the temporary password to the addresses that the user has, of those asked for: by text message unless the
/// administrator says otherwise.
async fn invite(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    password: &str,
    mediums: Option<&[DeliveryMediumType]>,
) -> Result<(), ApiError> {
    for medium in mediums.unwrap_or(&[DeliveryMediumType::Sms]) {
        let attribute = match medium {
            DeliveryMediumType::Sms => VerifiedAttributeType::PhoneNumber,
            DeliveryMediumType::Email => VerifiedAttributeType::Email,
        };
        if user.attribute(attribute.as_str()).is_some_and(|to| !to.is_empty()) {
            send_message(call, tx, pool, user, attribute, MessageKind::AdminCreateUser, password).await?;
        }
    }
    Ok(())
}

fn taken(error: NotWritten) -> ApiError {
    match error {
        NotWritten::UsernameTaken => {
            ApiError::new(ErrorCode::UsernameExistsException, "User account already exists")
        }
        NotWritten::AliasTaken(Alias { attribute, .. }) => ApiError::new(
            ErrorCode::UsernameExistsException,
            format!("An account with the given {attribute} already exists."),
        ),
        NotWritten::Changed => error.into(),
    }
}
