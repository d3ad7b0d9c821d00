//! What a provider may be called. Length and characters are the shape of the request and checked with it.

use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;

/// A social provider is called exactly as its type. The others are called neither that nor `COGNITO`, which both mean
/// something else where a provider is chosen by name (that the service refuses these is likely, not known).
pub(super) fn check(name: &str, kind: Kind) -> Result<(), IdentityProviderError> {
    if name.eq_ignore_ascii_case("COGNITO") {
        return Err(IdentityProviderError::ReservedName(name.to_owned()));
    }
    let belongs = match kind {
        Kind::Facebook | Kind::Google | Kind::LoginWithAmazon | Kind::SignInWithApple => {
            name == kind.as_str()
        }
        Kind::Saml | Kind::Oidc => {
            !["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"].contains(&name)
        }
    };
    if belongs { Ok(()) } else { Err(IdentityProviderError::NameOfOtherType { name: name.to_owned(), kind }) }
}
