//! What templates of messages must hold beyond the patterns of the model.

use super::{PoolSettings, UserPoolError};

/// The marks of a link in a template, `{##its words##}`: what stands before them, the words, and what stands behind. A link
/// has words; `{####}` is the place of a code.
pub fn link_marks(template: &str) -> Option<(&str, &str, &str)> {
    const BEGIN: &str = "{##";
    const END: &str = "##}";
    let mut from = 0;
    while let Some(begin) = template[from..].find(BEGIN).map(|at| from + at) {
        from = begin + BEGIN.len();
        let rest = &template[from..];
        let end = rest.find(END)?;
        if end > 0 {
            return Some((&template[..begin], &rest[..end], &rest[end + END.len()..]));
        }
    }
    None
}

impl PoolSettings {
    /// A message by link has a place for the link, also where codes are sent: seen in live refusals with either
    /// `DefaultEmailOption`.
    pub(super) fn check_link_message(&self) -> Result<(), UserPoolError> {
        let template = self.verification_message_template.as_ref();
        match template.and_then(|template| template.email_message_by_link.as_deref()) {
            Some(text) if link_marks(text).is_none() => {
                Err(UserPoolError::setting("The message is invalid."))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Two members that show the same text, after a request set them. Given both, the one that differs from `before` counts, and
/// the second if both do: Terraform sends the old value of one beside the new value of the other, either way round.
pub(super) fn mirror(
    one: &mut Option<String>,
    other: &mut Option<String>,
    (one_before, other_before): (Option<&String>, Option<&String>),
) {
    match (&one, &other) {
        (Some(text), None) => *other = Some(text.clone()),
        (None, Some(text)) => *one = Some(text.clone()),
        (Some(text), Some(other_text)) => {
            if Some(text) != one_before && Some(other_text) == other_before {
                *other = Some(text.clone());
            } else {
                *one = Some(other_text.clone());
            }
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_words() {
        for (template, marks) in [
            ("{##here##}", Some(("", "here", ""))),
            ("Hi, {##Verify Email##}!", Some(("Hi, ", "Verify Email", "!"))),
            ("{####} {##b##}", Some(("{####} ", "b", ""))),
            ("{##a##}{##b##}", Some(("", "a", "{##b##}"))),
            ("é{## ##}é", Some(("é", " ", "é"))),
            ("{####}", None),
            ("{####}{##", None),
            ("{##open", None),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(link_marks(template), marks, "{template}");
        }
    }

    #[test]
    fn of_two_texts_the_changed_one_counts() {
        for (one, other, before, outcome) in [
            (Some("a"), None, (None, None), Some("a")),
            (None, Some("b"), (Some("a"), Some("a")), Some("b")),
            (None, None, (Some("a"), Some("a")), None),
            (Some("a"), Some("b"), (None, None), Some("b")),
            (Some("old"), Some("new"), (Some("old"), Some("old")), Some("new")),
            (Some("new"), Some("old"), (Some("old"), Some("old")), Some("new")),
            (Some("a"), Some("b"), (Some("old"), Some("old")), Some("b")),
            // Kept by an older version, which let them differ.
            (Some("a"), Some("b"), (Some("a"), Some("b")), Some("b")),
            (Some("new"), Some("b"), (Some("a"), Some("b")), Some("new")),
        ] {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let (mut first, mut second) = (text(one), text(other));
            let (first_before, second_before) = (text(before.0), text(before.1));
            mirror(&mut first, &mut second, (first_before.as_ref(), second_before.as_ref()));
            assert_eq!(
                (first.as_deref(), second.as_deref()),
                (outcome, outcome),
                "{one:?} {other:?} {before:?}"
            );
        }
    }
}
