//! Passkeys: the browser's side of both ceremonies is in `assets/managed_login/script.js`.

use askama::Template;

use super::super::{Frame, PageError};

/// Signing in with a passkey. Posts `credential`, the JSON of an assertion.
#[derive(Template)]
#[template(path = "managed_login/passkey_sign_in.html")]
pub(crate) struct PasskeySignIn {
    pub(crate) frame: Frame,
    /// `CREDENTIAL_REQUEST_OPTIONS`: JSON.
    pub(crate) options: String,
    /// Where another factor is chosen.
    pub(crate) other_href: Option<String>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl PasskeySignIn {
    fn title(&self) -> &str {
        &self.frame.texts.passkey_sign_in_title
    }
}

/// A new passkey. Posts `credential`, the JSON of an attestation.
#[derive(Template)]
#[template(path = "managed_login/passkey_add.html")]
pub(crate) struct PasskeyAdd {
    pub(crate) frame: Frame,
    /// `CredentialCreationOptions`: JSON.
    pub(crate) options: String,
    /// Where those go on who do not want one.
    pub(crate) skip_href: Option<String>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl PasskeyAdd {
    fn title(&self) -> &str {
        &self.frame.texts.passkey_add_title
    }
}

/// There is a new passkey.
#[derive(Template)]
#[template(path = "managed_login/passkey_added.html")]
pub(crate) struct PasskeyAdded {
    pub(crate) frame: Frame,
    /// Where the user goes on.
    pub(crate) continue_href: Option<String>,
}

impl PasskeyAdded {
    fn title(&self) -> &str {
        &self.frame.texts.passkey_added_title
    }
}
