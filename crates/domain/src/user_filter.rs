//! The `Filter` of ListUsers: one attribute, `=` or `^=` (begins with), and a value in quotation marks.

/// What ListUsers looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFilter {
    /// What is compared.
    pub attribute: FilterAttribute,
    /// Whether the value is only the beginning.
    pub is_prefix: bool,
    /// What it is compared with.
    pub value: String,
}

/// The attributes that can be searched (API reference, ListUsers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterAttribute {
    /// The username, case counts.
    Username,
    /// The `sub`.
    Sub,
    /// `Enabled` or `Disabled`, case counts.
    Status,
    /// `cognito:user_status`: CONFIRMED and so on, case does not count.
    UserStatus,
    /// An attribute of this name, case does not count.
    Attribute(&'static str),
}

/// Why a filter was refused. The texts are the service's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Not of the form `attribute = "value"`.
    #[error("Error while parsing filter.")]
    Syntax,
    /// Cannot be searched.
    #[error("Invalid search attribute: {0}")]
    Attribute(String),
}

impl UserFilter {
    /// Reads a filter. An empty one looks for everybody.
    ///
    /// # Errors
    /// [`FilterError`].
    pub fn parse(filter: &str) -> Result<Option<Self>, FilterError> {
        let filter = filter.trim();
        if filter.is_empty() {
            return Ok(None);
        }
        let (left, right) = filter.split_once('=').ok_or(FilterError::Syntax)?;
        let (left, is_prefix) = left.strip_suffix('^').map_or((left, false), |left| (left, true));
        let name = left.trim().trim_matches('"');
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(FilterError::Syntax);
        }
        let attribute = match name {
            "username" => FilterAttribute::Username,
            "sub" => FilterAttribute::Sub,
            "status" => FilterAttribute::Status,
            "cognito:user_status" => FilterAttribute::UserStatus,
            "email" => FilterAttribute::Attribute("email"),
            "phone_number" => FilterAttribute::Attribute("phone_number"),
            "name" => FilterAttribute::Attribute("name"),
            "given_name" => FilterAttribute::Attribute("given_name"),
            "family_name" => FilterAttribute::Attribute("family_name"),
            "preferred_username" => FilterAttribute::Attribute("preferred_username"),
            other => return Err(FilterError::Attribute(other.to_owned())),
        };
        Ok(Some(Self { attribute, is_prefix, value: quoted(right.trim())? }))
    }
}

/// The text between quotation marks; `\"` stands for one, `\\` for a backslash.
fn quoted(text: &str) -> Result<String, FilterError> {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or(FilterError::Syntax)?;
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Err(FilterError::Syntax),
            '\\' => value.push(characters.next().ok_or(FilterError::Syntax)?),
            other => value.push(other),
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_as_the_service_reads_them() {
        let filter = |attribute, is_prefix, value: &str| {
            Ok(Some(UserFilter { attribute, is_prefix, value: value.into() }))
        };
        for (text, outcome) in [
            ("", Ok(None)),
            (r#"email = "a@b.example""#, filter(FilterAttribute::Attribute("email"), false, "a@b.example")),
            (r#"email="a=b""#, filter(FilterAttribute::Attribute("email"), false, "a=b")),
            (r#"given_name ^= "J""#, filter(FilterAttribute::Attribute("given_name"), true, "J")),
            (r#"username = "o\"k""#, filter(FilterAttribute::Username, false, "o\"k")),
            (r#""status"="Enabled""#, filter(FilterAttribute::Status, false, "Enabled")),
            (r#"cognito:user_status = "confirmed""#, filter(FilterAttribute::UserStatus, false, "confirmed")),
            (r#"sub ^= """#, filter(FilterAttribute::Sub, true, "")),
            ("email", Err(FilterError::Syntax)),
            ("email = x", Err(FilterError::Syntax)),
            (r#"email = "x" and name = "y""#, Err(FilterError::Syntax)),
            (r#"email = "x\""#, Err(FilterError::Syntax)),
            (r#"= "x""#, Err(FilterError::Syntax)),
            (r#"locale = "x""#, Err(FilterError::Attribute("locale".into()))),
        ] {
            assert_eq!(UserFilter::parse(text), outcome, "{text}");
        }
    }
}
