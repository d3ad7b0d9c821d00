//! Signing in through a SAML 2.0 identity provider: what a service provider sends, and what it makes of the answer.
//!
//! Requests become addresses for the browser; responses become who signed in. `saml-rs` verifies XML signatures and does
//! nothing else: none of its types leave this module. Not here: HTTP, and remembering which request was answered.

mod assertion;
mod encryption;
mod error;
mod logout;
mod message;
mod parties;
mod private_key;
mod redirect;
mod response;
mod shape;
mod signature;

pub use assertion::{Assertion, NameId, ReplayKey};
pub use error::SamlError;
pub use logout::LogoutRequest;
pub use parties::{Provider, ServiceProvider};
pub use private_key::PrivateKey;
pub use redirect::SignInRequest;
pub use response::{Encryption, Expected, Initiation};

use chrono::TimeDelta;

/// How far the clocks of provider and service may differ. The service does not say what it allows; the standard calls
/// three to five minutes reasonable (saml-v2.0-errata05, E92).
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);
/// How old an assertion may be that nobody asked for (AWS: "Implement IdP-initiated SAML sign-in").
pub const OLDEST_UNSOLICITED: TimeDelta = TimeDelta::minutes(6);
/// The longest `SAMLResponse` in characters (AWS: "Quotas in Amazon Cognito").
pub const LONGEST_RESPONSE: usize = 100_000;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";

#[cfg(test)]
mod tests;
