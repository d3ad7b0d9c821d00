//! Form fields: what a user's name is called, the attributes of a sign-up, and the terms beside it.

use super::Texts;

/// What may stand in the field for a user's name: the pool's settings decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    Username,
    Email,
    Phone,
    EmailOrPhone,
    UsernameOrEmail,
    UsernameOrPhone,
    UsernameEmailOrPhone,
}

impl NameKind {
    /// The label of the field.
    pub(super) fn label(self, texts: &Texts) -> &str {
        match self {
            Self::Username => &texts.username,
            Self::Email => &texts.email_address,
            Self::Phone => &texts.phone_number,
            Self::EmailOrPhone => &texts.email_or_phone,
            Self::UsernameOrEmail => &texts.username_or_email,
            Self::UsernameOrPhone => &texts.username_or_phone,
            Self::UsernameEmailOrPhone => &texts.username_email_or_phone,
        }
    }

    /// The keyboard that a phone shows. It is a hint and no rule, since a `sub` signs in as well.
    pub(super) fn input_mode(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Username
            | Self::EmailOrPhone
            | Self::UsernameOrEmail
            | Self::UsernameOrPhone
            | Self::UsernameEmailOrPhone => "text",
        }
    }
}

/// The `type` of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Email,
    Tel,
    Date,
    Url,
}

impl FieldKind {
    /// The kind that fits an attribute.
    pub(crate) fn of_attribute(name: &str) -> Self {
        match name {
            "email" => Self::Email,
            "phone_number" => Self::Tel,
            "birthdate" => Self::Date,
            "picture" | "profile" | "website" => Self::Url,
            _ => Self::Text,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Tel => "tel",
            Self::Date => "date",
            Self::Url => "url",
        }
    }
}

/// A field for an attribute, or for a username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The name that it is posted under.
    pub(crate) name: String,
    /// What people read.
    pub(crate) label: String,
    /// The `type` of the input.
    pub(crate) kind: FieldKind,
    /// What stands in it already.
    pub(crate) value: String,
    /// Whether it must be filled in.
    pub(crate) required: bool,
}

impl Field {
    /// An empty field for an attribute, posted under the attribute's name.
    pub(crate) fn of_attribute(texts: &Texts, name: &str, required: bool) -> Self {
        Self {
            name: name.to_owned(),
            label: attribute_label(texts, name),
            kind: FieldKind::of_attribute(name),
            value: String::new(),
            required,
        }
    }

    /// Whether the country code has to be asked for: Cognito takes numbers in E.164 form only.
    pub(super) fn is_phone_number(&self) -> bool {
        self.kind == FieldKind::Tel
    }

    /// What browsers may fill in (HTML, "Autofill").
    pub(super) fn autocomplete(&self) -> &'static str {
        match self.name.as_str() {
            "username" => "username",
            "address" => "street-address",
            "birthdate" => "bday",
            "email" => "email",
            "family_name" => "family-name",
            "gender" => "sex",
            "given_name" => "given-name",
            "locale" => "language",
            "middle_name" => "additional-name",
            "name" => "name",
            "nickname" => "nickname",
            "phone_number" => "tel",
            "picture" => "photo",
            "website" => "url",
            _ => "off",
        }
    }
}

/// What people call an attribute. A custom one is called what it is called.
pub(crate) fn attribute_label(texts: &Texts, name: &str) -> String {
    let label = match name {
        "username" => &texts.username,
        "address" => &texts.attribute_address,
        "birthdate" => &texts.attribute_birthdate,
        "email" => &texts.email_address,
        "family_name" => &texts.attribute_family_name,
        "gender" => &texts.attribute_gender,
        "given_name" => &texts.attribute_given_name,
        "locale" => &texts.attribute_locale,
        "middle_name" => &texts.attribute_middle_name,
        "name" => &texts.attribute_name,
        "nickname" => &texts.attribute_nickname,
        "phone_number" => &texts.phone_number,
        "picture" => &texts.attribute_picture,
        "preferred_username" => &texts.attribute_preferred_username,
        "profile" => &texts.attribute_profile,
        "website" => &texts.attribute_website,
        "zoneinfo" => &texts.attribute_zoneinfo,
        _ => {
            let name = name.strip_prefix("dev:").unwrap_or(name);
            return name.strip_prefix("custom:").unwrap_or(name).to_owned();
        }
    };
    label.clone()
}

/// Where the terms of an app client are, in the language of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TermsLinks {
    /// The address of the terms of use.
    pub(crate) terms_of_use: String,
    /// The address of the privacy policy.
    pub(crate) privacy_policy: String,
}

/// A part of the sentence on terms: text, or a link.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) href: Option<&'a str>,
}

impl TermsLinks {
    /// The sentence on terms with its links, which stand in another order in other languages.
    pub(super) fn sentence<'a>(&'a self, texts: &'a Texts) -> Vec<Piece<'a>> {
        let links = [
            ("{terms_of_use}", &texts.terms_of_use, &self.terms_of_use),
            ("{privacy_policy}", &texts.privacy_policy, &self.privacy_policy),
        ];
        let mut pieces = Vec::new();
        let mut rest = texts.terms.as_str();
        while let Some((at, (placeholder, text, href))) =
            links.iter().filter_map(|link| Some((rest.find(link.0)?, link))).min_by_key(|(at, _)| *at)
        {
            pieces.push(Piece { text: &rest[..at], href: None });
            pieces.push(Piece { text, href: Some(href) });
            rest = &rest[at + placeholder.len()..];
        }
        pieces.push(Piece { text: rest, href: None });
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn attributes_have_names_that_people_know() {
        let rows = [
            (Language::English, "given_name", "First name"),
            (Language::German, "email", "E-Mail-Adresse"),
            (Language::Japanese, "family_name", "姓"),
            (Language::German, "custom:shoe size", "shoe size"),
            (Language::French, "dev:custom:level", "level"),
            (Language::French, "unknown", "unknown"),
        ];
        for (language, name, expected) in rows {
            assert_eq!(attribute_label(Texts::of(language), name), expected);
        }
    }

    #[test]
    fn every_language_links_both_documents_in_its_sentence_on_terms() {
        let terms = TermsLinks { terms_of_use: "/terms".to_owned(), privacy_policy: "/privacy".to_owned() };
        for language in Language::ALL {
            let texts = Texts::of(language);
            let pieces = terms.sentence(texts);
            let href_of = |text: &str| {
                pieces
                    .iter()
                    .find(|piece| piece.text == text && piece.href.is_some())
                    .and_then(|piece| piece.href)
            };
            assert_eq!(href_of(&texts.terms_of_use), Some("/terms"), "{language:?}");
            assert_eq!(href_of(&texts.privacy_policy), Some("/privacy"), "{language:?}");
            let sentence: String = pieces.iter().map(|piece| piece.text).collect();
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }
}
