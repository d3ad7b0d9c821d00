//! The pages, by what they are for. A page's `title` is its heading and what the browser's tab shows.

mod factors;
mod outcomes;
mod passkeys;
mod passwords;
mod sign_in;
mod sign_up;

pub(crate) use factors::{ChooseFactor, ChooseMfa, CodeKind, EnterCode, SetUpTotp, qr_image};
pub(crate) use outcomes::{Failure, SignedOut, Unavailable};
pub(crate) use passkeys::{PasskeyAdd, PasskeyAdded, PasskeySignIn};
pub(crate) use passwords::{ForgotPassword, NewPassword, ResetPassword};
pub(crate) use sign_in::{AccountChoice, EnterPassword, ProviderLink, SignIn};
pub(crate) use sign_up::{CheckMail, ConfirmSignUp, Confirmed, Medium, SignUp};
