use std::sync::atomic::AtomicU8;

use super::*;
use crate::random::tests::Counting;
use crate::testing::{now, pool};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;

fn created_in(tier: &str, request: Value) -> Result<ManagedLoginBranding, BrandingError> {
    let pool = pool(&json!({ "UserPoolTier": tier }));
    let client = ClientId::from("1example23456789".to_owned());
    let mut request = request;
    request["UserPoolId"] = json!(pool.id);
    request["ClientId"] = json!(client);
    let request = serde_json::from_value(request).unwrap();
    ManagedLoginBranding::new(request, &pool, client, now(), &Counting(AtomicU8::new(0)))
}

fn created(request: Value) -> Result<ManagedLoginBranding, BrandingError> {
    created_in("ESSENTIALS", request)
}

fn updated(style: &ManagedLoginBranding, request: Value) -> Result<ManagedLoginBranding, BrandingError> {
    style.clone().updated(serde_json::from_value(request).unwrap(), &pool(&json!({})), now())
}

fn asset(category: &str, color_mode: &str, extension: &str, bytes: &[u8]) -> Value {
    let bytes = BASE64_STANDARD.encode(bytes);
    json!({ "Category": category, "ColorMode": color_mode, "Extension": extension, "Bytes": bytes })
}

const SVG: &[u8] = b"<svg/>";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n1";
const ICO: &[u8] = b"\x00\x00\x01\x00";

#[test]
fn a_style_is_made_of_settings_or_of_the_defaults() {
    for (request, outcome) in [
        (json!({}), Some(BrandingError::ValuesOrSettings)),
        (json!({ "UseCognitoProvidedValues": false }), Some(BrandingError::ValuesOrSettings)),
        (json!({ "UseCognitoProvidedValues": true, "Settings": {} }), Some(BrandingError::ValuesOrSettings)),
        (json!({ "UseCognitoProvidedValues": true }), None),
        (json!({ "UseCognitoProvidedValues": false, "Settings": {} }), None),
        (json!({ "Settings": { "components": {} } }), None),
        (json!({ "Settings": 1 }), Some(BrandingError::SettingsNotObject)),
    ] {
        assert_eq!(created(request.clone()).err(), outcome, "{request}");
    }
    let request = json!({ "UseCognitoProvidedValues": true });
    assert!(matches!(created_in("LITE", request.clone()), Err(BrandingError::Tier(_))));
    assert_eq!(created_in("PLUS", request).err(), None);
}

#[test]
fn what_is_described_is_what_was_set_and_the_defaults_when_asked_for() {
    let settings = json!({ "components": { "form": { "borderRadius": 2.0 } } });
    let style = created(json!({ "Settings": settings, "Assets": [asset("FORM_LOGO", "LIGHT", "SVG", SVG)] }))
        .unwrap();
    assert_eq!(style.describe().settings, Some(settings));
    assert_eq!(style.describe().assets.unwrap()[0].bytes.as_ref().unwrap().0, SVG);
    let merged = style.describe_merged().settings.unwrap();
    assert_eq!(merged.pointer("/components/form/borderRadius"), Some(&json!(2.0)));
    assert!(merged.pointer("/componentClasses/link/darkMode/defaults/textColor").is_some());

    let provided = created(json!({ "UseCognitoProvidedValues": true })).unwrap();
    assert_eq!(provided.describe().settings, None);
    assert_eq!(provided.describe().assets, Some(Vec::new()));
    assert_eq!(provided.describe_merged().settings.as_ref(), Some(&*settings::DEFAULTS));
}

