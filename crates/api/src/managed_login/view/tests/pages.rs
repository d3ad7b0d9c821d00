//! What holds for every page.

use super::super::assets::ASSET_PATH;
use std::collections::BTreeSet;

use super::super::*;
use super::documents::{Tag, shape, tags};
use super::samples::{frame, pages};

const HOSTILE: &str = "<script>alert(\"1\")</script>' onload='x' & \n\" onload=\"x\" style=\"x</p><h1>";

/// All pages in all languages, with a plain word for every text.
fn all() -> Vec<(String, String)> {
    let of = |language: Language| {
        pages("word", language).into_iter().map(move |(name, html)| (format!("{name} {language:?}"), html))
    };
    Language::ALL.into_iter().flat_map(of).collect()
}

fn ids(tags: &[Tag]) -> Vec<&str> {
    tags.iter().filter_map(|tag| tag.attribute("id")).collect()
}

#[test]
fn text_from_outside_stays_text() {
    for language in Language::ALL {
        for ((name, hostile), (_, plain)) in pages(HOSTILE, language).into_iter().zip(pages("word", language))
        {
            assert_eq!(shape(&hostile), shape(&plain), "{name} {language:?}");
            assert!(hostile.contains("&#60;script&#62;alert(&#34;1&#34;)"), "{name} {language:?}");
        }
    }
}

#[test]
fn every_value_finds_its_place_in_the_text() {
    for (name, html) in all() {
        assert!(!html.contains(['{', '}']), "{name}");
    }
}

#[test]
fn every_form_posts_the_csrf_token() {
    for (name, html) in all() {
        for form in html.split("<form").skip(1) {
            let (form, _) = form.split_once("</form>").unwrap();
            assert!(form.starts_with(" method=\"post\""), "{name}");
            let tokens: Vec<Tag> =
                tags(form).into_iter().filter(|tag| tag.attribute("name") == Some("_csrf")).collect();
            assert_eq!(tokens.len(), 1, "{name}");
            assert_eq!(tokens[0].attribute("value"), Some("word"), "{name}");
        }
    }
}

#[test]
fn nothing_needs_a_laxer_content_security_policy() {
    for (name, html) in all() {
        assert!(!html.contains("<style"), "{name}");
        assert_eq!(html.matches("<script").count(), 1, "{name}");
        for tag in tags(&html) {
            for (attribute, value) in &tag.attributes {
                let is_inline = attribute == "style" || attribute.starts_with("on");
                assert!(!is_inline && !value.starts_with("javascript:"), "{name}: {tag:?}");
            }
            if tag.name == "script" {
                assert!(tag.has("src"), "{name}");
            }
        }
    }
}

#[test]
fn a_document_says_its_language_and_has_one_heading() {
    for language in Language::ALL {
        for (name, html) in pages("word", language) {
            let tags = tags(&html);
            let count = |element: &str| tags.iter().filter(|tag| tag.name == element).count();
            assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{name} {language:?}");
            let root = tags.iter().find(|tag| tag.name == "html").unwrap();
            assert_eq!(root.attribute("lang"), Some(language.code()), "{name}");
        }
    }
}

#[test]
fn every_input_has_a_label_and_tells_browsers_what_it_is() {
    for (name, html) in all() {
        let tags = tags(&html);
        let labels: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.attribute("for")).collect();
        for input in tags.iter().filter(|tag| tag.name == "input") {
            if input.attribute("type") == Some("hidden") || input.has("hidden") {
                continue;
            }
            assert!(labels.contains(input.attribute("id").unwrap()), "{name}: {input:?}");
            assert!(input.has("autocomplete"), "{name}: {input:?}");
        }
    }
}

#[test]
fn ids_are_unique_and_descriptions_exist() {
    for (name, html) in all() {
        let tags = tags(&html);
        let ids = ids(&tags);
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{name}: {ids:?}");
        let described = tags.iter().filter_map(|tag| tag.attribute("aria-describedby"));
        for id in described.flat_map(str::split_whitespace) {
            assert!(unique.contains(id), "{name}: {id}");
        }
    }
}

