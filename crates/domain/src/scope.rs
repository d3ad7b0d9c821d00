//! Whose resources a signed call sees: those of one account in one region.

/// An account and a region. Pools of another account or region do not exist for a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Twelve digits.
    pub account: String,
    /// Such as `us-east-1`.
    pub region: String,
}

impl Scope {
    /// The account when the access key id does not name one.
    pub const DEFAULT_ACCOUNT: &str = "000000000000";
    /// The region when the call names none.
    pub const DEFAULT_REGION: &str = "us-east-1";

    /// The scope of credentials: the access key id is the account when it is twelve digits.
    pub fn of_credentials(access_key_id: &str, region: &str) -> Self {
        let is_account = access_key_id.len() == 12 && access_key_id.bytes().all(|byte| byte.is_ascii_digit());
        let account = if is_account { access_key_id } else { Self::DEFAULT_ACCOUNT };
        Self { account: account.to_owned(), region: region.to_owned() }
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::of_credentials(Self::DEFAULT_ACCOUNT, Self::DEFAULT_REGION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twelve_digit_access_key_is_the_account() {
        for (key, account) in [
            ("123456789012", "123456789012"),
            ("test", "000000000000"),
            ("AKIAIOSFODNN7EXAMPLE", "000000000000"),
            ("12345678901a", "000000000000"),
        ] {
            assert_eq!(Scope::of_credentials(key, "eu-west-1").account, account, "{key}");
        }
    }
}
