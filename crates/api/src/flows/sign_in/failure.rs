//! A wrong guess: it is counted and recorded before anybody hears of it, for users and for nobody alike.

use domain::auth_events::AuthEvent;
use domain::random;
use domain::sign_in::{SignIn, SignInError};
use storage::Tx;
use uuid::Uuid;
use wire::{ChallengeName, ChallengeResponse, EventResponseType, EventType};

use super::Attempt;
use super::person::Person;
use crate::error::ApiError;
use crate::flows::unknown_names::pretend_event;

impl Attempt<'_> {
    /// Counts a wrong guess. `handle` is that of the challenge: it ends with a wrong password, and with too many wrong codes.
    pub(super) async fn refused(
        &self,
        person: &Person,
        sign_in: &SignIn,
        handle: Option<&str>,
        error: SignInError,
    ) -> ApiError {
        self.call.padding.begin();
        match self.keep_refusal(person, sign_in, handle, &error).await {
            Ok(()) => error.into(),
            Err(fault) => fault,
        }
    }

    async fn keep_refusal(
        &self,
        person: &Person,
        sign_in: &SignIn,
        handle: Option<&str>,
        error: &SignInError,
    ) -> Result<(), ApiError> {
        let now = self.call.now();
        let mut tx = self.call.store.begin().await?;
        let factor = sign_in.challenge.factor().filter(|_| error.is_failed_guess());
        if let Some(factor) = factor {
            if let Some(handle) = handle {
                let tries = self.call.config.tries_per_code.into();
                let most = if sign_in.challenge.takes_one_answer() { 1 } else { tries };
                if !tx.count_wrong_answer(handle, most).await? {
                    return Err(SignInError::SessionUsed.into());
                }
            }
            person.count_failure(&mut tx, factor, now).await?;
        }
        self.keep_failure(&mut tx, sign_in).await?;
        Ok(tx.commit().await?)
    }

    /// A sign-in can fail several times before it succeeds.
    async fn keep_failure(&self, tx: &mut Tx, sign_in: &SignIn) -> Result<(), ApiError> {
        let Some(user_id) = sign_in.user_id else { return pretend_event(self.call, tx).await };
        let id = random::uuid(self.call.random());
        let event = self.event(sign_in, user_id, EventResponseType::Fail);
        Ok(tx.insert_auth_event(&AuthEvent { id, ..event }).await?)
    }

    /// The event of this sign-in, as far as it went.
    pub(super) fn event(&self, sign_in: &SignIn, user_id: Uuid, response: EventResponseType) -> AuthEvent {
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
            user_id,
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
