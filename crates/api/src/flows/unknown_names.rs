//! What is told and done for a name that nobody has, where the client hides who exists: the answer that a user gets, and as much
//! work.

use domain::codes::CodePurpose;
use domain::messages::{self, Content, Message, MessageKind};
use domain::random;
use domain::user_pools::UserPool;
use domain::users::made_up_address;
use storage::{Tx, UnknownName};
use wire::{CodeDeliveryDetailsType, VerifiedAttributeType};

use crate::call::Call;
use crate::error::ApiError;

/// Digits of most codes.
const CODE_DIGITS: usize = 6;

/// A secret number of a name: the same each time, on every replica.
pub(crate) fn seed_of(call: &Call, pool: &UserPool, name: &str) -> Vec<u8> {
    call.store.mac(&format!("nobody/{}", pool.id), &pool.name_key(name))
}

/// A name as its tries are counted.
pub(crate) fn unknown_name(call: &Call, pool: &UserPool, name: &str) -> UnknownName {
    call.store.unknown_name(&pool.id, &pool.name_key(name))
}

/// What is told of a code that was not sent: an address that is made up, masked as a real one.
pub(crate) fn made_up_details(
    call: &Call,
    pool: &UserPool,
    attribute: VerifiedAttributeType,
    name: &str,
) -> CodeDeliveryDetailsType {
    let seed = seed_of(call, pool, name);
    messages::delivery_details(attribute, &made_up_address(pool, attribute, name, &seed))
}

/// Writes as much as a message to this attribute takes, with its deliveries and its event.
pub(crate) async fn pretend_message(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    attribute: VerifiedAttributeType,
    kind: MessageKind,
    name: &str,
) -> Result<(), ApiError> {
    let code = random::digits(call.random(), CODE_DIGITS);
    let text = messages::text(pool, kind, attribute, &Content { username: name, code: &code, link: "" });
    let message = Message {
        // One row for all that a request writes: two requests never wait for each other's.
        id: call.request_id,
        pool_id: pool.id.clone(),
        username: String::new(),
        to: String::new(),
        medium: messages::medium(attribute),
        kind,
        subject: text.subject,
        body: text.body,
        code: Some(code),
        sent_at: call.now(),
    };
    tx.pretend_message(&message).await?;
    for _ in call.config.channels(message.medium) {
        pretend_row(call, tx).await?;
    }
    tracing::info!(
        request_id = %call.request_id, pool = %pool.id, kind = kind.as_str(),
        "no message: nobody has the name, or whoever has it cannot have a code"
    );
    pretend_row(call, tx).await
}

/// Writes as much as an event takes.
pub(crate) async fn pretend_event(call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
    pretend_row(call, tx).await
}

async fn pretend_row(call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
    Ok(tx.pretend_row(&call.request_id, call.now()).await?)
}

/// Keeps that a code was asked for, and makes one that is not sent.
pub(crate) async fn pretend_code(
    call: &Call,
    tx: &mut Tx,
    name: &UnknownName,
    purpose: CodePurpose,
) -> Result<(), ApiError> {
    let code = purpose.generate(call.random());
    call.store.mac("nobody", &code);
    Ok(tx.put_code_of_unknown(name, purpose, call.now()).await?)
}
