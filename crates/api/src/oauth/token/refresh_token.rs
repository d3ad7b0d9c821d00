//! The grant `refresh_token` (RFC 6749 section 6), also for refresh tokens that the API handed out.

use domain::oauth::OAuthError;
use wire::AuthenticationResultType;

use super::{REFUSED, authenticated_client};
use crate::error::ApiError;
use crate::flows::refresh;
use crate::site::{Failure, SiteRequest};

pub(super) async fn refresh(request: &SiteRequest) -> Result<AuthenticationResultType, Failure> {
    let token = request.form("refresh_token").ok_or(OAuthError::InvalidRequest)?;
    let visit = authenticated_client(request, REFUSED).await?;
    refresh::rotated(&request.call, &visit.client, token, None).await.map_err(refused)
}

/// Whatever the API would say of the token, this endpoint has one word for it.
fn refused(error: ApiError) -> Failure {
    if error.status < 500 { OAuthError::InvalidGrant.into() } else { Failure::Api(error) }
}
