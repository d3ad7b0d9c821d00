//! With which identity providers users may sign in to a client.
//!
//! Source: CreateUserPoolClient, `SupportedIdentityProviders`; developer guide, "Implementing IdP-initiated SAML
//! sign-in".

use wire::IdentityProviderTypeType;

use super::{ClientContext, ClientError, ClientSettings, ProviderOfPool};

/// The pool itself among the identity providers.
pub const OWN_USERS: &str = "COGNITO";

impl ClientSettings {
    /// Whether users may sign in to the client with this provider; `COGNITO` is the pool itself.
    pub fn supports_provider(&self, name: &str) -> bool {
        self.supported_identity_providers.iter().flatten().any(|supported| supported == name)
    }

    /// Whether users of the pool itself may sign in to the client.
    pub fn supports_own_users(&self) -> bool {
        self.supports_provider(OWN_USERS)
    }

    /// The names of the providers beside the pool itself.
    pub fn other_providers(&self) -> impl Iterator<Item = &str> {
        let names = self.supported_identity_providers.iter().flatten();
        names.map(String::as_str).filter(|name| *name != OWN_USERS)
    }

    /// The provider of a client that has one only, and that is not the pool: there is nothing to choose on a page.
    pub fn only_provider(&self) -> Option<&str> {
        match self.supported_identity_providers.as_deref() {
            Some([_]) => self.other_providers().next(),
            Some(_) | None => None,
        }
    }

    pub(super) fn check_providers(&self, context: &ClientContext<'_>) -> Result<(), ClientError> {
        let names = self.supported_identity_providers.as_deref().unwrap_or_default();
        let mut chosen = Vec::new();
        for name in names.iter().filter(|name| *name != OWN_USERS) {
            let provider =
                context.providers.iter().find(|provider| provider.name == *name).ok_or_else(|| {
                    let pool_id = &context.pool.id;
                    ClientError::Setting(format!(
                        "The provider {name} does not exist for User Pool {pool_id}."
                    ))
                })?;
            chosen.push(provider);
        }
        let has_own_users = chosen.len() < names.len();
        check_unsolicited(&chosen, has_own_users)
    }
}

/// A response that nobody asked for names no client state, so such a client has SAML providers only.
fn check_unsolicited(chosen: &[&ProviderOfPool], has_own_users: bool) -> Result<(), ClientError> {
    let takes_unsolicited = chosen.iter().any(|provider| provider.is_idp_initiated);
    let has_only_saml = !has_own_users && chosen.iter().all(|provider| is_saml(provider));
    if takes_unsolicited && !has_only_saml {
        return Err(ClientError::setting(
            "An app client with an identity provider that has IDPInit enabled can only have SAML identity providers.",
        ));
    }
    Ok(())
}

fn is_saml(provider: &ProviderOfPool) -> bool {
    provider.kind == IdentityProviderTypeType::Saml
}
