//! New passwords: instead of a temporary one, and instead of a forgotten one.

use askama::Template;

use super::super::{Field, Frame, NameKind, Notice, PageError, PolicyRule};
use super::Medium;

/// A password in place of a temporary one, with the required attributes that are missing. Posts `password`,
/// `confirm_password` and the fields.
#[derive(Template)]
#[template(path = "managed_login/new_password.html")]
pub(crate) struct NewPassword {
    pub(crate) frame: Frame,
    /// The rules for the password.
    pub(crate) policy: Vec<PolicyRule>,
    /// The attributes that are missing.
    pub(crate) fields: Vec<Field>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl NewPassword {
    fn title(&self) -> &str {
        &self.frame.texts.new_password_title
    }
}

/// Who has forgotten a password. Posts `username`.
#[derive(Template)]
#[template(path = "managed_login/forgot_password.html")]
pub(crate) struct ForgotPassword {
    pub(crate) frame: Frame,
    /// What a name may be here.
    pub(crate) username_label: NameKind,
    /// What stands in the field already.
    pub(crate) username: String,
    /// The way back.
    pub(crate) sign_in_href: Option<String>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl ForgotPassword {
    fn title(&self) -> &str {
        &self.frame.texts.forgot_title
    }
}

/// A password in place of a forgotten one. Posts `code`, `password` and `confirm_password`.
#[derive(Template)]
#[template(path = "managed_login/reset_password.html")]
pub(crate) struct ResetPassword {
    pub(crate) frame: Frame,
    /// The code that was typed before.
    pub(crate) code: String,
    /// Where the code was sent, masked as the API does.
    pub(crate) destination: Option<String>,
    /// How it was sent, where that is known.
    pub(crate) medium: Option<Medium>,
    /// The rules for the password.
    pub(crate) policy: Vec<PolicyRule>,
    /// Where the form for another code posts to.
    pub(crate) resend_action: Option<String>,
    /// What went well before.
    pub(crate) notice: Option<Notice>,
    /// What did not.
    pub(crate) error: Option<PageError>,
}

impl ResetPassword {
    fn title(&self) -> &str {
        &self.frame.texts.new_password_title
    }

    fn told(&self) -> String {
        Medium::told(self.medium, self.frame.texts, self.destination.as_deref())
    }
}
