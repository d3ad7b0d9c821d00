//! AssociateSoftwareToken: a new secret for an authenticator app, by an access token or in the middle of a sign-in.

use wire::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, OwnerProof};

pub(in crate::operations) async fn associate_software_token(
    call: &Call,
    request: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse, ApiError> {
    let proof =
        OwnerProof { access_token: request.access_token.as_deref(), session: request.session.as_deref() };
    let (token, session) = flows::associate_software_token(call, proof).await?;

    Ok(AssociateSoftwareTokenResponse { secret_code: Some(token.secret_code()), session })
}
