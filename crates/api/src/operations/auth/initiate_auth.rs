//! InitiateAuth: the first step of a sign-in, by an app client.

use domain::sign_in::Surface;
use wire::{InitiateAuthRequest, InitiateAuthResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::client_of_link;
use crate::flows::sign_in::{Asked, Attempt, Outcome, Parameters, begin};

pub(in crate::operations) async fn initiate_auth(
    call: &Call,
    request: InitiateAuthRequest,
) -> Result<InitiateAuthResponse, ApiError> {
    let client = client_of_link(call, request.client_id).await?;
    let attempt = Attempt { call, client: &client, surface: Surface::Api };
    let parameters = Parameters::new(request.auth_parameters);

    Ok(match begin(attempt, request.auth_flow, &parameters, request.session.as_deref()).await? {
        Outcome::SignedIn(tokens) => InitiateAuthResponse {
            challenge_parameters: Some(Default::default()),
            authentication_result: Some(tokens),
            ..InitiateAuthResponse::default()
        },
        Outcome::Asked(Asked { name, session, parameters, available }) => InitiateAuthResponse {
            challenge_name: Some(name),
            session,
            challenge_parameters: Some(parameters),
            available_challenges: available,
            ..InitiateAuthResponse::default()
        },
    })
}
