use super::*;
use serde_json::json;

fn image(category: AssetCategoryType, color_mode: ColorSchemeModeType) -> LookImage {
    LookImage { category, color_mode, extension: AssetExtensionType::Png, digest: "d1".to_owned() }
}

/// The values of a property in rules for a selector: in the first mode, then for browsers that prefer dark pages.
fn values(css: &str, selector: &str, property: &str) -> Vec<String> {
    let begin = format!("{selector} {{ {property}: ");
    let lines = css.lines().filter_map(|line| line.strip_prefix(begin.as_str()));
    lines.map(|line| line.strip_suffix("; }").unwrap().to_owned()).collect()
}

fn css(settings: &Value) -> String {
    Look::new(Some(settings), Vec::new()).stylesheet()
}

#[test]
fn colors_and_corners_of_the_settings_are_in_the_stylesheet() {
    let css = css(&json!({
        "componentClasses": { "link": { "lightMode": { "defaults": { "textColor": "A0B0C0" } } } },
        "components": {
            "form": { "borderRadius": 3.5 },
            "pageBackground": { "lightMode": { "color": "10203040" }, "darkMode": { "color": "00000000" } },
        },
    }));
    assert_eq!(values(&css, ":root", "--page-background"), ["#10203040"]);
    assert_eq!(values(&css, "a:where(:not(.button))", "color"), ["#a0b0c0"]);
    assert_eq!(values(&css, ":root", "--card-radius"), ["3.5px"]);
    assert_eq!(values(&css, ":root", "color-scheme"), ["light"]);
}

#[test]
fn the_scheme_decides_over_the_color_modes() {
    let with = |scheme: &str| {
        css(&json!({
            "categories": { "global": { "colorSchemeMode": scheme } },
            "components": { "pageBackground": {
                "lightMode": { "color": "ffffff" }, "darkMode": { "color": "000000" } } },
        }))
    };
    for (scheme, colors, told) in [
        ("LIGHT", &["#ffffff"][..], "light"),
        ("DARK", &["#000000"], "dark"),
        ("DYNAMIC", &["#ffffff", "#000000"], "light dark"),
        ("NONSENSE", &["#ffffff"], "light"),
    ] {
        let css = with(scheme);
        assert_eq!(values(&css, ":root", "--page-background"), colors, "{scheme}");
        assert_eq!(values(&css, ":root", "color-scheme"), [told]);
        assert_eq!(css.contains("prefers-color-scheme"), scheme == "DYNAMIC");
    }
}

#[test]
fn a_value_of_settings_cannot_break_out_of_its_declaration() {
    let plain = Look::new(None, Vec::new()).stylesheet();
    for hostile in [
        json!("red;} body{background:url(//evil.example)}"),
        json!("fffff"),
        json!("gggggg"),
        json!("ffffff;"),
        json!("#ffffff"),
        json!("\u{ff11}\u{ff11}"),
        json!(1),
        json!({ "x": "}" }),
        json!(["}"]),
        json!(true),
    ] {
        let everywhere = json!({
            "categories": {
                "form": { "location": { "horizontal": hostile, "vertical": hostile } },
                "global": { "colorSchemeMode": hostile },
            },
            "componentClasses": {
                "buttons": { "borderRadius": hostile },
                "link": { "lightMode": { "defaults": { "textColor": hostile } } },
                "focusState": { "lightMode": hostile },
            },
            "components": {
                "favicon": { "enabledTypes": hostile },
                "form": hostile,
                "pageBackground": { "lightMode": { "color": hostile }, "image": { "enabled": hostile } },
                "primaryButton": { "lightMode": { "defaults": { "backgroundColor": hostile, "textColor": hostile } } },
            },
        });
        let css = css(&everywhere);
        assert_eq!(
            values(&css, ":root", "--page-background"),
            values(&plain, ":root", "--page-background"),
            "{hostile}"
        );
        let names = |css: &str| -> Vec<String> {
            css.lines().map(|line| line.rsplit_once(": ").map_or(line, |(name, _)| name).to_owned()).collect()
        };
        assert_eq!(names(&css), names(&plain), "{hostile}");
    }
    let huge = css(&json!({ "components": { "form": { "borderRadius": 1e300 } } }));
    assert_eq!(values(&huge, ":root", "--card-radius"), ["100px"]);
    let negative = css(&json!({ "components": { "form": { "borderRadius": -4 } } }));
    assert_eq!(values(&negative, ":root", "--card-radius"), ["0px"]);
}

#[test]
fn the_form_stands_where_it_is_put() {
    let css = css(
        &json!({ "categories": { "form": { "location": { "horizontal": "START", "vertical": "END" } } } }),
    );
    assert_eq!(values(&css, "body", "align-items"), ["flex-start"]);
    assert_eq!(values(&css, ".card", "margin-block"), ["auto 0"]);
    let plain = Look::new(None, Vec::new()).stylesheet();
    assert_eq!(values(&plain, "body", "align-items"), ["center"]);
    assert_eq!(values(&plain, ".card", "margin-block"), ["auto"]);
}

