//! The grant `client_credentials` (RFC 6749 section 4.4): a token of the client's own. Nothing is kept of it.

use domain::oauth::{OAuthError, own_scopes};
use serde_json::Value;
use wire::AuthenticationResultType;

use super::{REFUSED, authenticated_client};
use crate::flows::client_token;
use crate::oauth::authorization::existing_scopes;
use crate::site::{Failure, SiteRequest};

pub(super) async fn client_tokens(request: &SiteRequest) -> Result<AuthenticationResultType, Failure> {
    let visit = authenticated_client(request, REFUSED).await?;
    let metadata = request.form("aws_client_metadata");
    if metadata.is_some_and(|metadata| serde_json::from_str::<Value>(metadata).is_err()) {
        return Err(OAuthError::InvalidRequest.into());
    }
    let client = &visit.client;
    client.client.settings.check_gets_own_tokens(!client.secrets.is_empty())?;
    let existing = existing_scopes(&request.call, &visit).await?;
    let scopes = own_scopes(request.form("scope"), &client.client, &existing)?;
    Ok(client_token(&request.call, client, &scopes).await?)
}
