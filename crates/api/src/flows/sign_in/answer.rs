//! The answer to a challenge: RespondToAuthChallenge and AdminRespondToAuthChallenge.

use domain::sign_in::{
    Challenge, Factor, FirstFactor, Proof, SignIn, SignInError, Step, after_first_factor, after_new_password,
    check_code, given_attributes, with_new_password,
};
use domain::software_tokens::SoftwareTokenError;
use domain::users::{MfaFactor, User};
use wire::{ChallengeNameType, VerifiedAttributeType};

use super::begin::kept_device_key;
use super::person::Person;
use super::srp::handle_in;
use super::{Answered, Attempt, Completed, Outcome, Parameters};
use crate::error::ApiError;
use crate::flows::{check_password_history, keep_password_history, new_verifier, passkeys};

/// Takes the answer to the challenge of a sign-in.
///
/// # Errors
/// The service's, for a session that is not good, missing parameters, and wrong answers.
pub(crate) async fn go_on(
    attempt: Attempt<'_>,
    name: ChallengeNameType,
    session: Option<&str>,
    responses: &Parameters,
) -> Result<Outcome, ApiError> {
    if name == ChallengeNameType::CustomChallenge {
        return Err(ApiError::invalid_parameter(
            "Custom auth lambda trigger is not configured for the user pool.",
        ));
    }
    let username = responses.require("USERNAME")?;
    responses.check_secret_hash(attempt.client, username)?;
    let in_block = responses.get("PASSWORD_CLAIM_SECRET_BLOCK").map(handle_in);
    let handle = match (session, in_block) {
        // Clients leave the secret block of one challenge among the responses to the next.
        (Some(session), _) => session.to_owned(),
        (None, Some(block)) => block.ok_or(SignInError::NoSession)?,
        (None, None) => return Err(ApiError::invalid_parameter("Missing required parameter Session")),
    };
    let sign_in = attempt.sign_in(&handle).await?;
    if sign_in.challenge.name() != name {
        return Err(SignInError::NoSession.into());
    }
    let sign_in = on_device(sign_in, responses.get("DEVICE_KEY"))?;
    let person = attempt.person_of_sign_in(&sign_in).await?;
    attempt.check_name(&person, username).await?;
    if !sign_in.passed.is_empty() {
        attempt.check_device(&person, &sign_in)?;
    }
    attempt.answer(person, sign_in, &handle, responses).await?.with_tokens()
}

/// The sign-in, on the device that an answer names. Clients say it with their first request or with any answer; which of
/// their devices proves itself does not change on the way.
fn on_device(sign_in: SignIn, key: Option<&str>) -> Result<SignIn, SignInError> {
    match key {
        None => Ok(sign_in),
        Some(key) if sign_in.challenge.is_of_device() && sign_in.device_key.as_deref() != Some(key) => {
            Err(SignInError::NoDevice)
        }
        Some(key) => Ok(SignIn { device_key: Some(kept_device_key(key)), ..sign_in }),
    }
}

