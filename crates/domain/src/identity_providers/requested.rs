//! Details on their way from a request to what is kept: checked here, completed with what the provider says of itself.

use std::collections::BTreeMap;

use wire::{CreateIdentityProviderRequest, IdentityProviderTypeType as Kind, UpdateIdentityProviderRequest};

use super::{IdentityProvider, IdentityProviderError, OidcDetails, SamlDetails, SocialDetails, names};

/// Details of a request that keep every rule that can be checked without asking the provider. Each type says what it
/// needs to be complete.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestedDetails {
    /// Needs the provider's metadata.
    Saml(SamlDetails),
    /// Needs the issuer's discovery document, unless the request names every endpoint.
    Oidc(OidcDetails),
    /// Needs nothing.
    Social(SocialDetails),
}

impl RequestedDetails {
    /// The details of a provider that is to be created. The name is checked first, as the service does.
    ///
    /// # Errors
    /// [`IdentityProviderError`] for the first rule that is broken: name, then missing keys, then others.
    pub fn of_new(request: &CreateIdentityProviderRequest) -> Result<Self, IdentityProviderError> {
        names::check(&request.provider_name, request.provider_type)?;
        Self::of_kind(request.provider_type, request.provider_details.clone())
    }

    /// The details that are to replace those of `provider`; none if the request leaves them out.
    ///
    /// # Errors
    /// [`IdentityProviderError`] for the first rule that is broken: missing keys, then others.
    pub fn of_update(
        provider: &IdentityProvider,
        request: &UpdateIdentityProviderRequest,
    ) -> Result<Option<Self>, IdentityProviderError> {
        request.provider_details.clone().map(|details| Self::of_kind(provider.kind, details)).transpose()
    }

    fn of_kind(kind: Kind, details: BTreeMap<String, String>) -> Result<Self, IdentityProviderError> {
        match kind {
            Kind::Saml => SamlDetails::check(details).map(Self::Saml),
            Kind::Oidc => OidcDetails::check(details).map(Self::Oidc),
            Kind::Facebook => SocialDetails::facebook(details).map(Self::Social),
            Kind::Google => SocialDetails::google(details).map(Self::Social),
            Kind::LoginWithAmazon => SocialDetails::login_with_amazon(details).map(Self::Social),
            Kind::SignInWithApple => SocialDetails::sign_in_with_apple(details).map(Self::Social),
        }
    }
}
