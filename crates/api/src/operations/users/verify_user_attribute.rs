//! VerifyUserAttribute: the code that was sent to an address came back.

use domain::codes::{CodeError, CodePurpose, LimitedAction, check_code};
use wire::{VerifyUserAttributeRequest, VerifyUserAttributeResponse};

use super::address;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn verify_user_attribute(
    call: &Call,
    request: VerifyUserAttributeRequest,
) -> Result<VerifyUserAttributeResponse, ApiError> {
    let attribute = address(&request.attribute_name)?;
    let purpose = CodePurpose::verifying(attribute);
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    if !tx.count_attempt(&me.user, LimitedAction::VerifyUserAttribute, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let stored = tx.code(&me.user, purpose, &request.code).await?;
    if let Err(error) = check_code(stored, call.now()) {
        tx.commit().await?; // the try counts
        return Err(error.into());
    }
    if !tx.take_code(&me.user, purpose, &request.code).await? {
        return Err(CodeError::Expired.into());
    }
    let user = me.user.with_verified_address(attribute, call.now());
    tx.save_user(&me.pool, &user).await??;
    tx.commit().await?;

    Ok(VerifyUserAttributeResponse {})
}
