//! The pages themselves: values in, HTML out. What happens before and after a page is not decided here, and nothing is read
//! from or written to a connection.
//!
//! Every page is a struct with a [`Frame`] and a template in `templates/managed_login`, filled by askama, which escapes all
//! text. The pages work under a content security policy without inline script or style, and without JavaScript; only
//! passkeys need it.

mod assets;
mod errors;
mod fields;
mod frame;
mod language;
mod pages;
mod policy;
#[cfg(test)]
mod tests;
mod texts;

use askama::Template;

pub(crate) use assets::{asset, stylesheet_path};
pub(crate) use errors::{Notice, PageError};
pub(crate) use fields::{Field, FieldKind, NameKind, TermsLinks, attribute_label};
pub(crate) use frame::{Brand, Frame};
pub(crate) use language::Language;
pub(crate) use pages::{
    AccountChoice, CheckMail, ChooseFactor, ChooseMfa, CodeKind, ConfirmSignUp, Confirmed, EnterCode,
    EnterPassword, Failure, ForgotPassword, Medium, NewPassword, PasskeyAdd, PasskeyAdded, PasskeySignIn,
    ProviderLink, ResetPassword, SetUpTotp, SignIn, SignUp, SignedOut, Unavailable, qr_image,
};
pub(crate) use policy::{PolicyRule, judged_policy, policy_sentences};
pub(crate) use texts::Texts;

/// A page as a document.
pub(crate) fn html(page: &impl Template) -> String {
    page.render().expect("templates only write into a string, and use no filter that fails")
}
