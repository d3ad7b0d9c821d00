//! VerifySoftwareToken: the authenticator app shows a right code. From then on it is asked for.

use domain::software_tokens::SoftwareToken;
use domain::users::{MfaFactor, User};
use wire::{
    ErrorCode, VerifySoftwareTokenRequest, VerifySoftwareTokenResponse, VerifySoftwareTokenResponseType,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::software_token_owner as owner;

pub(in crate::operations) async fn verify_software_token(
    call: &Call,
    request: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse, ApiError> {
    let by_token = request.access_token.is_some();
    let mut tx = call.store.begin().await?;
    let owner = owner(call, &mut tx, request.access_token.as_deref(), request.session.as_deref()).await?;
    if !owner.pool.mfa.allows_software_token() {
        return Err(ApiError::no_software_token_in_pool());
    }
    let token =
        tx.unverified_software_token(&owner.user.id).await?.ok_or_else(ApiError::no_software_token)?;
    let step = match token.check(&request.user_code, call.now()) {
        Ok(step) => step,
        Err(_) => {
            owner.count_wrong_code(call, &mut tx).await?;
            tx.commit().await?;
            return Err(wrong_code(by_token));
        }
    };
    let token = SoftwareToken {
        verified: true,
        friendly_name: request.friendly_device_name,
        last_step: step,
        ..token
    };
    tx.delete_unverified_software_token(&owner.user.id).await?;
    tx.put_software_token(&owner.user, &token).await?;
    let mut user = owner.user.clone();
    let stays_preferred = user.mfa.preferred == Some(MfaFactor::SoftwareToken);
    user.mfa.turn(MfaFactor::SoftwareToken, true, stays_preferred);
    tx.save_user(&owner.pool, &User { modified_at: call.now(), ..user }).await??;
    let session = owner.handed_on(call, &mut tx).await?;
    tx.commit().await?;

    Ok(VerifySoftwareTokenResponse { status: Some(VerifySoftwareTokenResponseType::Success), session })
}

fn wrong_code(by_token: bool) -> ApiError {
    if by_token {
        ApiError::new(
            ErrorCode::EnableSoftwareTokenMFAException,
            "Code mismatch and fail enable Software Token MFA",
        )
    } else {
        ApiError::new(ErrorCode::CodeMismatchException, "Invalid code received for user")
    }
}
