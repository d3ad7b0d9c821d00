//! Pages on which there is nothing to do.

use askama::Template;

use super::super::Frame;

/// Nobody is signed in any more.
#[derive(Template)]
#[template(path = "managed_login/signed_out.html")]
pub(crate) struct SignedOut {
    pub(crate) frame: Frame,
}

impl SignedOut {
    fn title(&self) -> &str {
        &self.frame.texts.signed_out_title
    }
}

/// There is no way on from here.
#[derive(Template)]
#[template(path = "managed_login/failure.html")]
pub(crate) struct Failure {
    pub(crate) frame: Frame,
    /// What happened, in the language of the page.
    pub(crate) message: String,
    /// What developers look for, such as `redirect_mismatch`.
    pub(crate) detail: Option<String>,
}

impl Failure {
    fn title(&self) -> &str {
        &self.frame.texts.failure_title
    }
}

/// The app client has no branding, and so no pages.
#[derive(Template)]
#[template(path = "managed_login/unavailable.html")]
pub(crate) struct Unavailable {
    pub(crate) frame: Frame,
}

impl Unavailable {
    fn title(&self) -> &str {
        &self.frame.texts.unavailable_title
    }
}
