//! Rust names for the names of the model.
//!
//! Not a general case converter: it knows the words of this one API.

const KEYWORDS: [&str; 3] = ["type", "match", "enum"];

/// A field: `AllowedOAuthFlows` becomes `allowed_oauth_flows`, `CallbackURLs` becomes `callback_urls`.
pub(crate) fn snake_case(name: &str) -> String {
    let name = name.replace("OAuth", "Oauth").replace("URLs", "Urls");
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let after_small = index > 0 && !letters[index - 1].is_ascii_uppercase();
        let before_small = letters.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && index > 0 && (after_small || before_small) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    if KEYWORDS.contains(&snake.as_str()) { format!("r#{snake}") } else { snake }
}

/// What serde's `rename_all = "PascalCase"` makes of a field.
pub(crate) fn pascal_case(field: &str) -> String {
    field.trim_start_matches("r#").split('_').map(capitalised).collect()
}

/// A variant: `ADMIN_NO_SRP_AUTH` becomes `AdminNoSrpAuth`, `InProgress` stays, `V1_0` stays.
pub(crate) fn variant(value: &str) -> String {
    let shouted = !value.contains(|letter: char| letter.is_ascii_lowercase());
    let mut variant = String::new();
    for word in value.split(['_', '-', ' ', '.']) {
        let word = if shouted { word.to_ascii_lowercase() } else { word.to_owned() };
        let digits_meet = variant.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit());
        if digits_meet {
            variant.push('_');
        }
        variant += &capitalised(&word);
    }
    variant
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_read_as_words() {
        for (name, field) in [
            ("UserPoolId", "user_pool_id"),
            ("CallbackURLs", "callback_urls"),
            ("MFAOptions", "mfa_options"),
            ("AllowedOAuthFlowsUserPoolClient", "allowed_oauth_flows_user_pool_client"),
            ("SMSMfaSettings", "sms_mfa_settings"),
            ("KMSKeyID", "kms_key_id"),
            ("AWSAccountId", "aws_account_id"),
            ("CSSVersion", "css_version"),
            ("DefaultRedirectURI", "default_redirect_uri"),
            ("S3Bucket", "s3_bucket"),
        ] {
            assert_eq!(snake_case(name), field);
        }
    }

    #[test]
    fn variants_read_as_words() {
        for (value, name) in [
            ("ADMIN_NO_SRP_AUTH", "AdminNoSrpAuth"),
            ("phone_number", "PhoneNumber"),
            ("InProgress", "InProgress"),
            ("V1_0", "V1_0"),
        ] {
            assert_eq!(variant(value), name);
        }
    }
}
