//! What somebody fills in has the shapes of the API, as the model says them: a page is no way around them.

use domain::ids::ClientId;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::{AttributeType, ConfirmForgotPasswordRequest, DecodeError, Operation, SignUpRequest};

use super::view::PageError;

/// Whether the API would take this sign-up.
///
/// # Errors
/// What the page tells of a field that has another shape.
pub(super) fn sign_up(
    client_id: &ClientId,
    username: &str,
    password: Option<&str>,
    attributes: &[AttributeType],
) -> Result<(), PageError> {
    let request = json!({
        "ClientId": client_id, "Username": username, "Password": password, "UserAttributes": attributes,
    });
    check::<SignUpRequest>(Operation::SignUp, &request)
}

/// Whether the API would take this new password for a code.
///
/// # Errors
/// As [`sign_up`].
pub(super) fn reset(
    client_id: &ClientId,
    username: &str,
    code: &str,
    password: &str,
) -> Result<(), PageError> {
    let request = json!({
        "ClientId": client_id, "Username": username, "ConfirmationCode": code, "Password": password,
    });
    check::<ConfirmForgotPasswordRequest>(Operation::ConfirmForgotPassword, &request)
}

fn check<T: DeserializeOwned>(operation: Operation, request: &Value) -> Result<(), PageError> {
    match wire::decode::<T>(operation, request.to_string().as_bytes(), &wire::Limits::default()) {
        Ok(_) => Ok(()),
        Err(DecodeError::Validation(text) | DecodeError::Serialization(text)) => Err(told(text)),
    }
}

/// Of several violations the one of the first field is told.
fn told(text: String) -> PageError {
    let is_at = |member: &str| text.contains(&format!(" at '{member}' failed"));
    if is_at("username") {
        PageError::Attribute("username".to_owned())
    } else if is_at("confirmationCode") {
        PageError::CodeMismatch
    } else if is_at("password") {
        PageError::PasswordPolicy
    } else {
        PageError::Message(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_id() -> ClientId {
        ClientId::from("1example23456789".to_owned())
    }

    #[test]
    fn a_field_of_another_shape_is_told() {
        let long = "x".repeat(129);
        for (username, password, told) in [
            ("jane", Some("Passw0rd!"), None),
            ("jane", None, None),
            ("", Some("Passw0rd!"), Some(PageError::Attribute("username".to_owned()))),
            ("", Some(" "), Some(PageError::Attribute("username".to_owned()))),
            ("jane doe", Some("Passw0rd!"), Some(PageError::Attribute("username".to_owned()))),
            ("jane\n", Some("Passw0rd!"), Some(PageError::Attribute("username".to_owned()))),
            (&long, Some("Passw0rd!"), Some(PageError::Attribute("username".to_owned()))),
            ("jane", Some(" Passw0rd!"), Some(PageError::PasswordPolicy)),
            ("jane", Some(&"x".repeat(257)), Some(PageError::PasswordPolicy)),
        ] {
            assert_eq!(sign_up(&client_id(), username, password, &[]).err(), told, "{username} {password:?}");
        }
        for (code, password, told) in [
            ("123456", "Passw0rd!", None),
            ("", "Passw0rd!", Some(PageError::CodeMismatch)),
            ("1 2", "Passw0rd!", Some(PageError::CodeMismatch)),
            ("123456", "", Some(PageError::PasswordPolicy)),
        ] {
            assert_eq!(reset(&client_id(), "jane", code, password).err(), told, "{code} {password}");
        }
    }
}
