//! GetClientToken: a token of the client's own, as `client_credentials` gives at a domain; no domain is needed.

use domain::oauth::{OAuthError, own_scopes};
use wire::{
    ClientAuthenticationResultType, ErrorCode, ExplicitAuthFlowsType, GetClientTokenRequest,
    GetClientTokenResponse,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{client_of_link, client_token, secret_is_right};

pub(in crate::operations) async fn get_client_token(
    call: &Call,
    request: GetClientTokenRequest,
) -> Result<GetClientTokenResponse, ApiError> {
    let client = client_of_link(call, request.client_id).await?;
    if client.pool.scope != call.scope {
        return Err(ApiError::no_app_client(&client.client.id)); // another account's
    }
    let settings = &client.client.settings;
    if !settings.allows_auth_flow(ExplicitAuthFlowsType::AllowClientTokenAuth) {
        return Err(ApiError::invalid_parameter("CLIENT_TOKEN_AUTH flow not enabled for this client"));
    }
    if client.secrets.is_empty() || !secret_is_right(&client, Some(&request.secret)) {
        return Err(ApiError::new(ErrorCode::NotAuthorizedException, "Invalid client or secret"));
    }
    let existing = call.store.read_latest().await?.resource_scopes(&client.pool.id).await?;
    let asked = request.scopes.filter(|scopes| !scopes.is_empty()).map(|scopes| scopes.join(" "));
    let scopes = own_scopes(asked.as_deref(), &client.client, &existing).map_err(|_: OAuthError| {
        ApiError::invalid_parameter("The client is not allowed to use the requested scopes.")
    })?;
    let token = client_token(call, &client, &scopes).await?;

    Ok(GetClientTokenResponse {
        client_authentication_result: Some(ClientAuthenticationResultType {
            access_token: token.access_token,
            expires_in: token.expires_in,
            token_type: token.token_type,
        }),
    })
}
