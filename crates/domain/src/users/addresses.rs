//! Addresses that can be verified, and the attributes beside them that say whether they are.
//!
//! Such an attribute is written with the address: `false`, until a code came back from there. Only an administrator who makes a
//! user may leave it out (the sample answer of AdminCreateUser). AdminGetUser shows what was written: Terraform compares it with
//! its configuration, where the attribute is missing as well, and the provider's acceptance tests find no difference. Whatever
//! applications see has it all the same.

use std::collections::BTreeMap;

use wire::VerifiedAttributeType;

use super::{User, attributes};

/// The addresses that can be verified.
pub(crate) const ADDRESSES: [VerifiedAttributeType; 2] =
    [VerifiedAttributeType::Email, VerifiedAttributeType::PhoneNumber];

/// The attribute that says whether an address is verified.
pub(crate) fn flag_of(address: &str) -> String {
    format!("{address}_verified")
}

/// The address of which an attribute says whether it is verified.
pub fn address_of(attribute: &str) -> Option<VerifiedAttributeType> {
    ADDRESSES.into_iter().find(|address| flag_of(address.as_str()) == attribute)
}

impl User {
    /// The user with this attribute marked as verified: a code that was sent there came back.
    #[must_use]
    pub fn with_verified(mut self, attribute: VerifiedAttributeType) -> Self {
        self.attributes.insert(flag_of(attribute.as_str()), "true".to_owned());
        self
    }

    /// The user with this attribute not verified: it is new, or another user proved to hold it.
    #[must_use]
    pub fn without_verified(mut self, attribute: &str) -> Self {
        self.attributes.insert(flag_of(attribute), "false".to_owned());
        self
    }

    /// Whether an address of the user was verified.
    pub fn is_verified(&self, attribute: &str) -> bool {
        self.attribute(&flag_of(attribute)).and_then(attributes::boolean) == Some(true)
    }

    /// The attributes as applications see them: each address says whether it is verified.
    pub fn shown_attributes(&self) -> BTreeMap<String, String> {
        with_flags(self.attributes.clone())
    }
}

/// Attributes in which each address says whether it is verified. It is not, where nothing was said.
pub(super) fn with_flags(mut attributes: BTreeMap<String, String>) -> BTreeMap<String, String> {
    for address in ADDRESSES {
        if attributes.get(address.as_str()).is_some_and(|value| !value.is_empty()) {
            attributes.entry(flag_of(address.as_str())).or_insert_with(|| "false".to_owned());
        }
    }
    attributes
}
