//! Attribute values that a user is given: whether the pool's schema has them, and their form.

use std::collections::BTreeMap;

use wire::{AttributeDataType, AttributeType, SchemaAttributeType};

use crate::user_pools::Schema;

/// Why attributes were refused. The texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// Some attributes do not fit the schema; one line for each.
    #[error("Attributes did not conform to the schema: {0}")]
    Schema(String),
    /// Not an e-mail address.
    #[error("Invalid email address format.")]
    Email,
    /// Not a telephone number in E.164 form.
    #[error("Invalid phone number format.")]
    PhoneNumber,
    /// The app client may not write this attribute.
    #[error("A client attempted to write unauthorized attribute")]
    Unauthorized,
    /// Only the service itself sets this attribute.
    #[error("Cannot modify the non-mutable attribute {0}")]
    NonMutable(String),
    /// The schema says that it never changes.
    #[error("user.{0}: Attribute cannot be updated.")]
    Immutable(String),
    /// The schema requires it: it cannot be deleted. The service's text is not known.
    #[error("user.{0}: Attribute is required and cannot be deleted.")]
    Required(String),
}

/// Whether `text` has the form of an e-mail address: one `@` between two parts without spaces, a dot inside the domain.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty()
        && !domain.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty())
}

/// Whether `text` is `+` and up to fifteen digits (E.164).
pub fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// Checks the attributes that a user signs up with. The last of two values for one name counts.
///
/// # Errors
/// [`AttributeError`]; all that the schema has against the request stands in one message.
pub(super) fn check_new(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<BTreeMap<String, String>, AttributeError> {
    let of_service = ["sub", "email_verified", "phone_number_verified", "identities"];
    checked(schema, given, &of_service)
}

/// Checks the attributes that an administrator gives a user.
///
/// # Errors
/// [`AttributeError`]; all that the schema has against the request stands in one message.
pub(super) fn check_given_by_admin(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<BTreeMap<String, String>, AttributeError> {
    checked(schema, given, &["sub", "identities"])
}

/// Checks the attributes that an identity provider fills.
///
/// # Errors
/// [`AttributeError::Schema`]; all that the schema has against them stands in one message.
pub(crate) fn check_given_by_provider(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<(), AttributeError> {
    checked(schema, given, &[]).map(drop)
}

fn checked(
    schema: &Schema,
    given: &[AttributeType],
    of_service: &[&str],
) -> Result<BTreeMap<String, String>, AttributeError> {
    let mut attributes = BTreeMap::new();
    let mut complaints = String::new();
    for AttributeType { name, value } in given {
        if of_service.contains(&name.as_str()) {
            return Err(AttributeError::NonMutable(name.clone()));
        }
        let value = value.clone().unwrap_or_default();
        match schema.attribute(name) {
            None if name.starts_with("custom:") || name.starts_with("dev:custom:") => {
                complaints.push_str(&format!("Type for attribute {{{name}}} could not be determined"));
            }
            None => complaints.push_str(&format!("{name}: Attribute does not exist in the schema.\n")),
            Some(known) => complaints.extend(complaint(name, known, &value)),
        }
        attributes.insert(name.clone(), value);
    }
    if complaints.is_empty() { Ok(attributes) } else { Err(AttributeError::Schema(complaints)) }
}

/// Checks the form of addresses and that nothing that the schema requires is missing. For users whose name is one of
/// their attributes this comes after the name was filled in.
pub(super) fn check_complete(
    schema: &Schema,
    attributes: &BTreeMap<String, String>,
) -> Result<(), AttributeError> {
    check_form(attributes)?;
    let missing: String = schema
        .required()
        .filter(|name| attributes.get(*name).is_none_or(String::is_empty))
        .map(|name| format!("{name}: The attribute is required\n"))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(AttributeError::Schema(missing)) }
}

/// Checks the form of addresses.
pub(super) fn check_form(attributes: &BTreeMap<String, String>) -> Result<(), AttributeError> {
    if attributes.get("email").is_some_and(|email| !is_email(email)) {
        return Err(AttributeError::Email);
    }
    if attributes.get("phone_number").is_some_and(|number| !is_phone_number(number)) {
        return Err(AttributeError::PhoneNumber);
    }
    Ok(())
}

/// What is wrong with a value, if anything. The wording of these lines is not documented.
fn complaint(name: &str, known: &SchemaAttributeType, value: &str) -> Option<String> {
    let complain = |what: &str| Some(format!("{name}: {what}\n"));
    match known.attribute_data_type? {
        AttributeDataType::String => {
            let lengths = known.string_attribute_constraints.as_ref();
            let limit = |text: Option<&String>| text.and_then(|text| text.parse::<usize>().ok());
            let length = value.chars().count();
            if limit(lengths.and_then(|lengths| lengths.min_length.as_ref())).is_some_and(|min| length < min)
            {
                return complain("String must be longer than or equal to its minimum length");
            }
            let max = limit(lengths.and_then(|lengths| lengths.max_length.as_ref())).unwrap_or(2048);
            if length > max {
                complain("String must be shorter than or equal to its maximum length")
            } else {
                None
            }
        }
        AttributeDataType::Number => {
            let Ok(number) = value.parse::<i128>() else { return complain("Value is not a number") };
            let values = known.number_attribute_constraints.as_ref();
            let limit = |text: Option<&String>| text.and_then(|text| text.parse::<i128>().ok());
            let below =
                limit(values.and_then(|values| values.min_value.as_ref())).is_some_and(|min| number < min);
            let above =
                limit(values.and_then(|values| values.max_value.as_ref())).is_some_and(|max| number > max);
            if below || above { complain("Number is out of range") } else { None }
        }
        AttributeDataType::Boolean if !matches!(value, "true" | "false") => {
            complain("Value is not a boolean")
        }
        AttributeDataType::Boolean => None,
        AttributeDataType::DateTime => {
            let is_date = chrono::DateTime::parse_from_rfc3339(value).is_ok() || value.parse::<i64>().is_ok();
            if is_date { None } else { complain("Value is not a date") }
        }
    }
}
