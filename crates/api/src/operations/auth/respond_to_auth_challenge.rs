//! RespondToAuthChallenge: the answer to a challenge, by an app client.

use domain::sign_in::Surface;
use wire::{RespondToAuthChallengeRequest, RespondToAuthChallengeResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::client_of_link;
use crate::flows::sign_in::{Asked, Attempt, Outcome, Parameters, go_on};

pub(in crate::operations) async fn respond_to_auth_challenge(
    call: &Call,
    request: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse, ApiError> {
    let client = client_of_link(call, request.client_id).await?;
    let attempt = Attempt { call, client: &client, surface: Surface::Api };
    let responses = Parameters::new(request.challenge_responses);

    Ok(match go_on(attempt, request.challenge_name, request.session.as_deref(), &responses).await? {
        Outcome::SignedIn(tokens) => RespondToAuthChallengeResponse {
            challenge_parameters: Some(Default::default()),
            authentication_result: Some(tokens),
            ..RespondToAuthChallengeResponse::default()
        },
        Outcome::Asked(Asked { name, session, parameters, .. }) => RespondToAuthChallengeResponse {
            challenge_name: Some(name),
            session,
            challenge_parameters: Some(parameters),
            ..RespondToAuthChallengeResponse::default()
        },
    })
}
