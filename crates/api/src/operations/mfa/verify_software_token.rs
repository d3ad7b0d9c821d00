//! VerifySoftwareToken: the authenticator app shows a right code. From then on it is asked for.

use wire::{VerifySoftwareTokenRequest, VerifySoftwareTokenResponse, VerifySoftwareTokenResponseType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, OwnerProof};

pub(in crate::operations) async fn verify_software_token(
    call: &Call,
    request: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse, ApiError> {
    let proof =
        OwnerProof { access_token: request.access_token.as_deref(), session: request.session.as_deref() };
    let (code, name) = (&request.user_code, request.friendly_device_name);
    let session = flows::verify_software_token(call, proof, code, name).await?;

    Ok(VerifySoftwareTokenResponse { status: Some(VerifySoftwareTokenResponseType::Success), session })
}
