//! The files of texts.

use std::collections::BTreeMap;

use super::super::texts::file;
use super::super::{Language, Texts};

fn texts_by_name(language: Language) -> BTreeMap<String, String> {
    serde_json::from_str(file(language)).unwrap_or_else(|error| panic!("{language:?}: {error}"))
}

/// The names in braces, in order.
fn placeholders(text: &str) -> Vec<String> {
    let names = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default().to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn every_language_has_every_text_and_no_other() {
    let english = texts_by_name(Language::English);
    for (position, language) in Language::ALL.into_iter().enumerate() {
        let read: Result<Texts, _> = serde_json::from_str(file(language));
        assert!(read.is_ok(), "{language:?}: {read:?}");
        assert_eq!(language as usize, position, "the texts are found by the place of their language");
        let texts = texts_by_name(language);
        assert!(texts.keys().eq(english.keys()));
        assert_eq!(Texts::of(language).sign_in, texts["sign_in"]);
    }
}

#[test]
fn no_text_is_empty() {
    for language in Language::ALL {
        for (name, text) in texts_by_name(language) {
            assert!(!text.is_empty() && text.trim() == text, "{language:?} {name}: {text:?}");
        }
    }
}

#[test]
fn values_have_a_place_where_they_have_one_in_english() {
    let english = texts_by_name(Language::English);
    for language in Language::ALL {
        for (name, text) in texts_by_name(language) {
            assert_eq!(placeholders(&text), placeholders(&english[&name]), "{language:?} {name}");
        }
    }
}

#[test]
fn only_english_is_english() {
    let english = texts_by_name(Language::English);
    for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
        let texts = texts_by_name(language);
        let same: Vec<&String> = texts.keys().filter(|name| texts[*name] == english[*name]).collect();
        // "Code", "Password" and the like are the same words elsewhere.
        assert!(same.len() * 20 < texts.len(), "{language:?}: {same:?}");
    }
}

/// People who speak to their computer say what they see (WCAG 2.2, criterion 2.5.3).
#[test]
fn buttons_that_show_a_password_are_called_what_they_show() {
    for language in Language::ALL {
        let texts = Texts::of(language);
        for (seen, called) in [(&texts.show, &texts.show_password), (&texts.hide, &texts.hide_password)] {
            assert!(called.to_lowercase().contains(&seen.to_lowercase()), "{language:?}: {seen} {called}");
        }
    }
}