#[test]
fn the_focus_is_where_the_mistake_is() {
    let sign_in = |error: Option<PageError>| {
        html(&SignIn {
            frame: frame("word", Language::English),
            native: true,
            username: "ann".to_owned(),
            username_label: NameKind::Email,
            asks_password: true,
            providers: vec![],
            domain_search: true,
            forgot_href: None,
            sign_up_href: None,
            notice: None,
            error,
        })
    };
    let code = |error: Option<PageError>| {
        html(&EnterCode {
            frame: frame("word", Language::English),
            kind: CodeKind::SoftwareToken,
            destination: None,
            resend: false,
            other_href: None,
            notice: None,
            error,
        })
    };
    let new_password = |error: Option<PageError>| {
        html(&NewPassword {
            frame: frame("word", Language::English),
            policy: vec![],
            fields: ["given_name", "phone_number"]
                .map(|name| Field::of_attribute(Texts::of(Language::English), name, true))
                .to_vec(),
            error,
        })
    };
    let attribute = |name: &str| Some(PageError::Attribute(name.to_owned()));
    let rows: [(String, &[&str], &[&str]); 11] = [
        // The document, what has the focus, what is described by the error.
        (sign_in(None), &[], &[]),
        (sign_in(Some(PageError::IncorrectUsernameOrPassword)), &["username"], &["username", "password"]),
        (sign_in(Some(PageError::NoProvider)), &["idp_search"], &["idp_search"]),
        (sign_in(Some(PageError::Disabled)), &["error"], &[]),
        (code(None), &["code"], &[]),
        (code(Some(PageError::CodeMismatch)), &["code"], &["code"]),
        (code(Some(PageError::SomethingWentWrong)), &["error"], &[]),
        (new_password(Some(PageError::PasswordPolicy)), &["password"], &["password"]),
        (new_password(Some(PageError::PasswordsDiffer)), &["confirm_password"], &["confirm_password"]),
        (new_password(attribute("given_name")), &["given_name"], &["given_name"]),
        (new_password(attribute("phone_number")), &["phone_number"], &["phone_number"]),
    ];
    for (html, focused, wrong) in rows {
        let tags = tags(&html);
        let ids_of = |is_it: &dyn Fn(&Tag) -> bool| -> Vec<String> {
            tags.iter()
                .filter(|tag| is_it(tag))
                .filter_map(|tag| tag.attribute("id"))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(ids_of(&|tag| tag.has("autofocus")), focused);
        assert_eq!(ids_of(&|tag| tag.has("aria-invalid")), wrong);
        let described = |tag: &Tag| {
            tag.attribute("aria-describedby").is_some_and(|ids| ids.split(' ').any(|id| id == "error"))
        };
        assert_eq!(ids_of(&described), wrong);
    }
}

#[test]
fn two_kinds_of_password_are_one_choice() {
    use domain::sign_in::FirstFactor;
    let html = html(&ChooseFactor {
        frame: frame("word", Language::English),
        username: "ann".to_owned(),
        factors: vec![FirstFactor::PasswordSrp, FirstFactor::Password, FirstFactor::WebAuthn],
        error: None,
    });
    let tags = tags(&html);
    let choices: Vec<&str> = tags
        .iter()
        .filter(|tag| tag.attribute("name") == Some("factor"))
        .filter_map(|tag| tag.attribute("value"))
        .collect();
    assert_eq!(choices, ["PASSWORD_SRP", "WEB_AUTHN"]);
}

#[test]
fn documents_name_our_assets_below_their_base() {
    for base in ["", "/domains/x"] {
        let plain = Frame {
            base: base.to_owned(),
            brand: Brand::default(),
            languages: vec![],
            ..frame("word", Language::Korean)
        };
        let html = html(&SignedOut { frame: plain });
        let tags = tags(&html);
        let start = format!("{base}{ASSET_PATH}/");
        let assets = tags.iter().filter_map(|tag| tag.attribute("href").or(tag.attribute("src")));
        let names: Vec<&str> = assets.filter_map(|address| address.strip_prefix(&start)).collect();
        assert_eq!(names.len(), 2, "{html}");
        assert!(names.into_iter().all(|name| asset(name).is_some()), "{html}");
        assert!(!html.contains("<footer"), "{html}");
    }
}
