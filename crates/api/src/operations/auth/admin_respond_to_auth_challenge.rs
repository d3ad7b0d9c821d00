//! AdminRespondToAuthChallenge: the answer to a challenge, by a backend with AWS credentials.

use domain::sign_in::Surface;
use wire::{AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sign_in::{Asked, Attempt, Outcome, Parameters, go_on};
use crate::operations::require_client_with_pool;

pub(in crate::operations) async fn admin_respond_to_auth_challenge(
    call: &Call,
    request: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse, ApiError> {
    let client = require_client_with_pool(call, request.user_pool_id, request.client_id).await?;
    let attempt = Attempt { call, client: &client, surface: Surface::AdminApi };
    let responses = Parameters::new(request.challenge_responses);

    Ok(match go_on(attempt, request.challenge_name, request.session.as_deref(), &responses).await? {
        Outcome::SignedIn(tokens) => AdminRespondToAuthChallengeResponse {
            challenge_parameters: Some(Default::default()),
            authentication_result: Some(tokens),
            ..AdminRespondToAuthChallengeResponse::default()
        },
        Outcome::Asked(Asked { name, session, parameters, .. }) => AdminRespondToAuthChallengeResponse {
            challenge_name: Some(name),
            session,
            challenge_parameters: Some(parameters),
            ..AdminRespondToAuthChallengeResponse::default()
        },
    })
}
