//! The first pages of a sign-in: who somebody is, and a password.

use askama::Template;
use wire::IdentityProviderTypeType;

use super::super::{Frame, NameKind, Notice, PageError};

/// Who wants to sign in, and by whose word. Posts `username`, with `password` where that is asked, or `idp_search`.
#[derive(Template)]
#[template(path = "managed_login/sign_in.html")]
pub(crate) struct SignIn {
    pub(crate) frame: Frame,
    /// Whether users of the pool itself may sign in.
    pub(crate) native: bool,
    /// What stands in the field for the name already.
    pub(crate) username: String,
    /// What a name may be here.
    pub(crate) username_label: NameKind,
    /// Whether the password is asked on this page. Otherwise another page asks for it, or for something else.
    pub(crate) asks_password: bool,
    /// The identity providers to choose from.
    pub(crate) providers: Vec<ProviderLink>,
    /// Whether an identity provider is found by the domain of an e-mail address.
    pub(crate) domain_search: bool,
    /// Where a forgotten password is reset.
    pub(crate) forgot_href: Option<String>,
    /// Where users sign up.
    pub(crate) sign_up_href: Option<String>,
    /// What went well before.
    pub(crate) notice: Option<Notice>,
    /// What did not.
    pub(crate) error: Option<PageError>,
}

/// A button for an identity provider.
#[derive(Clone, Debug)]
pub(crate) struct ProviderLink {
    /// `ProviderName`.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
    /// `ProviderType`.
    pub(crate) kind: IdentityProviderTypeType,
    /// Where the way to it begins.
    pub(crate) href: String,
}

impl ProviderLink {
    /// The class by which branding of the classic hosted UI knows the button.
    fn class(&self) -> &'static str {
        match self.kind {
            IdentityProviderTypeType::Saml | IdentityProviderTypeType::Oidc => "idpButton-customizable",
            IdentityProviderTypeType::Facebook
            | IdentityProviderTypeType::Google
            | IdentityProviderTypeType::LoginWithAmazon
            | IdentityProviderTypeType::SignInWithApple => "socialButton-customizable",
        }
    }
}

impl SignIn {
    fn title(&self) -> &str {
        &self.frame.texts.sign_in
    }

    /// Whether there is a way in beside the pool's own users.
    fn has_providers(&self) -> bool {
        self.domain_search || !self.providers.is_empty()
    }
}

/// Whether to go on as the user of a session that lives (`prompt=select_account`).
#[derive(Template)]
#[template(path = "managed_login/account_choice.html")]
pub(crate) struct AccountChoice {
    pub(crate) frame: Frame,
    /// The user of the session.
    pub(crate) username: String,
    /// Where that user goes on.
    pub(crate) continue_href: String,
    /// Where somebody else signs in.
    pub(crate) other_href: String,
}

impl AccountChoice {
    fn title(&self) -> &str {
        &self.frame.texts.choose_account_title
    }
}

/// The password of a user who is named already. Posts `password`.
#[derive(Template)]
#[template(path = "managed_login/enter_password.html")]
pub(crate) struct EnterPassword {
    pub(crate) frame: Frame,
    /// Who signs in.
    pub(crate) username: String,
    /// Where a forgotten password is reset.
    pub(crate) forgot_href: Option<String>,
    /// Where another factor is chosen.
    pub(crate) other_href: Option<String>,
    /// What did not go well before.
    pub(crate) error: Option<PageError>,
}

impl EnterPassword {
    fn title(&self) -> &str {
        &self.frame.texts.enter_password_title
    }
}
