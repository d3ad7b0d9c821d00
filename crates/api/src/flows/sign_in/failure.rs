//! A wrong guess: it is counted and recorded before anybody hears of it, for users and for nobody alike.

use domain::auth_events::AuthEvent;
use domain::random;
use domain::sign_in::{SignIn, SignInError};
use wire::{ChallengeName, ChallengeResponse, EventResponseType, EventType};

use super::Attempt;
use super::person::Person;
use crate::error::ApiError;

impl Attempt<'_> {
    /// Counts a wrong guess. `used` is the handle of a sign-in that ends with it.
    pub(super) async fn refused(
        &self,
        person: &Person,
        sign_in: &SignIn,
        used: Option<&str>,
        error: SignInError,
    ) -> ApiError {
        match self.keep_refusal(person, sign_in, used, &error).await {
            Ok(()) => error.into(),
            Err(fault) => fault,
        }
    }

    async fn keep_refusal(
        &self,
        person: &Person,
        sign_in: &SignIn,
        used: Option<&str>,
        error: &SignInError,
    ) -> Result<(), ApiError> {
        let now = self.call.now();
        let mut tx = self.call.store.begin().await?;
        if let Some(handle) = used
            && !tx.use_sign_in(handle).await?
        {
            return Err(SignInError::SessionUsed.into());
        }
        if error.is_failed_guess() {
            tx.count_failure(&self.client.pool.id, &person.who, now).await?;
        }
        // A sign-in can fail several times before it succeeds.
        let id = random::uuid(self.call.random());
        tx.insert_auth_event(&AuthEvent { id, ..self.event(sign_in, EventResponseType::Fail) }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The event of this sign-in, as far as it went.
    pub(super) fn event(&self, sign_in: &SignIn, response: EventResponseType) -> AuthEvent {
        let mut challenges: Vec<(ChallengeName, ChallengeResponse)> = sign_in
            .passed
            .iter()
            .map(|proof| {
                (
                    if proof.is_second_factor() { ChallengeName::Mfa } else { ChallengeName::Password },
                    ChallengeResponse::Success,
                )
            })
            .collect();
        if response == EventResponseType::Fail {
            let failed = if sign_in.challenge.is_second_factor() {
                ChallengeName::Mfa
            } else {
                ChallengeName::Password
            };
            challenges.push((failed, ChallengeResponse::Failure));
        }
        AuthEvent {
            id: sign_in.event_id,
            pool_id: sign_in.pool_id.clone(),
            user_id: sign_in.user_id,
            client_id: Some(sign_in.client_id.clone()),
            event_type: EventType::SignIn,
            response,
            challenges,
            ip: self.call.caller.ip.clone(),
            device_name: self.call.caller.user_agent.clone(),
            created_at: self.call.now(),
            feedback: None,
        }
    }
}
