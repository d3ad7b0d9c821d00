//! Signing up and confirming it.

use askama::Template;

use super::super::{Field, Frame, Notice, PageError, PolicyRule, TermsLinks, Texts};

/// A new user. Posts the fields, the username's among them, with `password` and `confirm_password`.
#[derive(Template)]
#[template(path = "managed_login/sign_up.html")]
pub(crate) struct SignUp {
    pub(crate) frame: Frame,
    /// The name to sign in with, unless it is one of the attributes.
    pub(crate) username: Option<Field>,
    /// The attributes to fill in.
    pub(crate) fields: Vec<Field>,
    /// Whether a password must be chosen. Pools whose users sign in without one do not insist.
    pub(crate) password_required: bool,
    /// The rules for the password.
    pub(crate) policy: Vec<PolicyRule>,
    /// The terms to agree to.
    pub(crate) terms: Option<TermsLinks>,
    /// Where those sign in who have an account.
    pub(crate) sign_in_href: String,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl SignUp {
    fn title(&self) -> &str {
        &self.frame.texts.create_account
    }
}

/// How a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    Email,
    Phone,
}

impl Medium {
    /// That a code was sent.
    pub(super) fn told(medium: Option<Self>, texts: &Texts, destination: Option<&str>) -> String {
        match medium {
            Some(Self::Email) => texts.code_emailed(destination),
            Some(Self::Phone) => texts.code_texted(destination),
            None => texts.code_sent.clone(),
        }
    }
}

/// The code that confirms a sign-up. Posts `code`.
#[derive(Template)]
#[template(path = "managed_login/confirm_sign_up.html")]
pub(crate) struct ConfirmSignUp {
    pub(crate) frame: Frame,
    /// Whose sign-up it is.
    pub(crate) username: String,
    /// Where the code was sent, masked as the API does.
    pub(crate) destination: Option<String>,
    /// How it was sent, where that is known.
    pub(crate) medium: Option<Medium>,
    /// Where the form for another code posts to.
    pub(crate) resend_action: String,
    /// What went well before.
    pub(crate) notice: Option<Notice>,
    /// What did not.
    pub(crate) error: Option<PageError>,
}

impl ConfirmSignUp {
    fn title(&self) -> &str {
        &self.frame.texts.confirm_title
    }

    fn told(&self) -> String {
        Medium::told(self.medium, self.frame.texts, self.destination.as_deref())
    }
}

/// A link that confirms a sign-up is on its way.
#[derive(Template)]
#[template(path = "managed_login/check_mail.html")]
pub(crate) struct CheckMail {
    pub(crate) frame: Frame,
    /// Where it was sent, masked as the API does.
    pub(crate) destination: Option<String>,
}

impl CheckMail {
    fn title(&self) -> &str {
        &self.frame.texts.check_mail_title
    }
}

/// A sign-up is confirmed.
#[derive(Template)]
#[template(path = "managed_login/confirmed.html")]
pub(crate) struct Confirmed {
    pub(crate) frame: Frame,
    /// Where the user can sign in now.
    pub(crate) sign_in_href: Option<String>,
}

impl Confirmed {
    fn title(&self) -> &str {
        &self.frame.texts.confirmed_title
    }
}
