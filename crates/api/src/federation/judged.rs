//! What becomes of a provider's answer that is believed.

use domain::federation::{ExternalIdentity, SamlSubject};
use serde::{Deserialize, Serialize};

/// A provider's word, verified.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// Who it is.
    pub(crate) identity: ExternalIdentity,
    /// What a SAML provider wants to hear when the user signs out.
    pub(crate) saml_subject: Option<SamlSubject>,
}
