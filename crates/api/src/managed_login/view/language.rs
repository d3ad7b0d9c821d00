//! The languages of the pages, and which of them a visitor gets.

use std::cmp::Reverse;

/// A language of managed login (developer guide, "Managed login localization").
/// That list does not have Dutch, but terms have links in it (`LanguageIdType` of the model).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    German,
    English,
    Spanish,
    French,
    Indonesian,
    Italian,
    Japanese,
    Korean,
    Dutch,
    PortugueseBrazil,
    ChineseSimplified,
    ChineseTraditional,
}

impl Language {
    /// All of them, in the order of their codes.
    pub(crate) const ALL: [Self; 12] = [
        Self::German,
        Self::English,
        Self::Spanish,
        Self::French,
        Self::Indonesian,
        Self::Italian,
        Self::Japanese,
        Self::Korean,
        Self::Dutch,
        Self::PortugueseBrazil,
        Self::ChineseSimplified,
        Self::ChineseTraditional,
    ];

    /// The value of the parameter `lang`, which is a language tag of HTML too.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Indonesian => "id",
            Self::Italian => "it",
            Self::Japanese => "ja",
            Self::Korean => "ko",
            Self::Dutch => "nl",
            Self::PortugueseBrazil => "pt-BR",
            Self::ChineseSimplified => "zh-CN",
            Self::ChineseTraditional => "zh-TW",
        }
    }

    /// What the language calls itself.
    pub(crate) fn endonym(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::Indonesian => "Bahasa Indonesia",
            Self::Italian => "Italiano",
            Self::Japanese => "日本語",
            Self::Korean => "한국어",
            Self::Dutch => "Nederlands",
            Self::PortugueseBrazil => "Português (Brasil)",
            Self::ChineseSimplified => "简体中文",
            Self::ChineseTraditional => "繁體中文",
        }
    }

    /// The key of this language in the links of CreateTerms (`LanguageIdType` of the model).
    pub(crate) fn terms_key(self) -> &'static str {
        match self {
            Self::German => "cognito:german",
            Self::English => "cognito:english",
            Self::Spanish => "cognito:spanish",
            Self::French => "cognito:french",
            Self::Indonesian => "cognito:bahasa-indonesia",
            Self::Italian => "cognito:italian",
            Self::Japanese => "cognito:japanese",
            Self::Korean => "cognito:korean",
            Self::Dutch => "cognito:dutch",
            Self::PortugueseBrazil => "cognito:portuguese-brazil",
            Self::ChineseSimplified => "cognito:chinese-simplified",
            Self::ChineseTraditional => "cognito:chinese-traditional",
        }
    }

    /// The language of this code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The language of a page: the parameter `lang`, else the cookie `lang`, else what the browser likes best of
    /// ours (`Accept-Language`), else English. What is no language of ours is passed over.
    pub(crate) fn negotiate(parameter: Option<&str>, cookie: Option<&str>, accepted: Option<&str>) -> Self {
        parameter
            .and_then(Self::from_code)
            .or_else(|| cookie.and_then(Self::from_code))
            .or_else(|| accepted.and_then(Self::accepted))
            .unwrap_or(Self::English)
    }

    /// The first of ours in an `Accept-Language` header, by weight (RFC 9110, section 12.5.4).
    fn accepted(header: &str) -> Option<Self> {
        let mut ranges: Vec<(&str, u16)> = header
            .split(',')
            .map(|range| {
                let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
                (tag.trim(), thousandths(weight))
            })
            .filter(|(_, weight)| *weight > 0)
            .collect();
        // Stable: of equal weights the first one stands.
        ranges.sort_by_key(|(_, weight)| Reverse(*weight));
        ranges.into_iter().find_map(|(tag, _)| Self::of_tag(tag))
    }

    /// The language of ours that is closest to a tag (RFC 5646): Portuguese is Brazilian, Chinese goes by its script.
    fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        match parts.next()? {
            // The script goes before the region, and stands before it.
            "zh" => match parts.find(|part| ["hans", "hant", "tw", "hk", "mo"].contains(part)) {
                None | Some("hans") => Some(Self::ChineseSimplified),
                Some(_) => Some(Self::ChineseTraditional),
            },
            "pt" => Some(Self::PortugueseBrazil),
            // The code of Indonesian until 1989, which old browsers send.
            "in" => Some(Self::Indonesian),
            primary => Self::from_code(primary),
        }
    }
}

