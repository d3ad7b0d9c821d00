//! Reading the answer to a sign-in: from the form field to an assertion that can be believed.
//!
//! Not here: whether the assertion was used before. That is for a unique index over its [`ReplayKey`](super::ReplayKey).

use chrono::{DateTime, Utc};

use super::assertion::Judge;
use super::shape::{Response, is_signed};
use super::{Assertion, PrivateKey, Provider, SamlError, ServiceProvider};
use super::{encryption, message, signature};
use crate::xml;

/// What a response is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who began.
    pub initiation: Initiation<'a>,
    /// Whether the assertion has to be encrypted.
    pub encryption: Encryption<'a>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// Who began a sign-in.
#[derive(Debug, Clone, Copy)]
pub enum Initiation<'a> {
    /// The service provider, with the request of this id.
    ServiceProvider {
        /// As given to [`ServiceProvider::authn_request`].
        request_id: &'a str,
    },
    /// The identity provider: nobody asked.
    IdentityProvider,
}

/// What was agreed with the provider about encryption.
#[derive(Debug, Clone, Copy)]
pub enum Encryption<'a> {
    /// Assertions come in clear.
    Refused,
    /// Assertions come encrypted for one of these keys.
    Required(&'a [PrivateKey]),
}

impl ServiceProvider {
    /// Who signed in, from the form field `SAMLResponse`.
    ///
    /// # Errors
    /// [`SamlError`] for the first thing that is wrong with it.
    pub fn read_response(
        &self,
        provider: &Provider,
        saml_response: &str,
        expected: &Expected<'_>,
    ) -> Result<Assertion, SamlError> {
        let judge =
            Judge { service_provider: self, provider, initiation: expected.initiation, now: expected.now };
        let text = message::decoded(saml_response)?;
        let document = xml::parse_message(&text)?;
        let response = Response::of(&document)?;
        match (expected.encryption, response.is_encrypted()) {
            (Encryption::Refused, true) => Err(SamlError::Encrypted),
            (Encryption::Required(_), false) => Err(SamlError::NotEncrypted),
            (Encryption::Refused, false) => {
                verify(&text, &response, provider)?;
                judge.read(&response)
            }
            (Encryption::Required(keys), true) => {
                let opened = opened(&text, &response, provider, keys)?;
                let document = xml::parse_message(&opened)?;
                let within = Response::of(&document)?;
                if within.is_encrypted() {
                    return Err(SamlError::NoAssertion);
                }
                if !is_signed(response.root) {
                    verify(&opened, &within, provider)?;
                }
                judge.read(&within)
            }
        }
    }
}

fn verify(text: &str, response: &Response<'_, '_>, provider: &Provider) -> Result<(), SamlError> {
    if !is_signed(response.root) && !is_signed(response.assertion) {
        return Err(SamlError::Unsigned);
    }
    signature::verify(text, &text[response.assertion.range()], provider)
}

/// The response with its assertion in clear, in the place of the encrypted one, where its namespaces are declared.
///
/// A signature around it is verified before anything is decrypted. Without one, what CBC protects is not touched: its
/// content could be found out by asking often enough.
fn opened(
    text: &str,
    response: &Response<'_, '_>,
    provider: &Provider,
    keys: &[PrivateKey],
) -> Result<String, SamlError> {
    if is_signed(response.root) {
        signature::verify(text, &text[response.root.range()], provider)?;
    } else if encryption::is_malleable(response.assertion)? {
        return Err(SamlError::Unsigned);
    }
    let assertion = encryption::decrypted(response.assertion, keys)?;
    let place = response.assertion.range();
    Ok([&text[..place.start], &assertion, &text[place.end..]].concat())
}
