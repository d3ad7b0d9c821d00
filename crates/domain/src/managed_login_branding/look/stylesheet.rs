//! The stylesheet of a look. It comes after the pages' own, `api/assets/managed_login/style.css`, which says which custom
//! properties and classes there are.
//!
//! A rule a line, and an address only in the declaration that uses it: in a custom property it would not be clear what it is
//! relative to.

use std::fmt::Write as _;

use serde_json::Value;
use wire::{AssetCategoryType, ColorSchemeModeType};

use super::super::settings::DEFAULTS;
use super::{Look, Mode};

/// Where a color goes, and the place in settings where it stands; `{}` is the color mode.
const COLORS: [(&str, &str, &str); 37] = [
    (":root", "--page-background", "/components/pageBackground/{}/color"),
    (":root", "--card-background", "/components/form/{}/backgroundColor"),
    (":root", "--card-border", "/components/form/{}/borderColor"),
    (":root", "--text", "/components/pageText/{}/bodyColor"),
    (":root", "--muted", "/components/pageText/{}/descriptionColor"),
    (":root", "--accent", "/components/primaryButton/{}/defaults/backgroundColor"),
    (":root", "--accent-text", "/components/primaryButton/{}/defaults/textColor"),
    (":root", "--accent-hover", "/components/primaryButton/{}/hover/backgroundColor"),
    (":root", "--field-background", "/componentClasses/input/{}/defaults/backgroundColor"),
    (":root", "--field-border", "/componentClasses/input/{}/defaults/borderColor"),
    (":root", "--hover", "/components/secondaryButton/{}/hover/backgroundColor"),
    (":root", "--focus", "/componentClasses/focusState/{}/borderColor"),
    (":root", "--error", "/componentClasses/statusIndicator/{}/error/indicatorColor"),
    (":root", "--error-background", "/components/alert/{}/error/backgroundColor"),
    (":root", "--success", "/componentClasses/statusIndicator/{}/success/indicatorColor"),
    (":root", "--success-background", "/componentClasses/statusIndicator/{}/success/backgroundColor"),
    ("h1", "color", "/components/pageText/{}/headingColor"),
    ("label", "color", "/componentClasses/inputLabel/{}/textColor"),
    (".hint", "color", "/componentClasses/inputDescription/{}/textColor"),
    ("input::placeholder", "color", "/componentClasses/input/{}/placeholderColor"),
    ("a:where(:not(.button))", "color", "/componentClasses/link/{}/defaults/textColor"),
    ("a:where(:not(.button)):hover", "color", "/componentClasses/link/{}/hover/textColor"),
    (".submitButton-customizable:hover", "color", "/components/primaryButton/{}/hover/textColor"),
    (
        ".submitButton-customizable:active",
        "background",
        "/components/primaryButton/{}/active/backgroundColor",
    ),
    (".submitButton-customizable:active", "color", "/components/primaryButton/{}/active/textColor"),
    (".secondary", "background", "/components/secondaryButton/{}/defaults/backgroundColor"),
    (".secondary", "border-color", "/components/secondaryButton/{}/defaults/borderColor"),
    (".secondary", "color", "/components/secondaryButton/{}/defaults/textColor"),
    (".secondary:hover", "background", "/components/secondaryButton/{}/hover/backgroundColor"),
    (".secondary:hover", "border-color", "/components/secondaryButton/{}/hover/borderColor"),
    (".secondary:hover", "color", "/components/secondaryButton/{}/hover/textColor"),
    (PROVIDERS, "background", "/components/idpButton/standard/{}/defaults/backgroundColor"),
    (PROVIDERS, "border-color", "/components/idpButton/standard/{}/defaults/borderColor"),
    (PROVIDERS, "color", "/components/idpButton/standard/{}/defaults/textColor"),
    (PROVIDERS_HOVER, "background", "/components/idpButton/standard/{}/hover/backgroundColor"),
    (PROVIDERS_HOVER, "color", "/components/idpButton/standard/{}/hover/textColor"),
    (".or::before, .or::after", "border-color", "/componentClasses/divider/{}/borderColor"),
];

const PROVIDERS: &str = ".idpButton-customizable, .socialButton-customizable";
const PROVIDERS_HOVER: &str = ".idpButton-customizable:hover, .socialButton-customizable:hover";

/// Where the roundness of corners goes, which is in pixels.
const RADII: [(&str, &str, &str); 4] = [
    (":root", "--card-radius", "/components/form/borderRadius"),
    (":root", "--radius", "/componentClasses/buttons/borderRadius"),
    ("input", "border-radius", "/componentClasses/input/borderRadius"),
    (".alert", "border-radius", "/components/alert/borderRadius"),
];

/// The roundest corner.
const MOST_PIXELS: f64 = 100.0;

/// How an image fills what it is behind.
const FILLING: &str = "center / cover no-repeat";

/// A bar at the top or the bottom of the page, drawn before or after all that is in it.
struct Bar {
    selector: &'static str,
    member: &'static str,
    /// Over the page's padding, and the edge towards the page.
    place: &'static str,
    edge: &'static str,
    logo: AssetCategoryType,
    background: AssetCategoryType,
}

const BARS: [Bar; 2] = [
    Bar {
        selector: "body::before",
        member: "pageHeader",
        place: "-1.5rem -1rem 1.5rem",
        edge: "border-bottom",
        logo: AssetCategoryType::PageHeaderLogo,
        background: AssetCategoryType::PageHeaderBackground,
    },
    Bar {
        selector: "body::after",
        member: "pageFooter",
        place: "1.5rem -1rem -1.5rem",
        edge: "border-top",
        logo: AssetCategoryType::PageFooterLogo,
        background: AssetCategoryType::PageFooterBackground,
    },
];

