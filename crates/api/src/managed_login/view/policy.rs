//! The rules of a pool for passwords, in sentences.

use domain::user_pools::{PasswordChoice, check_password};
use wire::PasswordPolicyType;

use super::Texts;

/// A rule for passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyRule {
    /// The rule in words.
    pub(crate) text: String,
    /// Whether the last password kept it; nothing where there was none, or where it is not told.
    pub(crate) kept: Option<bool>,
}

/// The rules of a policy.
pub(crate) fn policy_sentences(texts: &Texts, policy: &PasswordPolicyType) -> Vec<PolicyRule> {
    rules(texts, policy).into_iter().map(|(text, _)| PolicyRule { text, kept: None }).collect()
}

/// The rules of a policy, and which of them this password keeps.
pub(crate) fn judged_policy(texts: &Texts, policy: &PasswordPolicyType, password: &str) -> Vec<PolicyRule> {
    rules(texts, policy)
        .into_iter()
        .map(|(text, rule)| PolicyRule {
            text,
            kept: rule.map(|rule| check_password(&rule, PasswordChoice::Later, password).is_ok()),
        })
        .collect()
}

/// Each rule in words, and as a policy that has no other. The history of passwords is no matter of one password.
fn rules(texts: &Texts, policy: &PasswordPolicyType) -> Vec<(String, Option<PasswordPolicyType>)> {
    // Without a length of its own a policy has the one that Cognito gives it.
    let none = PasswordPolicyType { minimum_length: Some(0), ..PasswordPolicyType::default() };
    let length = policy.minimum_length.unwrap_or(8);
    let length_only = PasswordPolicyType { minimum_length: Some(length), ..none.clone() };
    let mut rules = vec![(texts.policy_length(length), Some(length_only))];
    let mut add = |rule: Option<bool>, text: &String, only: Option<PasswordPolicyType>| {
        if rule == Some(true) {
            rules.push((text.clone(), only));
        }
    };
    add(
        policy.require_uppercase,
        &texts.policy_uppercase,
        Some(PasswordPolicyType { require_uppercase: Some(true), ..none.clone() }),
    );
    add(
        policy.require_lowercase,
        &texts.policy_lowercase,
        Some(PasswordPolicyType { require_lowercase: Some(true), ..none.clone() }),
    );
    add(
        policy.require_numbers,
        &texts.policy_number,
        Some(PasswordPolicyType { require_numbers: Some(true), ..none.clone() }),
    );
    add(
        policy.require_symbols,
        &texts.policy_symbol,
        Some(PasswordPolicyType { require_symbols: Some(true), ..none }),
    );
    add(policy.password_history_size.map(|size| size > 0), &texts.policy_history, None);
    rules
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    fn policy(strict: bool) -> PasswordPolicyType {
        PasswordPolicyType {
            minimum_length: Some(10),
            require_uppercase: Some(strict),
            require_lowercase: Some(strict),
            require_numbers: Some(strict),
            require_symbols: Some(strict),
            password_history_size: strict.then_some(3),
            ..PasswordPolicyType::default()
        }
    }

    #[test]
    fn each_rule_of_a_policy_is_a_sentence() {
        let texts = Texts::of(Language::English);
        let texts_of = |policy: &PasswordPolicyType| -> Vec<String> {
            policy_sentences(texts, policy).into_iter().map(|rule| rule.text).collect()
        };
        assert_eq!(
            texts_of(&policy(true)),
            [
                "At least 10 characters",
                "At least one uppercase letter",
                "At least one lowercase letter",
                "At least one number",
                "At least one special character or space",
                "Not one that you used recently",
            ]
        );
        assert_eq!(texts_of(&policy(false)), ["At least 10 characters"]);
        assert_eq!(texts_of(&PasswordPolicyType::default()), ["At least 8 characters"]);
        assert!(policy_sentences(texts, &policy(true)).iter().all(|rule| rule.kept.is_none()));
    }

    #[test]
    fn a_refused_password_is_held_against_each_rule() {
        // Length, upper case, lower case, numbers, symbols. Whether a password was used before is not told.
        let rows = [
            ("", [false, false, false, false, false]),
            ("abc", [false, false, true, false, false]),
            ("ABCDEFGHIJ", [true, true, false, false, false]),
            ("Abcdefgh1!", [true, true, true, true, true]),
            ("äöüäöüäöü1", [true, false, false, true, false]),
        ];
        for (password, expected) in rows {
            let rules = judged_policy(Texts::of(Language::German), &policy(true), password);
            let kept: Vec<Option<bool>> = rules.iter().map(|rule| rule.kept).collect();
            let expected: Vec<Option<bool>> = expected.map(Some).into_iter().chain([None]).collect();
            assert_eq!(kept, expected, "{password}");
        }
    }
}
