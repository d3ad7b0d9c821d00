//! GetSigningCertificate: what SAML providers verify the requests of a pool with.

use wire::{GetSigningCertificateRequest, GetSigningCertificateResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::federation::pool_certificate;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn get_signing_certificate(
    call: &Call,
    request: GetSigningCertificateRequest,
) -> Result<GetSigningCertificateResponse, ApiError> {
    let pool_id = {
        let mut read = call.store.read_latest().await?;
        require_pool_id(&mut read, call, request.user_pool_id).await?
    };
    let certificate = pool_certificate(call, &pool_id).await?.certificate;

    Ok(GetSigningCertificateResponse { certificate: Some(certificate) })
}