pub(super) fn stylesheet(look: &Look) -> String {
    let mut css = String::new();
    let scheme = match look.scheme() {
        ColorSchemeModeType::Light => "light",
        ColorSchemeModeType::Dark => "dark",
        ColorSchemeModeType::Dynamic => "light dark",
    };
    rule(&mut css, ":root", "color-scheme", scheme);
    for (selector, property, pointer) in RADII {
        rule(&mut css, selector, property, &pixels(look, pointer));
    }
    let horizontal = location(look, "/categories/form/location/horizontal");
    rule(&mut css, "body", "align-items", horizontal.pick(["flex-start", "center", "flex-end"]));
    let vertical = location(look, "/categories/form/location/vertical");
    rule(&mut css, ".card", "margin-block", vertical.pick(["0 auto", "auto", "auto 0"]));
    let logo = location(look, "/components/form/logo/location");
    rule(&mut css, "header", "text-align", logo.pick(["start", "center", "end"]));
    of_mode(&mut css, look, look.first_mode());
    if look.scheme() == ColorSchemeModeType::Dynamic {
        css.push_str("@media (prefers-color-scheme: dark) {\n");
        of_mode(&mut css, look, Mode::Dark);
        css.push_str("}\n");
    }
    css
}

/// The rules that depend on the color mode.
fn of_mode(css: &mut String, look: &Look, mode: Mode) {
    for (selector, property, pointer) in COLORS {
        rule(css, selector, property, &color(look, pointer, mode));
    }
    let page =
        image(look, "/components/pageBackground/image/enabled", AssetCategoryType::PageBackground, mode);
    rule(css, "body", "background", &filled(page, "var(--page-background)"));
    let card =
        image(look, "/components/form/backgroundImage/enabled", AssetCategoryType::FormBackground, mode);
    rule(css, ".card", "background", &filled(card, "var(--card-background)"));
    for bar in BARS.iter().filter(|bar| look.is_on(&format!("/categories/global/{}/enabled", bar.member))) {
        draw(css, look, bar, mode);
    }
}

fn draw(css: &mut String, look: &Look, bar: &Bar, mode: Mode) {
    let at = |rest: &str| format!("/components/{}/{rest}", bar.member);
    for (property, value) in [
        ("content", "\"\""),
        ("align-self", "stretch"),
        ("height", "4rem"),
        ("margin", bar.place),
        ("padding", "0.75rem 1rem"),
        (bar.edge, &format!("1px solid {}", color(look, &at("{}/borderColor"), mode))),
    ] {
        rule(css, bar.selector, property, value);
    }
    let background = image(look, &at("backgroundImage/enabled"), bar.background, mode);
    let background = filled(background, &color(look, &at("{}/background/color"), mode));
    let place = location(look, &at("logo/location")).pick(["left", "center", "right"]);
    let background = match image(look, &at("logo/enabled"), bar.logo, mode) {
        Some(logo) => format!("{logo} {place} center / contain no-repeat content-box, {background}"),
        None => background,
    };
    rule(css, bar.selector, "background", &background);
}

fn rule(css: &mut String, selector: &str, property: &str, value: &str) {
    writeln!(css, "{selector} {{ {property}: {value}; }}").expect("a String takes what is written");
}

/// A background of a color, and an image over it.
fn filled(image: Option<String>, color: &str) -> String {
    image.map_or_else(|| color.to_owned(), |image| format!("{image} {FILLING} {color}"))
}

/// A color as CSS writes it. What is none is as in the defaults.
fn color(look: &Look, pointer: &str, mode: Mode) -> String {
    let pointer = pointer.replace("{}", mode.member());
    let color = [&look.settings, &*DEFAULTS].into_iter().find_map(|settings| {
        settings.pointer(&pointer).and_then(Value::as_str).filter(|text| is_color(text))
    });
    format!("#{}", color.expect("every color has a default: a test writes all of them").to_ascii_lowercase())
}

/// Six or eight hexadecimal digits, as the branding designer writes colors.
fn is_color(text: &str) -> bool {
    matches!(text.len(), 6 | 8) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn pixels(look: &Look, pointer: &str) -> String {
    let number = look.settings.pointer(pointer).and_then(Value::as_f64);
    let number = number.or_else(|| DEFAULTS.pointer(pointer).and_then(Value::as_f64)).unwrap_or_default();
    format!("{}px", number.clamp(0.0, MOST_PIXELS))
}

/// Where something stands.
#[derive(Clone, Copy)]
enum Location {
    Start,
    Center,
    End,
}

impl Location {
    /// What CSS calls it, of start, center and end.
    fn pick(self, [start, center, end]: [&'static str; 3]) -> &'static str {
        match self {
            Self::Start => start,
            Self::Center => center,
            Self::End => end,
        }
    }
}

fn location(look: &Look, pointer: &str) -> Location {
    match look.settings.pointer(pointer).and_then(Value::as_str) {
        Some("START") => Location::Start,
        Some("END") => Location::End,
        Some(_) | None => Location::Center,
    }
}

/// An image that settings turn on. Its name is made of words of the model and a digest: nothing in it needs quoting.
fn image(look: &Look, switch: &str, category: AssetCategoryType, mode: Mode) -> Option<String> {
    let image = look.image(category, mode).filter(|_| look.is_on(switch))?;
    Some(format!("url(\"image/{}\")", image.address()))
}