#[test]
fn an_update_replaces_settings_and_keeps_what_it_omits() {
    let before = created(json!({
        "Settings": { "components": { "form": {} } }, "Assets": [asset("FORM_LOGO", "LIGHT", "SVG", SVG)] }))
    .unwrap();
    let settings = json!({ "categories": {} });
    let replaced = updated(&before, json!({ "Settings": settings })).unwrap();
    assert_eq!((replaced.settings.as_ref(), replaced.assets.len()), (Some(&settings), 1));
    let kept = updated(&replaced, json!({ "UseCognitoProvidedValues": false })).unwrap();
    assert_eq!((kept.settings.as_ref(), kept.assets.len()), (Some(&settings), 1));

    let reverted = updated(&kept, json!({ "UseCognitoProvidedValues": true })).unwrap();
    assert_eq!((reverted.settings.as_ref(), reverted.assets.len()), (None, 0));
    assert!(reverted.use_cognito_provided_values);
    let again = updated(&reverted, json!({ "Settings": {} })).unwrap();
    assert!(!again.use_cognito_provided_values);
    let both = json!({ "UseCognitoProvidedValues": true, "Settings": {} });
    assert_eq!(updated(&kept, both).err(), Some(BrandingError::ValuesOrSettings));
}

#[test]
fn an_image_replaces_the_one_in_its_place() {
    let first = json!([asset("FORM_LOGO", "LIGHT", "SVG", SVG), asset("FORM_LOGO", "DARK", "PNG", PNG)]);
    let style = created(json!({ "UseCognitoProvidedValues": true, "Assets": first })).unwrap();
    let second =
        json!([asset("FORM_LOGO", "LIGHT", "PNG", PNG), asset("PAGE_BACKGROUND", "LIGHT", "SVG", SVG)]);
    let style = updated(&style, json!({ "Assets": second })).unwrap();
    let shown: Vec<_> =
        style.assets.iter().map(|asset| (asset.category, asset.color_mode, asset.extension)).collect();
    use wire::{AssetCategoryType as Category, AssetExtensionType as Extension, ColorSchemeModeType as Mode};
    let expected = [
        (Category::FormLogo, Mode::Light, Extension::Png),
        (Category::FormLogo, Mode::Dark, Extension::Png),
        (Category::PageBackground, Mode::Light, Extension::Svg),
    ];
    assert_eq!(shown, expected);
    assert_eq!(style.assets[0].digest, style.assets[1].digest);
}

#[test]
fn an_image_without_bytes_keeps_those_of_its_place() {
    let mut named = asset("IDP_BUTTON_ICON", "LIGHT", "PNG", PNG);
    named["ResourceId"] = json!("Corp SAML");
    let style = created(json!({ "UseCognitoProvidedValues": true, "Assets": [named] })).unwrap();
    let mut again = json!({
        "Category": "IDP_BUTTON_ICON", "ColorMode": "LIGHT", "Extension": "PNG", "ResourceId": "Corp SAML" });
    assert_eq!(updated(&style, json!({ "Assets": [again] })).unwrap().assets, style.assets);
    again["ResourceId"] = json!("Other");
    let missing = updated(&style, json!({ "Assets": [again] })).unwrap_err();
    let expected = faults("IDP_BUTTON_ICON", "PNG", "LIGHT", "Invalid file content. The asset has no bytes.");
    assert_eq!(missing.to_string(), expected);
}

fn faults(category: &str, extension: &str, color_mode: &str, text: &str) -> String {
    format!(
        "Invalid assets provided. Validation errors: [{{category: {category}, extension: {extension}, colorMode: \
         {color_mode}, errorMessage: \"{text}\"}}]"
    )
}

