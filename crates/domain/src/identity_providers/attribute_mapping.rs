//! Which attribute of a user is filled from which claim of the provider. Not the filling, which happens at sign-in.

use std::collections::BTreeMap;

use wire::IdentityProviderTypeType as Kind;

use super::IdentityProviderError;
use crate::user_pools::Schema;

/// The mapping with `username` filled in, after a check that the pool has every attribute that is mapped.
///
/// A mapping of `username` in the request is kept as it is written, as the service does. Claims of social providers
/// that the service does not know are not refused here.
pub(super) fn complete(
    mut mapping: BTreeMap<String, String>,
    kind: Kind,
    schema: &Schema,
) -> Result<BTreeMap<String, String>, IdentityProviderError> {
    let unknown: Vec<String> = mapping
        .keys()
        .filter(|name| *name != "username" && schema.attribute(name).is_none())
        .cloned()
        .collect();
    if !unknown.is_empty() {
        return Err(IdentityProviderError::UnknownAttributes(unknown));
    }
    if let Some(claim) = subject_claim(kind) {
        mapping.entry("username".to_owned()).or_insert_with(|| claim.to_owned());
    }
    Ok(mapping)
}

/// The claim that names the user at the provider; SAML has its `NameID` instead.
fn subject_claim(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Oidc | Kind::Google | Kind::SignInWithApple => Some("sub"),
        Kind::Facebook => Some("id"),
        Kind::LoginWithAmazon => Some("user_id"),
        Kind::Saml => None,
    }
}
