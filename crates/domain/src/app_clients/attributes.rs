//! Which attributes of users a client reads and writes.
//!
//! Source: CreateUserPoolClient, `ReadAttributes` and `WriteAttributes`. Administrators are not bound by these.

use super::{Act, ClientContext, ClientError, ClientSettings};
use crate::user_pools::Schema;
use crate::users::address_of;

/// What the service alone decides.
const NEVER_WRITTEN: [&str; 3] = ["sub", "email_verified", "phone_number_verified"];

impl ClientSettings {
    /// Whether users may set this attribute through the client. Whether it can change at all is the schema's to say.
    pub fn can_write(&self, attribute: &str, schema: &Schema) -> bool {
        let Some(known) = schema.attribute(attribute) else { return false };
        let is_of_users = !NEVER_WRITTEN.contains(&attribute)
            && attribute != "identities"
            && known.developer_only_attribute != Some(true);
        is_of_users
            && self.write_attributes.as_ref().is_none_or(|names| names.iter().any(|name| name == attribute))
    }

    /// Whether the client shows this attribute; `sub` it always does. Without a list it shows all, custom ones too.
    pub fn can_read(&self, attribute: &str, schema: &Schema) -> bool {
        let listed =
            || self.read_attributes.as_ref().is_none_or(|names| names.iter().any(|name| name == attribute));
        schema.attribute(attribute).is_some() && (attribute == "sub" || listed())
    }

    /// Whether the client shows this attribute of a user. Whoever may read an address may read whether it is verified;
    /// identities are everybody's to read.
    pub fn shows(&self, attribute: &str, schema: &Schema) -> bool {
        let of_address = address_of(attribute).is_some_and(|address| self.can_read(address.as_str(), schema));
        of_address || attribute == "identities" || self.can_read(attribute, schema)
    }

    pub(super) fn check_attributes(&self, context: &ClientContext<'_>, act: Act) -> Result<(), ClientError> {
        let schema = &context.pool.schema;
        let exists = |name: &String| schema.attribute(name).is_some();
        if let Some(names) = &self.write_attributes {
            let can_all_be_written =
                names.iter().all(|name| exists(name) && !NEVER_WRITTEN.contains(&name.as_str()));
            let has_all_required =
                required_and_mutable(schema).all(|required| names.iter().any(|name| name == required));
            if !can_all_be_written || !has_all_required {
                let text = format!("Invalid write attributes specified while {} a client", act.name());
                return Err(ClientError::Setting(text));
            }
        }
        if self.read_attributes.as_ref().is_some_and(|names| !names.iter().all(exists)) {
            let text = format!("Invalid read attributes specified while {} a client", act.name());
            return Err(ClientError::Setting(text));
        }
        Ok(())
    }
}

fn required_and_mutable(schema: &Schema) -> impl Iterator<Item = &str> {
    schema
        .required()
        .filter(|name| schema.attribute(name).is_some_and(|attribute| attribute.mutable != Some(false)))
}
