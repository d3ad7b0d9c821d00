//! From what `domain::sign_in` decided to a challenge that is kept, sent where it must be, and told.

use std::collections::BTreeMap;

use domain::codes::LimitedAction;
use domain::messages::MessageKind;
use domain::random;
use domain::sign_in::{
    Challenge, Factor, FirstFactor, Proof, SignIn, SignInError, Step, required_attributes,
};
use domain::users::{MfaFactor, User};
use serde_json::json;
use storage::Tx;
use wire::{CodeDeliveryDetailsType, EventResponseType, VerifiedAttributeType};

use super::answer::save_with_password;
use super::person::Person;
use super::{Answered, Asked, Attempt, Completed, Outcome, Parameters, new_handle};
use crate::error::ApiError;
use crate::flows::unknown_names::{made_up_details, pretend_message};
use crate::flows::{passkeys, send_message};

/// Digits of a second factor's code, and of a code in place of a password.
const MFA_DIGITS: usize = 6;
const OTP_DIGITS: usize = 8;

impl Attempt<'_> {
    /// Goes on after a proof: to the next challenge, or to tokens.
    pub(super) async fn proceed(
        &self,
        person: Person,
        mut sign_in: SignIn,
        proof: Proof,
        step: Step,
        answered: Answered<'_>,
    ) -> Result<Outcome<Completed>, ApiError> {
        sign_in.passed.push(proof);
        self.next(person, sign_in, step, answered, None).await
    }

    /// As [`Self::proceed`]; `changed` is the user as the step leaves them.
    pub(super) async fn next(
        &self,
        person: Person,
        sign_in: SignIn,
        step: Step,
        answered: Answered<'_>,
        changed: Option<User>,
    ) -> Result<Outcome<Completed>, ApiError> {
        self.check_device(&person, &sign_in)?;
        let challenge = match step {
            Step::Tokens => {
                return self.complete(person, sign_in, answered, changed).await.map(Outcome::SignedIn);
            }
            Step::NewPassword => Challenge::NewPassword,
            Step::Mfa(MfaFactor::SoftwareToken) => Challenge::SoftwareToken,
            Step::Mfa(factor @ (MfaFactor::Sms | MfaFactor::Email)) => {
                Challenge::MfaCode(factor, random::digits(self.call.random(), MFA_DIGITS))
            }
            Step::SelectMfa(factors) => Challenge::SelectMfa(factors),
            Step::SetUpMfa(factors) => Challenge::SetUpMfa(factors),
            Step::Device => Challenge::DeviceSrpA,
        };
        let sign_in = SignIn { challenge, ..sign_in };
        self.ask(&person, sign_in, answered, changed).await.map(Outcome::Asked)
    }

    /// Keeps a challenge and sends its code.
    async fn ask(
        &self,
        person: &Person,
        sign_in: SignIn,
        answered: Answered<'_>,
        changed: Option<User>,
    ) -> Result<Asked, ApiError> {
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let user = changed.as_ref().unwrap_or(&account.user);
        let handle = new_handle(self.call.random());
        let mut tx = self.call.store.begin().await?;
        self.take_turn(&mut tx, person, answered).await?;
        if let Some(changed) = &changed {
            save_with_password(&mut tx, self, &account.user, changed).await?;
        }
        if sign_in.challenge.has_sent_code() {
            person.count_code(&mut tx, self.call).await?;
        }
        let delivery = self.send(&mut tx, user, &sign_in.challenge).await?;
        self.keep_in(&mut tx, &sign_in, &handle).await?;
        tx.insert_auth_event(&self.event(&sign_in, user.id, EventResponseType::InProgress)).await?;
        tx.commit().await?;

        let mut parameters = self.parameters(user, account.software_token.as_ref(), &sign_in);
        parameters.extend(delivery);
        Ok(Asked { name: sign_in.challenge.name(), session: Some(handle), parameters, available: None })
    }

    /// Uses up what was answered, and forgets the failed tries of what was proved, unless it is locked: tries at the same moment
    /// are looked at one after the other here.
    pub(super) async fn take_turn(
        &self,
        tx: &mut Tx,
        person: &Person,
        answered: Answered<'_>,
    ) -> Result<(), ApiError> {
        if let Some(handle) = answered.handle
            && !tx.use_sign_in(handle).await?
        {
            return Err(SignInError::SessionUsed.into());
        }
        let (Some(factor), Some(user_id)) = (answered.proved, person.user_id()) else { return Ok(()) };
        let lockouts = tx.lockouts(&user_id).await?;
        if lockouts.are_locked(factor, self.call.now()) {
            return Err(SignInError::Locked.into());
        }
        if lockouts.0.contains_key(&factor) {
            tx.clear_failures(&user_id, factor).await?;
        }
        if factor.is_sent() {
            tx.clear_attempts(&user_id, LimitedAction::SignInCode).await?;
        }
        Ok(())
    }

    /// Sends the code of a challenge. What the client is told of it stands in the parameters.
    async fn send(
        &self,
        tx: &mut Tx,
        user: &User,
        challenge: &Challenge,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let (attribute, code) = match challenge {
            Challenge::MfaCode(MfaFactor::Sms, code) => (VerifiedAttributeType::PhoneNumber, code),
            Challenge::MfaCode(MfaFactor::Email, code) => (VerifiedAttributeType::Email, code),
            Challenge::Code(attribute, code) => (*attribute, code),
            Challenge::MfaCode(MfaFactor::SoftwareToken, _)
            | Challenge::SoftwareToken
            | Challenge::PasswordVerifier(_)
            | Challenge::NewPassword
            | Challenge::SelectMfa(_)
            | Challenge::SetUpMfa(_)
            | Challenge::SelectFirstFactor(_)
            | Challenge::Password
            | Challenge::SrpA
            | Challenge::WebAuthn(_)
            | Challenge::SigningUp
            | Challenge::SignedUp
            | Challenge::DeviceSrpA
            | Challenge::DeviceVerifier(_) => return Ok(BTreeMap::new()),
        };
        let pool = &self.client.pool;
        let sent =
            send_message(self.call, tx, pool, user, attribute, MessageKind::Authentication, code).await?;
        Ok(told_of(sent))
    }

    /// What a challenge comes with, beside where its code went.
    fn parameters(
        &self,
        user: &User,
        software_token: Option<&domain::software_tokens::SoftwareToken>,
        sign_in: &SignIn,
    ) -> BTreeMap<String, String> {
        let for_srp = ("USER_ID_FOR_SRP", sign_in.username.clone());
        let names = |factors: &[MfaFactor]| {
            json!(factors.iter().map(|factor| factor.as_str()).collect::<Vec<_>>()).to_string()
        };
        let parameters = match &sign_in.challenge {
            Challenge::NewPassword => vec![
                for_srp,
                ("requiredAttributes", json!(required_attributes(&self.client.pool, user)).to_string()),
                ("userAttributes", json!(user.shown_attributes()).to_string()),
            ],
            Challenge::SoftwareToken => {
                let device = software_token.and_then(|token| token.friendly_name.clone());
                let mut parameters = vec![for_srp];
                parameters.extend(device.map(|name| ("FRIENDLY_DEVICE_NAME", name)));
                parameters
            }
            Challenge::SelectMfa(factors) => vec![for_srp, ("MFAS_CAN_CHOOSE", names(factors))],
            Challenge::SetUpMfa(factors) => vec![for_srp, ("MFAS_CAN_SETUP", names(factors))],
            Challenge::MfaCode(..) => vec![for_srp],
            Challenge::Code(..)
            | Challenge::DeviceSrpA
            | Challenge::PasswordVerifier(_)
            | Challenge::SelectFirstFactor(_)
            | Challenge::Password
            | Challenge::SrpA
            | Challenge::WebAuthn(_)
            | Challenge::SigningUp
            | Challenge::SignedUp
            | Challenge::DeviceVerifier(_) => Vec::new(),
        };
        parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Asks for one of the first factors, or takes it at once when it came along.
    pub(super) async fn ask_first_factor(
        &self,
        person: Person,
        sign_in: SignIn,
        used: Option<&str>,
        factor: FirstFactor,
        given: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        let challenge = match factor {
            FirstFactor::Password => match given.get("PASSWORD") {
                Some(password) => {
                    let sign_in = SignIn { challenge: Challenge::Password, ..sign_in };
                    return self.check_password(person, sign_in, used, password).await;
                }
                None => Challenge::Password,
            },
            FirstFactor::PasswordSrp => match given.get("SRP_A") {
                Some(a) => return self.ask_password_verifier(&person, sign_in, used, a).await,
                None => Challenge::SrpA,
            },
            FirstFactor::EmailOtp => {
                return self.ask_code(&person, sign_in, used, VerifiedAttributeType::Email).await;
            }
            FirstFactor::SmsOtp => {
                return self.ask_code(&person, sign_in, used, VerifiedAttributeType::PhoneNumber).await;
            }
            FirstFactor::WebAuthn => return self.ask_passkey(person, sign_in, used).await,
        };
        let sign_in = SignIn { challenge, ..sign_in };
        Ok(Outcome::Asked(self.ask_plainly(sign_in, used).await?))
    }

    /// Asks for a code in place of a password, and sends it to who has the address.
    async fn ask_code(
        &self,
        person: &Person,
        sign_in: SignIn,
        used: Option<&str>,
        attribute: VerifiedAttributeType,
    ) -> Result<Outcome<Completed>, ApiError> {
        self.call.padding.begin();
        person.check_lock(self, Factor::one_time_code(attribute))?;
        let challenge = Challenge::Code(attribute, random::digits(self.call.random(), OTP_DIGITS));
        let sign_in = SignIn { challenge, ..sign_in };
        let mut asked = if person.has_address(attribute) {
            self.ask(person, sign_in, Answered::plain(used), None).await?
        } else {
            self.pretend_to_ask(person, sign_in, used, attribute).await?
        };
        asked.available = Some(self.offered(person).iter().map(|factor| factor.challenge_name()).collect());
        Ok(Outcome::Asked(asked))
    }

    /// Asks for a code that was sent to nobody: the same answer and as much work.
    async fn pretend_to_ask(
        &self,
        person: &Person,
        sign_in: SignIn,
        used: Option<&str>,
        attribute: VerifiedAttributeType,
    ) -> Result<Asked, ApiError> {
        let handle = new_handle(self.call.random());
        let mut tx = self.call.store.begin().await?;
        self.take_turn(&mut tx, person, Answered::plain(used)).await?;
        person.count_code(&mut tx, self.call).await?;
        let (pool, kind) = (&self.client.pool, MessageKind::Authentication);
        pretend_message(self.call, &mut tx, pool, attribute, kind, &person.name).await?;
        self.keep_in(&mut tx, &sign_in, &handle).await?;
        tx.commit().await?;

        let details = made_up_details(self.call, &self.client.pool, attribute, &person.name);
        let (name, parameters) = (sign_in.challenge.name(), told_of(details));
        Ok(Asked { name, session: Some(handle), parameters, available: None })
    }

    async fn ask_passkey(
        &self,
        person: Person,
        sign_in: SignIn,
        used: Option<&str>,
    ) -> Result<Outcome<Completed>, ApiError> {
        let account = person.account.as_ref().ok_or(SignInError::Incorrect)?;
        let mut read = self.call.store.read_latest().await?;
        let (options, state) =
            passkeys::begin_assertion(self.call, &mut read, &self.client.pool, &account.user).await?;
        drop(read);
        let sign_in = SignIn { challenge: Challenge::WebAuthn(state), ..sign_in };
        let mut asked = self.ask_plainly(sign_in, used).await?;
        asked.parameters.insert("CREDENTIAL_REQUEST_OPTIONS".to_owned(), options);
        Ok(Outcome::Asked(asked))
    }

    /// Asks which first factor it shall be.
    pub(super) async fn ask_choice(&self, sign_in: SignIn) -> Result<Outcome<Completed>, ApiError> {
        let available = if let Challenge::SelectFirstFactor(factors) = &sign_in.challenge {
            Some(factors.iter().map(|factor| factor.challenge_name()).collect())
        } else {
            None
        };
        let mut asked = self.ask_plainly(sign_in, None).await?;
        asked.available = available;
        Ok(Outcome::Asked(asked))
    }

    /// Keeps a challenge that needs nothing of the user.
    async fn ask_plainly(&self, sign_in: SignIn, used: Option<&str>) -> Result<Asked, ApiError> {
        let handle = new_handle(self.call.random());
        self.keep(&sign_in, &handle, used).await?;
        let name = sign_in.challenge.name();
        Ok(Asked { name, session: Some(handle), parameters: BTreeMap::new(), available: None })
    }

    /// Keeps a sign-in under its handle, in place of the one that was answered.
    pub(super) async fn keep(
        &self,
        sign_in: &SignIn,
        handle: &str,
        used: Option<&str>,
    ) -> Result<(), ApiError> {
        let mut tx = self.call.store.begin().await?;
        if let Some(used) = used
            && !tx.use_sign_in(used).await?
        {
            return Err(SignInError::SessionUsed.into());
        }
        self.keep_in(&mut tx, sign_in, handle).await?;
        Ok(tx.commit().await?)
    }

    async fn keep_in(&self, tx: &mut Tx, sign_in: &SignIn, handle: &str) -> Result<(), ApiError> {
        let lifetime = self.surface.step_lifetime(&self.client.client);
        Ok(tx.insert_sign_in(handle, sign_in, self.call.now() + lifetime).await?)
    }
}

/// What a client is told of where a code went.
fn told_of(details: CodeDeliveryDetailsType) -> BTreeMap<String, String> {
    let medium = details.delivery_medium.map(|medium| medium.to_string()).unwrap_or_default();
    [
        ("CODE_DELIVERY_DELIVERY_MEDIUM", medium),
        ("CODE_DELIVERY_DESTINATION", details.destination.unwrap_or_default()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
