//! The first step: InitiateAuth and AdminInitiateAuth, flow by flow.

use domain::random;
use domain::sign_in::{
    Challenge, Factor, FirstFactor, Proof, Rules, SignIn, SignInError, Surface, after_first_factor,
    available, available_to_nobody,
};
use wire::{AuthFlowType, ExplicitAuthFlowsType};

use super::person::Person;
use super::{Answered, Attempt, Completed, Outcome, Parameters};
use crate::error::ApiError;
use crate::flows::{is_password, refresh};

/// Takes the first step of a flow. `session` is what ConfirmSignUp gave, for signing in at once.
///
/// # Errors
/// The service's, for flows that the client does not allow, missing parameters, and whatever stops the sign-in.
pub(crate) async fn begin(
    attempt: Attempt<'_>,
    flow: AuthFlowType,
    parameters: &Parameters,
    session: Option<&str>,
) -> Result<Outcome, ApiError> {
    attempt.check_flow(flow)?;
    let outcome = match flow {
        AuthFlowType::UserSrpAuth => attempt.by_srp(parameters).await?,
        AuthFlowType::UserPasswordAuth
        | AuthFlowType::AdminUserPasswordAuth
        | AuthFlowType::AdminNoSrpAuth => attempt.by_password(parameters).await?,
        AuthFlowType::RefreshTokenAuth | AuthFlowType::RefreshToken => {
            let token = parameters.require("REFRESH_TOKEN")?;
            let refreshed = refresh::by_initiate_auth(&attempt, token, parameters).await?;
            return Ok(Outcome::SignedIn(refreshed));
        }
        AuthFlowType::UserAuth => match session {
            Some(session) => attempt.after_sign_up(session).await?,
            None => attempt.by_choice(parameters).await?,
        },
        AuthFlowType::CustomAuth => {
            parameters.require("USERNAME")?;
            return Err(ApiError::invalid_parameter(
                "Custom auth lambda trigger is not configured for the user pool.",
            ));
        }
    };
    outcome.with_tokens()
}

impl<'a> Attempt<'a> {
    fn check_flow(&self, flow: AuthFlowType) -> Result<(), ApiError> {
        let (allowed_by, is_of_this_api, refusal) = match flow {
            AuthFlowType::UserSrpAuth => (
                ExplicitAuthFlowsType::AllowUserSrpAuth,
                true,
                "USER_SRP_AUTH is not enabled for the client.",
            ),
            AuthFlowType::UserPasswordAuth => (
                ExplicitAuthFlowsType::AllowUserPasswordAuth,
                self.surface == Surface::Api,
                "USER_PASSWORD_AUTH flow not enabled for this client",
            ),
            AuthFlowType::AdminUserPasswordAuth | AuthFlowType::AdminNoSrpAuth => (
                ExplicitAuthFlowsType::AllowAdminUserPasswordAuth,
                self.surface == Surface::AdminApi,
                "Auth flow not enabled for this client",
            ),
            AuthFlowType::RefreshTokenAuth | AuthFlowType::RefreshToken => {
                if self.client.client.settings.rotates_refresh_tokens() {
                    return Err(refresh::rotation_not_supported());
                }
                (
                    ExplicitAuthFlowsType::AllowRefreshTokenAuth,
                    true,
                    "REFRESH_TOKEN_AUTH flow not enabled for this client",
                )
            }
            AuthFlowType::UserAuth => {
                (ExplicitAuthFlowsType::AllowUserAuth, true, "USER_AUTH flow not enabled for this client")
            }
            AuthFlowType::CustomAuth => {
                (ExplicitAuthFlowsType::AllowCustomAuth, true, "CUSTOM_AUTH flow not enabled for this client")
            }
        };
        if !is_of_this_api {
            return Err(ApiError::invalid_parameter("Initiate Auth method not supported."));
        }
        if !self.client.client.settings.allows_auth_flow(allowed_by) {
            return Err(ApiError::invalid_parameter(refusal));
        }
        Ok(())
    }