#[test]
fn images_are_what_they_say() {
    let outcome = |asset: Value| {
        created(json!({ "UseCognitoProvidedValues": true, "Assets": [asset] }))
            .err()
            .map(|error| error.to_string())
    };
    for (category, extension, bytes, text) in [
        ("FAVICON_ICO", "ICO", ICO, None),
        ("FAVICON_SVG", "SVG", SVG, None),
        ("PAGE_BACKGROUND", "WEBP", b"RIFF\0\0\0\0WEBP", None),
        (
            "FAVICON_ICO",
            "SVG",
            SVG,
            Some("Invalid file extension. SVG is not for assets of category FAVICON_ICO."),
        ),
        (
            "FAVICON_SVG",
            "PNG",
            PNG,
            Some("Invalid file extension. PNG is not for assets of category FAVICON_SVG."),
        ),
        (
            "FORM_LOGO",
            "ICO",
            ICO,
            Some("Invalid file extension. ICO is not for assets of category FORM_LOGO."),
        ),
        ("FORM_LOGO", "PNG", SVG, Some("Invalid file content. The asset is not a valid PNG file.")),
        ("FORM_LOGO", "JPEG", b"", Some("Invalid file content. The asset is not a valid JPEG file.")),
    ] {
        let found = outcome(asset(category, "DYNAMIC", extension, bytes));
        let expected = text.map(|text| faults(category, extension, "DYNAMIC", text));
        assert_eq!(found, expected, "{category} {extension}");
    }
    let twice = json!([asset("FORM_LOGO", "DARK", "SVG", SVG), asset("FORM_LOGO", "DARK", "PNG", PNG)]);
    let twice = created(json!({ "UseCognitoProvidedValues": true, "Assets": twice })).unwrap_err();
    let text = "Duplicate asset. Another one has the same category and color mode.";
    assert_eq!(twice.to_string(), faults("FORM_LOGO", "PNG", "DARK", text));
}

#[test]
fn a_style_has_at_most_forty_images_and_a_request_two_megabytes() {
    let icons = |from: usize, to: usize| -> Value {
        (from..to)
            .map(|number| {
                let mut icon = asset("IDP_BUTTON_ICON", "LIGHT", "PNG", PNG);
                icon["ResourceId"] = json!(format!("Provider {number}"));
                icon
            })
            .collect()
    };
    let style = created(json!({ "UseCognitoProvidedValues": true, "Assets": icons(0, 40) })).unwrap();
    assert_eq!(updated(&style, json!({ "Assets": icons(20, 40) })).unwrap().assets.len(), 40);
    assert_eq!(updated(&style, json!({ "Assets": icons(40, 41) })).err(), Some(BrandingError::TooManyAssets));

    let large = [PNG, &vec![0; 799_000]].concat();
    let image = |mode: &str| asset("PAGE_BACKGROUND", mode, "PNG", &large);
    let fits = created(json!({ "UseCognitoProvidedValues": true, "Assets": [image("LIGHT")] })).unwrap();
    let both = json!([image("LIGHT"), image("DARK")]);
    let both = created(json!({ "UseCognitoProvidedValues": true, "Assets": both }));
    assert_eq!(both.err(), Some(BrandingError::TooLarge));
    let in_turn = updated(&fits, json!({ "Assets": [image("DARK")] })).unwrap();
    assert_eq!(in_turn.assets.len(), 2);
}

#[test]
fn a_logo_is_as_wide_as_high_up_to_four_times_as_wide() {
    let drawing = |width: &str, height: &str| {
        let drawing = format!("<svg width='{width}' height='{height}'/>");
        asset("PAGE_HEADER_LOGO", "LIGHT", "SVG", drawing.as_bytes())
    };
    for (width, height, detected) in [
        ("10", "10", None),
        ("40", "10", None),
        ("40.5", "10", Some("width: 40.5; height: 10.0")),
        ("9.99", "10", Some("width: 9.99; height: 10.0")),
        ("480", "570", Some("width: 480.0; height: 570.0")),
        ("100%", "3", None),
    ] {
        let request = json!({ "UseCognitoProvidedValues": true, "Assets": [drawing(width, height)] });
        let found = created(request).err().map(|error| error.to_string());
        let expected = detected.map(|detected| {
            let text = "Invalid file dimension. Assets of SubType LOGO must have a width:height ratio between 1:1 \
                        and 4:1. Detected";
            faults("PAGE_HEADER_LOGO", "SVG", "LIGHT", &format!("{text} {detected}"))
        });
        assert_eq!(found, expected, "{width} {height}");
    }
}
