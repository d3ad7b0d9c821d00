//! From claims to attributes, by the provider's attribute mapping. Whether a value fits the pool's schema is asked later.
//!
//! Source: developer guide, "Specifying identity provider attribute mappings for your user pool".

use std::collections::BTreeMap;

use url::form_urlencoded::byte_serialize;
use wire::IdentityProviderTypeType;

use super::{FederatedSignIn, FederationError, USERNAME};
use crate::users::address_of;

impl FederatedSignIn<'_> {
    /// The values that are written into the profile, by attribute. A blank one clears; what the provider does not say is
    /// left out, and so is what the client may not write.
    pub(super) fn given(&self) -> Result<BTreeMap<String, String>, FederationError> {
        let mut given = BTreeMap::new();
        for attribute in self.provider.attribute_mapping.keys().filter(|name| self.may_write(name)) {
            let Some(value) = self.value_of(attribute) else { continue };
            self.check_characters(attribute, &value)?;
            let value = if value.trim().is_empty() { String::new() } else { value };
            given.insert(attribute.clone(), value);
        }
        Ok(given)
    }

    /// What the provider says an attribute is.
    pub(super) fn value_of(&self, attribute: &str) -> Option<String> {
        if attribute == USERNAME {
            return None;
        }
        let claim = self.provider.attribute_mapping.get(attribute)?;
        self.identity.claims.get(claim).map(|values| joined(values))
    }

    /// Whoever may write an address may write whether it is verified, as long as a provider says so.
    pub(super) fn may_write(&self, attribute: &str) -> bool {
        let of = address_of(attribute).map_or(attribute, |address| address.as_str());
        self.client.settings.can_write(of, &self.pool.schema)
    }

    /// SAML providers may not send characters of four bytes.
    pub(super) fn check_characters(&self, name: &str, value: &str) -> Result<(), FederationError> {
        let provider_type = self.identity.provider_type;
        let is_long = |c: char| c.len_utf8() == 4;
        if provider_type == IdentityProviderTypeType::Saml && value.chars().any(is_long) {
            let complaints = format!("{name}: Characters of four bytes are not supported");
            return Err(FederationError::Attributes { provider_type, complaints });
        }
        Ok(())
    }
}

/// Several values become one text, in which each of them is encoded as in a form.
fn joined(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [value] => value.clone(),
        values => {
            let encoded: Vec<String> =
                values.iter().map(|value| byte_serialize(value.as_bytes()).collect()).collect();
            format!("[{}]", encoded.join(","))
        }
    }
}
