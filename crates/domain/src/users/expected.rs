//! What users of a pool have as far as its settings tell: a name that nobody has is answered as if it were such a user.
//!
//! Source: developer guide, "Managing user existence error responses".

use wire::{AliasAttributeType, UsernameAttributeType, VerifiedAttributeType};

use super::{is_email, is_phone_number};
use crate::user_pools::UserPool;

/// The addresses that a user of this name is expected to have, a telephone number first: those that the pool requires or signs in
/// by, else the one that it verifies, of two the e-mail address. At least one: a pool that asks for none knows its users by e-mail.
pub fn expected_addresses(pool: &UserPool, name: &str) -> Vec<VerifiedAttributeType> {
    let settings = &pool.settings;
    let expects = |attribute: &VerifiedAttributeType| {
        let (alias, username, is_name) = match attribute {
            VerifiedAttributeType::Email => {
                (AliasAttributeType::Email, UsernameAttributeType::Email, is_email(name))
            }
            VerifiedAttributeType::PhoneNumber => {
                (AliasAttributeType::PhoneNumber, UsernameAttributeType::PhoneNumber, is_phone_number(name))
            }
        };
        let is_required = pool.schema.required().any(|required| required == attribute.as_str());
        let signs_in = settings.has_username_attribute(username) && is_name;
        is_required || signs_in || settings.has_alias(alias)
    };
    let expected: Vec<_> = [VerifiedAttributeType::PhoneNumber, VerifiedAttributeType::Email]
        .into_iter()
        .filter(expects)
        .collect();
    let verifies = |attribute| settings.auto_verifies(attribute);
    if !expected.is_empty() {
        expected
    } else if verifies(VerifiedAttributeType::PhoneNumber) && !verifies(VerifiedAttributeType::Email) {
        vec![VerifiedAttributeType::PhoneNumber]
    } else {
        vec![VerifiedAttributeType::Email]
    }
}

/// An address for a name that nobody has, the same each time for the same secret `seed`: the name itself where it is one, else
/// one that is made up. It is shown masked, and nothing is sent to it.
pub fn made_up_address(pool: &UserPool, attribute: VerifiedAttributeType, name: &str, seed: &[u8]) -> String {
    let name = pool.name_key(name);
    let byte = |index: usize| usize::from(seed.get(index).copied().unwrap_or_default());
    let letter = |index: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[byte(index) % 26]);
    match attribute {
        VerifiedAttributeType::Email if is_email(&name) => name,
        VerifiedAttributeType::PhoneNumber if is_phone_number(&name) => name,
        VerifiedAttributeType::Email => {
            // Most people's addresses begin as their names do, and some do not.
            let initial = name.chars().next().filter(|first| first.is_ascii_alphanumeric());
            let initial = initial.filter(|_| byte(0) % 4 != 0).unwrap_or_else(|| letter(1));
            format!("{initial}@{}", letter(2))
        }
        VerifiedAttributeType::PhoneNumber => {
            let digits: String = (0..4).map(|index| char::from(b'0' + (byte(index) % 10) as u8)).collect();
            format!("+1555555{digits}")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::pool;

    const EMAIL: VerifiedAttributeType = VerifiedAttributeType::Email;
    const PHONE: VerifiedAttributeType = VerifiedAttributeType::PhoneNumber;

    #[test]
    fn addresses_are_expected_as_the_settings_ask_for_them() {
        let sender = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
        let verified =
            |names: &[&str]| json!({ "AutoVerifiedAttributes": names, "SmsConfiguration": sender });
        let required = |name: &str| json!({ "Schema": [{ "Name": name, "Required": true }] });
        for (settings, name, expected) in [
            (json!({}), "jane", vec![EMAIL]),
            (json!({}), "jane@example.com", vec![EMAIL]),
            (required("phone_number"), "jane", vec![PHONE]),
            (required("email"), "jane", vec![EMAIL]),
            (verified(&["email", "phone_number"]), "jane", vec![EMAIL]),
            (verified(&["phone_number"]), "jane", vec![PHONE]),
            (json!({ "AliasAttributes": ["phone_number"] }), "jane", vec![PHONE]),
            (json!({ "UsernameAttributes": ["email", "phone_number"] }), "+15555550100", vec![PHONE]),
            (json!({ "UsernameAttributes": ["email", "phone_number"] }), "jane@example.com", vec![EMAIL]),
            (json!({ "UsernameAttributes": ["phone_number"] }), "jane", vec![EMAIL]),
        ] {
            assert_eq!(expected_addresses(&pool(&settings), name), expected, "{settings} {name}");
        }
    }

    #[test]
    fn made_up_addresses_have_the_form_of_addresses_and_stay() {
        let pool = pool(&json!({}));
        let email = |name: &str, seed: &[u8]| made_up_address(&pool, EMAIL, name, seed);
        assert_eq!(email("jane@example.com", b"seed"), "jane@example.com");
        assert_eq!(email("jane", &[1, 2, 3]), "j@d");
        assert_eq!(email("jane", &[4, 2, 3]), "c@d");
        assert_eq!(email("Ödön", &[1, 2, 3]), "c@d");
        assert_eq!(made_up_address(&pool, PHONE, "jane", &[1, 12, 255, 9]), "+15555551259");
        assert_eq!(made_up_address(&pool, PHONE, "+15555550100", b"seed"), "+15555550100");
    }
}
