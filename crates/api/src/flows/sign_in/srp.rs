//! The two rounds of SRP, with a user's password and with a device's secret.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::devices::Device;
use domain::sign_in::{
    Challenge, Factor, Proof, SignIn, SignInError, Step, after_device, after_first_factor,
};
use domain::srp::{self, Exchange, Identity, Verifier};

use super::person::Person;
use super::{Answered, Asked, Attempt, Completed, Outcome, Parameters, new_handle};
use crate::apart::apart;
use crate::error::ApiError;

/// The secret block is the handle of the sign-in, so that clients without a session find it too.
pub(super) fn secret_block(handle: &str) -> String {
    BASE64_STANDARD.encode(handle)
}

/// The handle in a secret block.
pub(super) fn handle_in(secret_block: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(secret_block).ok()?).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Attempt<'_> {
    /// Answers A with B.
    pub(super) async fn ask_password_verifier(
        &self,
        person: &Person,
        sign_in: SignIn,
        used: Option<&str>,
        a: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        person.check_lock(self, Factor::Password)?;
        let exchange = self.exchange(&person.verifier, a).await?;
        let challenge = Challenge::PasswordVerifier(exchange.clone());
        let sign_in = SignIn { challenge, ..sign_in };
        let mut asked = self.ask_srp(&sign_in, &person.verifier, &exchange, used).await?;
        asked.parameters.insert("USER_ID_FOR_SRP".to_owned(), sign_in.username.clone());
        if !sign_in.is_choice_based {
            asked.session = None;
        }
        Ok(Outcome::Asked(asked))
    }

    /// Answers the A of a device.
    pub(super) async fn ask_device_verifier(
        &self,
        device: &Device,
        sign_in: SignIn,
        used: &str,
        a: &str,
    ) -> Result<Outcome<Completed>, ApiError> {
        let verifier = device_verifier(device)?;
        let exchange = self.exchange(&verifier, a).await?;
        let challenge = Challenge::DeviceVerifier(exchange.clone());
        let sign_in = SignIn { challenge, ..sign_in };
        let mut asked = self.ask_srp(&sign_in, &verifier, &exchange, Some(used)).await?;
        asked.parameters.insert("DEVICE_KEY".to_owned(), device.key.clone());
        Ok(Outcome::Asked(asked))
    }

    async fn ask_srp(
        &self,
        sign_in: &SignIn,
        verifier: &Verifier,
        exchange: &Exchange,
        used: Option<&str>,
    ) -> Result<Asked, ApiError> {
        let handle = new_handle(self.call.random());
        self.keep(sign_in, &handle, used).await?;
        let parameters = [
            ("SALT", hex(&verifier.salt)),
            ("SRP_B", exchange.srp_b()),
            ("SECRET_BLOCK", secret_block(&handle)),
            ("USERNAME", sign_in.username.clone()),
        ];
        Ok(Asked {
            name: sign_in.challenge.name(),
            session: Some(handle),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            available: None,
        })
    }

    /// Judges the proof of a password.
    pub(super) async fn check_password_claim(
        &self,
        person: Person,
        sign_in: SignIn,
        used: &str,
        exchange: &Exchange,
        responses: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        person.check_lock(self, Factor::Password)?;
        let who = Identity { group: self.client.pool.id.name_part(), name: &sign_in.username };
        let is_right = self.accepts(exchange, &person.verifier, who, responses).await?;
        match &person.account {
            Some(account) if is_right => {
                let step = after_first_factor(&self.rules(), account, Proof::Password)?;
                let answered = Answered::proving(Factor::Password, Some(used));
                self.proceed(person, sign_in, Proof::Password, step, answered).await
            }
            Some(_) | None => Err(self.refused(&person, &sign_in, Some(used), SignInError::Incorrect).await),
        }
    }

    /// Judges the proof of a device's secret.
    pub(super) async fn check_device_claim(
        &self,
        person: Person,
        sign_in: SignIn,
        used: &str,
        exchange: &Exchange,
        responses: &Parameters,
    ) -> Result<Outcome<Completed>, ApiError> {
        person.check_lock(self, Factor::Device)?;
        let device = person.account.as_ref().and_then(|account| account.device.clone());
        let device = device.ok_or(SignInError::NoDevice)?;
        let who = Identity { group: &device.group_key, name: &device.key };
        if !self.accepts(exchange, &device_verifier(&device)?, who, responses).await? {
            return Err(self.refused(&person, &sign_in, Some(used), SignInError::Incorrect).await);
        }
        let step: Step = after_device();
        let answered = Answered::proving(Factor::Device, Some(used));
        self.proceed(person, sign_in, Proof::Mfa, step, answered).await
    }

    async fn exchange(&self, verifier: &Verifier, a: &str) -> Result<Exchange, ApiError> {
        let (verifier, a, random) = (verifier.clone(), a.to_owned(), self.call.random.clone());
        let exchange = apart(move || Exchange::begin(&verifier, &a, &*random)).await?;
        Ok(exchange.map_err(SignInError::from)?)
    }

    async fn accepts(
        &self,
        exchange: &Exchange,
        verifier: &Verifier,
        who: Identity<'_>,
        responses: &Parameters,
    ) -> Result<bool, ApiError> {
        let secret_block = responses.require("PASSWORD_CLAIM_SECRET_BLOCK")?;
        let signature = responses.require("PASSWORD_CLAIM_SIGNATURE")?;
        let timestamp = responses.require("TIMESTAMP")?;
        // Both are computed, so that a wrong clock and a wrong password take the same time.
        let is_current = srp::is_current(timestamp, self.call.now());
        let (exchange, verifier) = (exchange.clone(), verifier.clone());
        let (group, name) = (who.group.to_owned(), who.name.to_owned());
        let (secret_block, signature) = (secret_block.to_owned(), signature.to_owned());
        let timestamp = timestamp.to_owned();
        let is_proof = apart(move || {
            let who = Identity { group: &group, name: &name };
            exchange.accepts(&verifier, who, &secret_block, &timestamp, &signature)
        });
        Ok(is_proof.await? & is_current)
    }
}

fn device_verifier(device: &Device) -> Result<Verifier, ApiError> {
    device.password.clone().ok_or_else(|| SignInError::NoDevice.into())
}
