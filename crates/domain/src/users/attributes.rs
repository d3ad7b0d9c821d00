//! Attribute values that a user is given: whether the pool's schema has them, and their form.

use std::collections::BTreeMap;

use wire::{AttributeDataType, AttributeType, SchemaAttributeType};

use crate::user_pools::Schema;

/// Why attributes were refused. The texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// Some attributes that a user begins with do not fit the schema; one line for each.
    #[error("Attributes did not conform to the schema: {0}")]
    Schema(String),
    /// Some new values do not fit the schema; one line for each, as seen in live refusals.
    #[error("{0}")]
    Update(String),
    /// Some attributes that are to go do not exist; one line for each, as seen in a live refusal.
    #[error("Invalid user attributes: {0}")]
    Deletion(String),
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
}

impl AttributeError {
    /// An attribute that must stay, with a blank value. In these words the service refuses a provider that says so; around
    /// them are those of other updates.
    pub(super) fn blank(name: &str) -> Self {
        Self::Update(format!("user.{name}: {MUST_STAY}\n"))
    }

    /// An attribute that must stay, to be deleted. As above.
    pub(super) fn deleted(name: &str) -> Self {
        Self::Deletion(format!("user.{name}: {MUST_STAY}\n"))
    }

    /// Attributes to be deleted that do not exist.
    pub(super) fn not_to_delete<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self::Deletion(names.map(|name| format!("user.{name}: {UNKNOWN}\n")).collect())
    }
}

/// What is said of attributes that the schema does not have.
const UNKNOWN: &str = "Attribute does not exist in the schema.";
/// What is said of attributes that the schema requires.
pub(crate) const MUST_STAY: &str = "Required attribute cannot be deleted";

/// What attributes are given for: refusals differ by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occasion {
    /// A user begins with them.
    Beginning,
    /// A user who exists gets new values.
    Update,
}

impl Occasion {
    /// The line for an attribute that the schema does not have.
    fn unknown(self, name: &str) -> String {
        let is_custom = name.starts_with("custom:") || name.starts_with("dev:custom:");
        match self {
            Self::Beginning if is_custom => format!("Type for attribute {{{name}}} could not be determined"),
            Self::Beginning => format!("{name}: {UNKNOWN}\n"),
            Self::Update => format!("user.{name}: {UNKNOWN}\n"),
        }
    }

    /// The line for a value that does not fit. In an update it has no end of its own, as seen in a live refusal.
    fn misfit(self, name: &str, complaint: &str) -> String {
        match self {
            Self::Beginning => format!("{name}: {complaint}\n"),
            Self::Update => format!("user.{name}: {complaint}"),
        }
    }

    /// All lines together.
    fn refused(self, lines: &[String]) -> AttributeError {
        match self {
            Self::Beginning => AttributeError::Schema(lines.concat()),
            Self::Update => AttributeError::Update(lines.iter().fold(String::new(), |told, line| {
                let between = if told.is_empty() || told.ends_with('\n') { "" } else { "\n" };
                told + between + line
            })),
        }
    }
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
    checked(schema, given, &NOT_BY_USERS, Occasion::Beginning)
}

/// Checks the new values that a user gives.
///
/// # Errors
/// [`AttributeError`]; all that the schema has against the request stands in one message.
pub(super) fn check_update(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<BTreeMap<String, String>, AttributeError> {
    checked(schema, given, &NOT_BY_USERS, Occasion::Update)
}

/// Checks the new values that an administrator gives a user.
///
/// # Errors
/// [`AttributeError`]; all that the schema has against the request stands in one message.
pub(super) fn check_update_by_admin(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<BTreeMap<String, String>, AttributeError> {
    checked(schema, given, &NOT_BY_ADMINS, Occasion::Update)
}

/// Checks the attributes that an administrator gives a new user.
///
/// # Errors
/// [`AttributeError`]; all that the schema has against the request stands in one message.
pub(super) fn check_given_by_admin(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<BTreeMap<String, String>, AttributeError> {
    checked(schema, given, &NOT_BY_ADMINS, Occasion::Beginning)
}

/// Checks the attributes that an identity provider fills.
///
/// # Errors
/// [`AttributeError::Schema`]; all that the schema has against them stands in one message.
pub(crate) fn check_given_by_provider(
    schema: &Schema,
    given: &[AttributeType],
) -> Result<(), AttributeError> {
    checked(schema, given, &[], Occasion::Beginning).map(drop)
}

/// What users do not set: the service does, and of addresses administrators may.
const NOT_BY_USERS: [&str; 4] = ["sub", "email_verified", "phone_number_verified", "identities"];
/// What administrators do not set either.
const NOT_BY_ADMINS: [&str; 2] = ["sub", "identities"];

fn checked(
    schema: &Schema,
    given: &[AttributeType],
    of_service: &[&str],
    occasion: Occasion,
) -> Result<BTreeMap<String, String>, AttributeError> {
    let mut attributes = BTreeMap::new();
    let mut lines = Vec::new();
    for AttributeType { name, value } in given {
        if of_service.contains(&name.as_str()) {
            return Err(AttributeError::NonMutable(name.clone()));
        }
        let value = value.clone().unwrap_or_default();
        match schema.attribute(name) {
            None => lines.push(occasion.unknown(name)),
            Some(known) => {
                lines.extend(complaint(known, &value).map(|complaint| occasion.misfit(name, &complaint)));
            }
        }
        attributes.insert(name.clone(), value);
    }
    if lines.is_empty() { Ok(attributes) } else { Err(occasion.refused(&lines)) }
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

/// Whether a text is a Boolean, and which. Administrators write them as their language does.
pub fn boolean(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|value| text.eq_ignore_ascii_case(&value.to_string()))
}

/// What is wrong with a value, if anything. Of these the service's words for a text that is too long are known.
fn complaint(known: &SchemaAttributeType, value: &str) -> Option<String> {
    let complain = |what: &str| Some(what.to_owned());
    match known.attribute_data_type? {
        AttributeDataType::String => {
            let lengths = known.string_attribute_constraints.as_ref();
            let limit = |text: Option<&String>| text.and_then(|text| text.parse::<usize>().ok());
            let length = value.chars().count();
            let min = limit(lengths.and_then(|lengths| lengths.min_length.as_ref())).unwrap_or(0);
            let max = limit(lengths.and_then(|lengths| lengths.max_length.as_ref())).unwrap_or(2048);
            if length < min {
                Some(format!("String must be no shorter than {min} characters"))
            } else if length > max {
                Some(format!("String must be no longer than {max} characters"))
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
        AttributeDataType::Boolean if boolean(value).is_none() => complain("Value is not a boolean"),
        AttributeDataType::Boolean => None,
        AttributeDataType::DateTime => {
            let is_date = chrono::DateTime::parse_from_rfc3339(value).is_ok() || value.parse::<i64>().is_ok();
            if is_date { None } else { complain("Value is not a date") }
        }
    }
}