impl Attempt<'_> {
    /// The sign-in that waits under this handle for an answer.
    ///
    /// # Errors
    /// NotAuthorizedException with the service's texts.
    pub(super) async fn sign_in(&self, handle: &str) -> Result<SignIn, ApiError> {
        let kept = self.call.store.read_latest().await?.sign_in(handle).await?;
        let kept = kept.ok_or(SignInError::NoSession)?;
        let sign_in = kept.sign_in;
        let is_ours = sign_in.client_id == self.client.client.id && sign_in.surface == self.surface;
        if !is_ours {
            return Err(SignInError::NoSession.into());
        }
        if kept.used {
            return Err(SignInError::SessionUsed.into());
        }
        if kept.expires_at <= self.call.now() {
            return Err(SignInError::SessionExpired.into());
        }
        Ok(sign_in)
    }

    /// Clients may go on under the name that they began with.
    async fn check_name(&self, person: &Person, name: &str) -> Result<(), ApiError> {
        if name == person.username {
            return Ok(());
        }
        let user = self.call.store.read_latest().await?.user(&self.client.pool, name).await?;
        let is_the_same = match (&person.account, user) {
            (Some(account), Some(user)) => account.user.id == user.id,
            (None, None) => self.pretended(name).username == person.username,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if is_the_same { Ok(()) } else { Err(SignInError::NoSession.into()) }
    }

    pub(super) async fn answer(
        &self,
        person: Person,
        sign_in: SignIn,
        handle: &str,
        responses: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        match sign_in.challenge.clone() {
            Challenge::PasswordVerifier(exchange) => {
                self.check_password_claim(person, sign_in, handle, &exchange, responses).await
            }
            Challenge::Password => {
                let password = responses.require("PASSWORD")?;
                self.check_password(person, sign_in, Some(handle), password).await
            }
            Challenge::SrpA => {
                let a = responses.require("SRP_A")?;
                self.ask_password_verifier(&person, sign_in, Some(handle), a).await
            }
            Challenge::SelectFirstFactor(offered) => {
                let answer = responses.require("ANSWER")?;
                let factor = FirstFactor::from_name(answer).filter(|factor| offered.contains(factor));
                let factor = factor.ok_or_else(|| SignInError::NotOffered(answer.to_owned()))?;
                self.ask_first_factor(person, sign_in, Some(handle), factor, responses).await
            }
            Challenge::NewPassword => self.take_new_password(person, sign_in, handle, responses).await,
            Challenge::MfaCode(factor, sent) => {
                let (name, attribute) = match factor {
                    MfaFactor::Sms => ("SMS_MFA_CODE", VerifiedAttributeType::PhoneNumber),
                    MfaFactor::Email | MfaFactor::SoftwareToken => {
                        ("EMAIL_OTP_CODE", VerifiedAttributeType::Email)
                    }
                };
                let shown = responses.require(name)?;
                self.take_code(person, sign_in, handle, Proof::Mfa, (attribute, &sent, shown)).await
            }
            Challenge::Code(attribute, sent) => {
                let shown = responses.require(match attribute {
                    VerifiedAttributeType::Email => "EMAIL_OTP_CODE",
                    VerifiedAttributeType::PhoneNumber => "SMS_OTP_CODE",
                })?;
                self.take_code(person, sign_in, handle, Proof::Passwordless, (attribute, &sent, shown)).await
            }
            Challenge::SoftwareToken => {
                let code = responses.require("SOFTWARE_TOKEN_MFA_CODE")?;
                self.take_software_token_code(person, sign_in, handle, code).await
            }
            Challenge::SelectMfa(offered) => {
                let answer = responses.require("ANSWER")?;
                let factor = MfaFactor::from_name(answer).filter(|factor| offered.contains(factor));
                let factor = factor.ok_or_else(|| SignInError::NotOffered(answer.to_owned()))?;
                self.next(person, sign_in, Step::Mfa(factor), Answered::plain(Some(handle)), None).await
            }
            Challenge::SetUpMfa(_) => self.take_set_up(person, sign_in, handle).await,
            Challenge::WebAuthn(state) => {
                let credential = responses.require("CREDENTIAL")?;
                self.take_passkey(person, sign_in, handle, &state, credential).await
            }
            Challenge::DeviceSrpA => {
                let a = responses.require("SRP_A")?;
                let device = person.account.as_ref().and_then(|account| account.device.clone());
                let device = device.ok_or(SignInError::NoDevice)?;
                self.ask_device_verifier(&device, sign_in, handle, a).await
            }
            Challenge::DeviceVerifier(exchange) => {
                self.check_device_claim(person, sign_in, handle, &exchange, responses).await
            }
            Challenge::SigningUp | Challenge::SignedUp => Err(SignInError::NoSession.into()),
        }
    }

    async fn take_new_password(
        &self,
        person: Person,
        sign_in: SignIn,
        handle: &str,
        responses: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        let password = responses.require("NEW_PASSWORD")?;
        let account = person.account.clone().ok_or(SignInError::Incorrect)?;
        let pool = &self.client.pool;
        let given = given_attributes(responses.all());
        let user = with_new_password(&self.rules(), account.user.clone(), password, &given)?;
        check_password_history(self.call, pool, &account.user, password).await?;
        let verifier = new_verifier(self.call, pool, &user.username, password).await?;
        let user = user.with_permanent_password(verifier, self.call.now());
        let step =
            after_new_password(&self.rules(), &domain::sign_in::Account { user: user.clone(), ..account })?;
        self.next(person, sign_in, step, Answered::plain(Some(handle)), Some(user)).await
    }

    /// A code that was sent came back: the address is the user's.
    async fn take_code(
        &self,
        person: Person,
        mut sign_in: SignIn,
        handle: &str,
        proof: Proof,
        (attribute, sent, shown): (VerifiedAttributeType, &str, &str),
    ) -> Result<Outcome<Completed>, ApiError> {
        let factor = match proof {
            Proof::Passwordless => Factor::one_time_code(attribute),
            Proof::Password | Proof::Mfa => match attribute {
                VerifiedAttributeType::Email => Factor::EmailMfa,
                VerifiedAttributeType::PhoneNumber => Factor::SmsMfa,
            },
        };
        person.check_lock(self, factor)?;
        if let Err(error) = check_code(sent, shown) {
            return Err(self.refused(&person, &sign_in, Some(handle), error).await);
        }
        let account = person.account.as_ref().ok_or(SignInError::CodeMismatch)?;
        let step = match proof {
            Proof::Mfa => Step::Tokens,
            Proof::Password | Proof::Passwordless => after_first_factor(&self.rules(), account, proof)?,
        };
        let changed = account.user.clone().proved_to_read(attribute, self.call.now());
        sign_in.passed.push(proof);
        self.next(person, sign_in, step, Answered::proving(factor, Some(handle)), changed).await
    }

    async fn take_software_token_code(
        &self,
        person: Person,
        sign_in: SignIn,
        handle: &str,
        code: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        let factor = Factor::SoftwareToken;
        person.check_lock(self, factor)?;
        let token = person.account.as_ref().and_then(|account| account.software_token.clone());
        let token = token.filter(|token| token.verified).ok_or(SignInError::NoSoftwareToken)?;
        let error = match token.check(code, self.call.now()) {
            Ok(step) => {
                if self.use_software_token_step(&person, step).await? {
                    let answered = Answered::proving(factor, Some(handle));
                    return self.proceed(person, sign_in, Proof::Mfa, Step::Tokens, answered).await;
                }
                SignInError::SoftwareTokenUsed
            }
            Err(SoftwareTokenError::Used) => SignInError::SoftwareTokenUsed,
            Err(SoftwareTokenError::Mismatch) => SignInError::SoftwareTokenMismatch,
        };
        Err(self.refused(&person, &sign_in, Some(handle), error).await)
    }

    /// A code is used up before anything else happens: whoever shows it a second time comes too late, whatever becomes of
    /// the first.
    async fn use_software_token_step(&self, person: &Person, step: i64) -> Result<bool, ApiError> {
        let Some(user_id) = person.user_id() else { return Ok(false) };
        let mut tx = self.call.store.begin().await?;
        let is_first = tx.take_software_token_step(&user_id, step).await?;
        tx.commit().await?;
        Ok(is_first)
    }

    /// The user has set up a factor with AssociateSoftwareToken and VerifySoftwareToken.
    async fn take_set_up(
        &self,
        person: Person,
        sign_in: SignIn,
        handle: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let is_set_up = account.software_token.as_ref().is_some_and(|token| token.verified);
        if !is_set_up {
            return Err(SignInError::SetUpMissing.into());
        }
        self.proceed(person, sign_in, Proof::Mfa, Step::Tokens, Answered::plain(Some(handle))).await
    }

    async fn take_passkey(
        &self,
        person: Person,
        sign_in: SignIn,
        handle: &str,
        state: &str,
        credential: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        person.check_lock(self, Factor::Passkey)?;
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let pool = &self.client.pool;
        let mut tx = self.call.store.begin().await?;
        let is_right =
            passkeys::finish_assertion(self.call, &mut tx, pool, &account.user, state, credential).await?;
        if !is_right {
            drop(tx);
            return Err(self.refused(&person, &sign_in, Some(handle), SignInError::Incorrect).await);
        }
        tx.commit().await?;
        let step = after_first_factor(&self.rules(), account, Proof::Passwordless)?;
        let answered = Answered::proving(Factor::Passkey, Some(handle));
        self.proceed(person, sign_in, Proof::Passwordless, step, answered).await
    }

    /// Signs in whom ConfirmSignUp just confirmed.
    pub(super) async fn after_sign_up(&self, session: &str) -> Result<Outcome<Completed>, ApiError> {
        let sign_in = self.sign_in(session).await?;
        if sign_in.challenge != Challenge::SignedUp {
            return Err(SignInError::NoSession.into());
        }
        let person = self.person_of_sign_in(&sign_in).await?;
        let account = person.account.as_ref().ok_or(SignInError::NoSession)?;
        let step = after_first_factor(&self.rules(), account, Proof::Password)?;
        self.proceed(person, sign_in, Proof::Password, step, Answered::plain(Some(session))).await
    }
}

/// Keeps a user with a new password and remembers the password.
pub(super) async fn save_with_password(
    tx: &mut storage::Tx,
    attempt: &Attempt<'_>,
    before: &User,
    user: &User,
) -> Result<(), ApiError> {
    tx.save_user(&attempt.client.pool, user).await??;
    if before.password != user.password {
        keep_password_history(tx, &attempt.client.pool, before, attempt.call.now()).await?;
    }
    Ok(())
}
