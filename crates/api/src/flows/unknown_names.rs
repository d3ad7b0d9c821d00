//! What is told and done for a name that nobody has, where the client hides who exists: the answer that a user gets, and as much
//! work.

use domain::codes::CodePurpose;
use domain::messages;
use domain::user_pools::UserPool;
use domain::users::made_up_address;
use storage::{Tx, UnknownName};
use wire::{CodeDeliveryDetailsType, VerifiedAttributeType};

use crate::call::Call;
use crate::error::ApiError;

/// Bytes that a message takes in the outbox, and an event, more or less.
const MESSAGE_BYTES: usize = 400;
const EVENT_BYTES: usize = 200;

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
    attribute: VerifiedAttributeType,
) -> Result<(), ApiError> {
    pretend_row(call, tx, MESSAGE_BYTES).await?;
    for _ in call.config.channels(messages::medium(attribute)) {
        pretend_row(call, tx, EVENT_BYTES).await?;
    }
    pretend_event(call, tx).await
}

/// Writes as much as an event takes.
pub(crate) async fn pretend_event(call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
    pretend_row(call, tx, EVENT_BYTES).await
}

async fn pretend_row(call: &Call, tx: &mut Tx, bytes: usize) -> Result<(), ApiError> {
    let number = i64::from_be_bytes(domain::random::bytes(call.random()));
    Ok(tx.put_stand_in(bytes, number, call.now()).await?)
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