#[test]
fn images_are_shown_where_settings_turn_them_on() {
    use AssetCategoryType::{FormBackground, PageBackground};
    use ColorSchemeModeType::{Dark, Dynamic, Light};
    let images =
        vec![image(PageBackground, Dark), image(PageBackground, Light), image(FormBackground, Dynamic)];
    let settings = json!({
        "categories": { "global": { "colorSchemeMode": "DYNAMIC" } },
        "components": { "form": { "backgroundImage": { "enabled": true } } },
    });
    let css = Look::new(Some(&settings), images.clone()).stylesheet();
    let page = |mode: &str| {
        format!(
            r#"url("image/page-background-{mode}.png?v=d1") center / cover no-repeat var(--page-background)"#
        )
    };
    assert_eq!(values(&css, "body", "background"), [page("light"), page("dark")]);
    let card =
        r#"url("image/form-background-dynamic.png?v=d1") center / cover no-repeat var(--card-background)"#;
    assert_eq!(values(&css, ".card", "background"), [card; 2]);
    let off = json!({ "components": { "pageBackground": { "image": { "enabled": false } } } });
    let css = Look::new(Some(&off), images).stylesheet();
    assert_eq!(values(&css, "body", "background"), ["var(--page-background)"]);
    assert_eq!(values(&css, ".card", "background"), ["var(--card-background)"], "off unless turned on");
}

#[test]
fn header_and_footer_are_drawn_when_they_are_enabled() {
    use AssetCategoryType::{PageFooterBackground, PageFooterLogo, PageHeaderLogo};
    use ColorSchemeModeType::{Dark, Light};
    let images = vec![
        image(PageHeaderLogo, Light),
        image(PageHeaderLogo, Dark),
        image(PageFooterLogo, Light),
        image(PageFooterBackground, Light),
    ];
    let drawn = |settings: Value| {
        let css = Look::new(Some(&settings), images.clone()).stylesheet();
        [values(&css, "body::before", "background"), values(&css, "body::after", "background")]
    };
    assert_eq!(drawn(json!({})), [Vec::<String>::new(), Vec::new()]);
    let settings = json!({
        "categories": { "global": {
            "colorSchemeMode": "DYNAMIC", "pageHeader": { "enabled": true }, "pageFooter": { "enabled": true } } },
        "components": {
            "pageHeader": {
                "logo": { "enabled": true, "location": "END" },
                "lightMode": { "background": { "color": "111111" } },
                "darkMode": { "background": { "color": "eeeeee" } },
            },
            "pageFooter": {
                "logo": { "enabled": false }, "backgroundImage": { "enabled": true },
                "lightMode": { "background": { "color": "222222" } },
                "darkMode": { "background": { "color": "dddddd" } },
            },
        },
    });
    let logo = |mode: &str| {
        format!(
            r#"url("image/page-header-logo-{mode}.png?v=d1") right center / contain no-repeat content-box"#
        )
    };
    let header = [format!("{}, #111111", logo("light")), format!("{}, #eeeeee", logo("dark"))];
    let footer = [
        r#"url("image/page-footer-background-light.png?v=d1") center / cover no-repeat #222222"#.to_owned(),
        "#dddddd".to_owned(),
    ];
    assert_eq!(drawn(settings), [header.to_vec(), footer.to_vec()]);
}

#[test]
fn the_logo_is_that_of_the_form() {
    use AssetCategoryType::FormLogo;
    use ColorSchemeModeType::{Dark, Dynamic, Light};
    let logo = |scheme: &str, enabled: bool, modes: &[ColorSchemeModeType]| {
        let settings = json!({
            "categories": { "global": { "colorSchemeMode": scheme } },
            "components": { "form": { "logo": { "enabled": enabled } } },
        });
        let images = modes.iter().map(|mode| image(FormLogo, *mode)).collect();
        Look::new(Some(&settings), images).logo().map(LookImage::name)
    };
    let named = |mode: &str| Some(format!("form-logo-{mode}.png"));
    assert_eq!(logo("LIGHT", true, &[Dark, Light]), named("light"));
    assert_eq!(logo("DARK", true, &[Light, Dark]), named("dark"));
    assert_eq!(logo("DARK", true, &[Light, Dynamic]), named("dynamic"));
    assert_eq!(logo("DARK", true, &[Light]), None);
    assert_eq!(logo("LIGHT", false, &[Light]), None);
}

#[test]
fn a_favicon_is_shown_in_the_formats_that_are_enabled() {
    use AssetCategoryType::{FaviconIco, FaviconSvg};
    use ColorSchemeModeType::{Dynamic, Light};
    let icon = |images: Vec<LookImage>, types: Value| {
        let settings = json!({ "components": { "favicon": { "enabledTypes": types } } });
        Look::new(Some(&settings), images).favicon().map(|image| image.category)
    };
    let both = vec![image(FaviconIco, Dynamic), image(FaviconSvg, Light)];
    assert_eq!(icon(both.clone(), json!(["ICO", "SVG"])), Some(FaviconSvg));
    assert_eq!(icon(both.clone(), json!(["ICO"])), Some(FaviconIco));
    assert_eq!(icon(both, json!([])), None);
    assert_eq!(icon(vec![image(FaviconIco, Dynamic)], json!(["ICO", "SVG"])), Some(FaviconIco));
}
