//! GetUserAttributeVerificationCode: whoever signed in asks for a code to verify an address.

use domain::codes::{CodeError, LimitedAction};
use domain::messages::MessageKind;
use wire::{GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse};

use super::{address, send_verification_code};
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn get_user_attribute_verification_code(
    call: &Call,
    request: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse, ApiError> {
    let attribute = address(&request.attribute_name)?;
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    if !tx.count_attempt(&me.user, LimitedAction::GetUserAttributeVerificationCode, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    if me.user.to_be_verified(attribute).is_none() {
        return Err(ApiError::invalid_parameter(format!("User does not have a registered {attribute}")));
    }
    let details = send_verification_code(
        call,
        &mut tx,
        &me.pool,
        &me.user,
        attribute,
        MessageKind::VerifyUserAttribute,
    )
    .await?;
    tx.commit().await?;

    Ok(GetUserAttributeVerificationCodeResponse { code_delivery_details: Some(details) })
}
