//! AdminInitiateAuth: the first step of a sign-in, by a backend with AWS credentials.

use domain::sign_in::Surface;
use wire::{AdminInitiateAuthRequest, AdminInitiateAuthResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sign_in::{Asked, Attempt, Outcome, Parameters, begin};
use crate::operations::require_client_with_pool;

pub(in crate::operations) async fn admin_initiate_auth(
    call: &Call,
    request: AdminInitiateAuthRequest,
) -> Result<AdminInitiateAuthResponse, ApiError> {
    let client = require_client_with_pool(call, request.user_pool_id, request.client_id).await?;
    let attempt = Attempt { call, client: &client, surface: Surface::AdminApi };
    let parameters = Parameters::new(request.auth_parameters);

    Ok(match begin(attempt, request.auth_flow, &parameters, request.session.as_deref()).await? {
        Outcome::SignedIn(tokens) => AdminInitiateAuthResponse {
            challenge_parameters: Some(Default::default()),
            authentication_result: Some(tokens),
            ..AdminInitiateAuthResponse::default()
        },
        Outcome::Asked(Asked { name, session, parameters, available }) => AdminInitiateAuthResponse {
            challenge_name: Some(name),
            session,
            challenge_parameters: Some(parameters),
            available_challenges: available,
            ..AdminInitiateAuthResponse::default()
        },
    })
}
