//! Sending a code: made, kept as a hash, put into the outbox, and logged without itself.

use domain::codes::{CodeError, CodePurpose, LimitedAction};
use domain::ids::ClientId;
use domain::messages::{self, Content, Message, MessageKind, NoDomainForLink};
use domain::random;
use domain::user_pools::UserPool;
use domain::users::User;
use storage::{ClientWithPool, Reader, Tx};
use wire::{CodeDeliveryDetailsType, ErrorCode, VerifiedAttributeType};

use crate::call::Call;
use crate::error::ApiError;

/// Sends `user` a code for a sign-up, where the pool verifies an address that the user has. Returns where it went.
///
/// # Errors
/// [`NoDomainForLink`] where a link is to be sent and there is no domain.
pub(crate) async fn send_sign_up_code(
    call: &Call,
    tx: &mut Tx,
    client: &ClientWithPool,
    user: &User,
    kind: MessageKind,
) -> Result<Option<CodeDeliveryDetailsType>, ApiError> {
    let Some(destination) = messages::destination(&client.pool, user) else { return Ok(None) };
    check_link_has_domain(tx, &client.pool, kind, destination.0).await?;
    let code = CodePurpose::SignUp.generate(call.random());
    tx.put_code(user, CodePurpose::SignUp, &code, call.now()).await?;
    let link = confirmation_link(call, &client.client.id, user, &code);
    put_message(call, tx, &client.pool, user, destination, kind, (&code, &link)).await.map(Some)
}

/// Where a link is to be sent, there is a domain that it can lead to.
///
/// # Errors
/// [`NoDomainForLink`].
pub(super) async fn check_link_has_domain(
    read: &mut Reader,
    pool: &UserPool,
    kind: MessageKind,
    attribute: VerifiedAttributeType,
) -> Result<(), ApiError> {
    if messages::has_link(pool, kind, attribute) && read.domains_of_pool(&pool.id).await?.is_empty() {
        return Err(NoDomainForLink.into());
    }
    Ok(())
}

/// Sends `user` a code for a purpose, to this attribute. Returns where it went.
pub(crate) async fn send_code(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    attribute: VerifiedAttributeType,
    purpose: CodePurpose,
    kind: MessageKind,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let to = user.attribute(attribute.as_str()).unwrap_or_default();
    send_code_to(call, tx, pool, user, (attribute, to), purpose, kind).await
}

/// As [`send_code`], to a value of the attribute that may not count yet.
pub(crate) async fn send_code_to(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    destination: (VerifiedAttributeType, &str),
    purpose: CodePurpose,
    kind: MessageKind,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let code = purpose.generate(call.random());
    tx.put_code(user, purpose, &code, call.now()).await?;
    put_message(call, tx, pool, user, destination, kind, (&code, "")).await
}

/// Sends `user` a message with a code that somebody else keeps. Returns where it went.
pub(crate) async fn send_message(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    attribute: VerifiedAttributeType,
    kind: MessageKind,
    code: &str,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let to = user.attribute(attribute.as_str()).unwrap_or_default();
    put_message(call, tx, pool, user, (attribute, to), kind, (code, "")).await
}

async fn put_message(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: &User,
    (attribute, to): (VerifiedAttributeType, &str),
    kind: MessageKind,
    (code, link): (&str, &str),
) -> Result<CodeDeliveryDetailsType, ApiError> {
    if is_limited(kind) {
        let limit = i64::from(call.config.codes_per_user_per_hour);
        if !tx.count_attempt_within(user, LimitedAction::ChangedAddressCode, call.now(), limit).await? {
            // The model lists LimitExceededException for none of the operations that come here, and this one for all.
            let text = CodeError::LimitExceeded.to_string();
            return Err(ApiError::new(ErrorCode::TooManyRequestsException, text));
        }
    }
    let content = Content { username: &user.username, code, link };
    let text = messages::text(pool, kind, attribute, &content);
    let message = Message {
        id: random::uuid(call.random()),
        pool_id: pool.id.clone(),
        username: user.username.clone(),
        to: to.to_owned(),
        medium: messages::medium(attribute),
        kind,
        subject: text.subject,
        body: text.body,
        code: Some(code.to_owned()),
        sent_at: call.now(),
    };
    tx.insert_message(&message).await?;
    for channel in call.config.channels(message.medium) {
        tx.insert_delivery(&message, channel, call.now()).await?;
    }
    let details = messages::delivery_details(attribute, to);
    tracing::info!(
        request_id = %call.request_id, pool = %message.pool_id, kind = kind.as_str(),
        to = details.destination.as_deref(), "message in the outbox"
    );
    Ok(details)
}

/// Whether messages of this kind count for the limit of codes for changed addresses. Sign-ins and operations with a quota of
/// their own count themselves, and administrators may send what they like.
fn is_limited(kind: MessageKind) -> bool {
    match kind {
        MessageKind::UpdateUserAttribute => true,
        MessageKind::Authentication
        | MessageKind::SignUp
        | MessageKind::ResendCode
        | MessageKind::ForgotPassword
        | MessageKind::AdminCreateUser
        | MessageKind::VerifyUserAttribute => false,
    }
}

fn confirmation_link(call: &Call, client_id: &ClientId, user: &User, code: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client_id.as_str())
        .append_pair("user_name", &user.username)
        .append_pair("confirmation_code", code)
        .finish();
    format!("{}/confirmUser?{query}", call.public_url())
}