/// `q=0.8` in thousandths; zero for what cannot be read.
fn thousandths(weight: &str) -> u16 {
    let number = weight.trim().strip_prefix("q=").and_then(|number| number.parse::<f32>().ok());
    number.filter(|number| (0.0..=1.0).contains(number)).map_or(0, |number| (number * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_parameter_goes_before_the_cookie_and_the_cookie_before_the_browser() {
        let rows = [
            (Some("de"), Some("fr"), Some("ja"), Language::German),
            (None, Some("fr"), Some("ja"), Language::French),
            (None, None, Some("ja"), Language::Japanese),
            (None, None, None, Language::English),
            (Some("xx"), Some("fr"), None, Language::French),
            (Some(""), Some("xx"), Some("ko"), Language::Korean),
            (Some("pt-br"), None, None, Language::PortugueseBrazil),
            // The parameter is a code of ours, not a range.
            (Some("pt"), None, Some("it"), Language::Italian),
        ];
        for (parameter, cookie, accepted, expected) in rows {
            let language = Language::negotiate(parameter, cookie, accepted);
            assert_eq!(language, expected, "{parameter:?} {cookie:?} {accepted:?}");
        }
    }

    #[test]
    fn a_browser_gets_what_it_likes_best_of_ours() {
        let rows = [
            ("en-US,en;q=0.9", Language::English),
            ("nb-NO, fr-CA;q=0.7, de;q=0.8", Language::German),
            ("it;q=0.5,de;q=0.5", Language::Italian),
            ("de;q=0, es;q=0.1", Language::Spanish),
            ("zh", Language::ChineseSimplified),
            ("zh-SG", Language::ChineseSimplified),
            ("zh-Hans-HK", Language::ChineseSimplified),
            ("zh-Hant", Language::ChineseTraditional),
            ("zh-TW,zh;q=0.9", Language::ChineseTraditional),
            ("zh-HK", Language::ChineseTraditional),
            ("PT-pt", Language::PortugueseBrazil),
            ("in-ID", Language::Indonesian),
            ("*", Language::English),
            ("nb, *;q=0.5", Language::English),
            ("de;q=often, it;q=nan, es;q=7, fr;q=0.2", Language::French),
            ("de; q=0.3 , fr ; q=0.4", Language::French),
            (",;;q=,-", Language::English),
            ("", Language::English),
        ];
        for (header, expected) in rows {
            assert_eq!(Language::negotiate(None, None, Some(header)), expected, "{header}");
        }
    }

    #[test]
    fn codes_and_keys_of_terms_are_the_services() {
        let codes = Language::ALL.map(Language::code);
        assert_eq!(codes, ["de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW"]);
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
            let terms = serde_json::json!({
                "UserPoolId": "us-east-1_aaaaaaaaa",
                "ClientId": "aaaaaaaaaaaaaaaaaaaaaaaaaa",
                "TermsName": "terms-of-use",
                "TermsSource": "LINK",
                "Enforcement": "NONE",
                "Links": { language.terms_key(): "https://example.com" },
            });
            let body = terms.to_string();
            let read = wire::decode::<wire::CreateTermsRequest>(
                wire::Operation::CreateTerms,
                body.as_bytes(),
                &wire::Limits::default(),
            );
            assert!(read.is_ok(), "{} {read:?}", language.terms_key());
        }
    }
}
