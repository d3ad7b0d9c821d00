//! AssociateSoftwareToken: a new secret for an authenticator app, by an access token or in the middle of a sign-in.

use domain::software_tokens::SoftwareToken;
use wire::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::software_token_owner as owner;

pub(in crate::operations) async fn associate_software_token(
    call: &Call,
    request: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, ApiError> {
    let token = SoftwareToken::generate(call.random());
    let mut tx = call.store.begin().await?;
    let owner = owner(call, &mut tx, request.access_token.as_deref(), request.session.as_deref()).await?;
    if !owner.pool.mfa.allows_software_token() {
        return Err(ApiError::no_software_token_in_pool());
    }
    tx.put_software_token(&owner.user, &token).await?;
    let session = owner.handed_on(call, &mut tx).await?;
    tx.commit().await?;

    Ok(AssociateSoftwareTokenResponse { secret_code: Some(token.secret_code()), session })
}