    /// What `domain::sign_in` decides by.
    pub(super) fn rules(&self) -> Rules<'a> {
        Rules { pool: &self.client.pool, client: &self.client.client, now: self.call.now() }
    }

    /// A sign-in that begins with this challenge.
    fn beginning(&self, person: &Person, device_key: Option<&str>, challenge: Challenge) -> SignIn {
        SignIn {
            pool_id: self.client.pool.id.clone(),
            client_id: self.client.client.id.clone(),
            user_id: person.user_id(),
            unknown_name: person.account.is_none().then(|| person.name.clone()),
            username: person.username.clone(),
            surface: self.surface,
            is_choice_based: false,
            device_key: device_key.map(kept_device_key),
            has_plain_password: false,
            event_id: random::uuid(self.call.random()),
            passed: Vec::new(),
            challenge,
        }
    }

    async fn by_password(&self, parameters: &Parameters) -> Result<Outcome<Completed>, ApiError> {
        let username = parameters.require("USERNAME")?;
        let password = parameters.require("PASSWORD")?;
        parameters.check_secret_hash(self.client, username)?;
        self.with_password(username, password, parameters.get("DEVICE_KEY")).await
    }

    /// Begins with a password in clear.
    pub(super) async fn with_password(
        &self,
        username: &str,
        password: &str,
        device_key: Option<&str>,
    ) -> Result<Outcome<Completed>, ApiError> {
        let person = self.person(username, device_key).await?;
        let sign_in = self.beginning(&person, device_key, Challenge::Password);
        self.check_password(person, sign_in, None, password).await
    }

    /// Goes on after a password in clear, or refuses it.
    pub(super) async fn check_password(
        &self,
        person: Person,
        mut sign_in: SignIn,
        used: Option<&str>,
        password: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        person.check_lock(self, Factor::Password)?;
        sign_in.has_plain_password = true;
        let is_right = is_password(&self.client.pool, &person.username, &person.verifier, password).await?;
        match &person.account {
            Some(account) if is_right => {
                let step = after_first_factor(&self.rules(), account, Proof::Password)?;
                let answered = Answered::proving(Factor::Password, used);
                self.proceed(person, sign_in, Proof::Password, step, answered).await
            }
            Some(_) | None => Err(self.refused(&person, &sign_in, used, SignInError::Incorrect).await),
        }
    }

    async fn by_srp(&self, parameters: &Parameters) -> Result<Outcome<Completed>, ApiError> {
        let username = parameters.require("USERNAME")?;
        let a = parameters.require("SRP_A")?;
        parameters.check_secret_hash(self.client, username)?;
        let device_key = parameters.get("DEVICE_KEY");
        let person = self.person(username, device_key).await?;
        let sign_in = self.beginning(&person, device_key, Challenge::SrpA);
        self.ask_password_verifier(&person, sign_in, None, a).await
    }

    async fn by_choice(&self, parameters: &Parameters) -> Result<Outcome<Completed>, ApiError> {
        let username = parameters.require("USERNAME")?;
        parameters.check_secret_hash(self.client, username)?;
        for unbuilt in ["TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE"] {
            if parameters.get(unbuilt).is_some() {
                return Err(ApiError::invalid_parameter(format!(
                    "Step-up authentication is not supported by Poolhouse yet: {unbuilt}"
                )));
            }
        }
        self.with_choice(username, parameters).await
    }

    /// Begins with the choice of a first factor, or with the one that `parameters` prefer.
    pub(super) async fn with_choice(
        &self,
        username: &str,
        parameters: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        let device_key = parameters.get("DEVICE_KEY");
        let person = self.person(username, device_key).await?;
        let offered = self.offered(&person);
        let mut sign_in = self.beginning(&person, device_key, Challenge::SelectFirstFactor(offered.clone()));
        sign_in.is_choice_based = true;
        let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(FirstFactor::from_name);
        match (preferred.filter(|factor| offered.contains(factor)), &offered[..]) {
            (Some(factor), _) => self.ask_first_factor(person, sign_in, None, factor, parameters).await,
            (None, [only @ (FirstFactor::EmailOtp | FirstFactor::SmsOtp)]) => {
                let only = *only;
                self.ask_first_factor(person, sign_in, None, only, parameters).await
            }
            (None, _) => self.ask_choice(sign_in).await,
        }
    }

    /// The factors to choose from. Nobody is offered what most users of the pool are.
    pub(super) fn offered(&self, person: &Person) -> Vec<FirstFactor> {
        match &person.account {
            Some(account) => available(&self.rules(), account),
            None => available_to_nobody(&self.client.pool, &person.name),
        }
    }
}

/// Most characters of a device's key that are kept: no key of ours has more.
const LONGEST_DEVICE_KEY: usize = 64;

/// A device's key as a sign-in keeps it.
pub(super) fn kept_device_key(key: &str) -> String {
    key.chars().take(LONGEST_DEVICE_KEY).collect()
}
