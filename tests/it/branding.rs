//! Managed login branding: the style of an app client, and what holds it together. Classic pages are in `ui_customization`.

use api::config::Config;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_style_lives_from_creation_to_deletion,
    a_client_has_one_style,
    a_style_is_made_of_settings_or_of_the_defaults,
    an_update_keeps_what_it_omits,
    images_are_put_beside_those_that_are_there,
    bad_settings_and_images_are_refused,
    logos_are_no_taller_than_wide_and_no_wider_than_four_times_their_height,
    all_that_is_wrong_with_images_is_told_at_once,
    styles_are_for_pools_above_the_lite_tier,
    what_does_not_exist_is_told_in_the_services_words,
    a_style_goes_with_its_client_and_its_pool,
);

const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const INVALID: &str = "InvalidParameterException";
const NOT_FOUND: &str = "ResourceNotFoundException";

fn asset(category: &str, color_mode: &str, extension: &str, bytes: &[u8]) -> Value {
    let bytes = BASE64_STANDARD.encode(bytes);
    json!({ "Category": category, "ColorMode": color_mode, "Extension": extension, "Bytes": bytes })
}

fn with(mut request: Value, more: Value) -> Value {
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

/// A client without a style, as requests name it.
async fn client(world: &World) -> Value {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    json!({ "UserPoolId": pool, "ClientId": client })
}

/// Creates a style of a client with these members. Returns what names it, and the style.
async fn style(world: &World, client: &Value, members: Value) -> (Value, Value) {
    let created = world.ok("CreateManagedLoginBranding", with(client.clone(), members)).await;
    let style = created["ManagedLoginBranding"].clone();
    let id = &style["ManagedLoginBrandingId"];
    (json!({ "UserPoolId": client["UserPoolId"], "ManagedLoginBrandingId": id }), style)
}

async fn describe(world: &World, id: &Value) -> Value {
    world.ok("DescribeManagedLoginBranding", id.clone()).await["ManagedLoginBranding"].clone()
}

async fn update(world: &World, id: &Value, members: Value) -> Value {
    let updated = world.ok("UpdateManagedLoginBranding", with(id.clone(), members)).await;
    updated["ManagedLoginBranding"].clone()
}

async fn a_style_lives_from_creation_to_deletion(world: World) {
    let client = client(&world).await;
    let settings = json!({ "components": { "form": { "borderRadius": 12.0 } }, "categories": {} });
    let logo = asset("FORM_LOGO", "LIGHT", "SVG", SVG);
    let (id, created) = style(&world, &client, json!({ "Settings": settings, "Assets": [logo] })).await;
    let text = id["ManagedLoginBrandingId"].as_str().unwrap();
    assert!(text.len() == 36 && text.as_bytes()[14] == b'4', "{text}");
    let expected = json!({
        "ManagedLoginBrandingId": text, "UserPoolId": client["UserPoolId"], "UseCognitoProvidedValues": false,
        "Settings": settings, "Assets": [logo], "CreationDate": 1_767_323_045.678,
        "LastModifiedDate": 1_767_323_045.678,
    });
    assert_eq!(created, expected);
    assert_eq!(describe(&world, &id).await, expected);
    let by_client = world.ok("DescribeManagedLoginBrandingByClient", client.clone()).await;
    assert_eq!(by_client, json!({ "ManagedLoginBranding": expected }));

    // Merged, the settings that were sent lie over the defaults.
    for (operation, id) in
        [("DescribeManagedLoginBranding", &id), ("DescribeManagedLoginBrandingByClient", &client)]
    {
        let request = with(id.clone(), json!({ "ReturnMergedResources": true }));
        let merged = world.ok(operation, request).await["ManagedLoginBranding"].clone();
        let settings = &merged["Settings"];
        assert_eq!(settings["components"]["form"]["borderRadius"], json!(12.0));
        let color = &settings["components"]["primaryButton"]["lightMode"]["defaults"]["backgroundColor"];
        assert_eq!(color.as_str().unwrap().len(), 8);
        assert!(settings["categories"]["global"]["colorSchemeMode"].is_string());
        assert!(settings["componentClasses"]["input"]["darkMode"].is_object());
        assert_eq!(merged["Assets"], json!([logo]));
    }

    assert_eq!(world.ok("DeleteManagedLoginBranding", id.clone()).await, json!({}));
    let text = "ManagedLoginBranding does not exist.";
    world.refused("DescribeManagedLoginBranding", id.clone(), NOT_FOUND, text).await;
    world.refused("DeleteManagedLoginBranding", id, NOT_FOUND, text).await;
}

async fn a_client_has_one_style(world: World) {
    let first = client(&world).await;
    style(&world, &first, json!({ "UseCognitoProvidedValues": true })).await;
    let again = with(first.clone(), json!({ "Settings": {} }));
    let text =
        format!("A ManagedLoginBranding already exists for client {}", first["ClientId"].as_str().unwrap());
    world.refused("CreateManagedLoginBranding", again, "ManagedLoginBrandingExistsException", &text).await;
    let second = world.client(first["UserPoolId"].as_str().unwrap(), json!({})).await;
    let second = json!({ "UserPoolId": first["UserPoolId"], "ClientId": second });
    style(&world, &second, json!({ "UseCognitoProvidedValues": true })).await;
}

async fn a_style_is_made_of_settings_or_of_the_defaults(world: World) {
    let first = client(&world).await;
    let text = "useCognitoProvidedValues or settings should be specified (but not both)";
    for members in [
        json!({}),
        json!({ "UseCognitoProvidedValues": false }),
        json!({ "UseCognitoProvidedValues": true, "Settings": {} }),
    ] {
        world.refused("CreateManagedLoginBranding", with(first.clone(), members), INVALID, text).await;
    }
    // Without settings there are none in the answer, while images are always listed.
    let (id, provided) = style(&world, &first, json!({ "UseCognitoProvidedValues": true })).await;
    assert_eq!(provided["UseCognitoProvidedValues"], json!(true));
    assert_eq!((provided.get("Settings"), &provided["Assets"]), (None, &json!([])));
    let both = with(id, json!({ "UseCognitoProvidedValues": true, "Settings": {} }));
    world.refused("UpdateManagedLoginBranding", both, INVALID, text).await;

    let second = client(&world).await;
    let logo = asset("FORM_LOGO", "DYNAMIC", "PNG", PNG);
    let members = json!({ "UseCognitoProvidedValues": true, "Assets": [logo] });
    let (_, with_logo) = style(&world, &second, members).await;
    assert_eq!(with_logo["Assets"], json!([logo]));
}

async fn an_update_keeps_what_it_omits(world: World) {
    let client = client(&world).await;
    let settings = json!({ "components": { "form": { "borderRadius": 1 } } });
    let logo = asset("FORM_LOGO", "LIGHT", "SVG", SVG);
    let (id, created) = style(&world, &client, json!({ "Settings": settings, "Assets": [logo] })).await;
    world.advance(TimeDelta::seconds(2));
    let same = update(&world, &id, json!({ "UseCognitoProvidedValues": false })).await;
    assert_eq!(same["CreationDate"], created["CreationDate"]);
    assert_eq!(same["LastModifiedDate"], json!(1_767_323_047.678));
    assert_eq!((&same["Settings"], &same["Assets"]), (&settings, &json!([logo])));

    // Settings are replaced as a whole.
    let other = json!({ "categories": { "form": {} } });
    let updated = update(&world, &id, json!({ "Settings": other })).await;
    assert_eq!((&updated["Settings"], &updated["Assets"]), (&other, &json!([logo])));
    assert_eq!(describe(&world, &id).await, updated);

    let reverted = update(&world, &id, json!({ "UseCognitoProvidedValues": true })).await;
    assert_eq!((reverted.get("Settings"), &reverted["Assets"]), (None, &json!([])));
    assert_eq!(describe(&world, &id).await, reverted);
    let again = update(&world, &id, json!({ "Settings": settings })).await;
    assert_eq!(again["UseCognitoProvidedValues"], json!(false));
}

async fn images_are_put_beside_those_that_are_there(world: World) {
    let client = client(&world).await;
    let light = asset("FORM_LOGO", "LIGHT", "SVG", SVG);
    let (id, _) =
        style(&world, &client, json!({ "UseCognitoProvidedValues": true, "Assets": [light] })).await;
    let (new_light, dark) = (asset("FORM_LOGO", "LIGHT", "PNG", PNG), asset("FORM_LOGO", "DARK", "SVG", SVG));
    let updated = update(&world, &id, json!({ "Assets": [dark, new_light] })).await;
    assert_eq!(updated["Assets"], json!([new_light, dark]), "of one category and color mode there is one");
    assert_eq!(describe(&world, &id).await["Assets"], json!([new_light, dark]));

    // What was sent before can be named without its bytes.
    let icon = with(asset("IDP_BUTTON_ICON", "LIGHT", "PNG", PNG), json!({ "ResourceId": "Corp SAML" }));
    update(&world, &id, json!({ "Assets": [icon] })).await;
    let mut named = icon.clone();
    named.as_object_mut().unwrap().remove("Bytes");
    let updated = update(&world, &id, json!({ "Assets": [named] })).await;
    assert_eq!(updated["Assets"], json!([new_light, dark, icon]));
}

/// The service's text for images with these faults: category, extension, color mode, and what is wrong.
fn faults(faults: &[(&str, &str, &str, &str)]) -> String {
    let told: Vec<String> = faults
        .iter()
        .map(|(category, extension, color_mode, text)| {
            format!(
                "{{category: {category}, extension: {extension}, colorMode: {color_mode}, errorMessage: \"{text}\"}}"
            )
        })
        .collect();
    format!("Invalid assets provided. Validation errors: [{}]", told.join(", "))
}

/// The beginning of a PNG image of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut image = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    image.extend(width.to_be_bytes());
    image.extend(height.to_be_bytes());
    image
}

async fn logos_are_no_taller_than_wide_and_no_wider_than_four_times_their_height(world: World) {
    let first = client(&world).await;
    let (id, _) = style(&world, &first, json!({ "Settings": {} })).await;
    let text = |width: u32, height: u32| {
        format!(
            "Invalid file dimension. Assets of SubType LOGO must have a width:height ratio between 1:1 and 4:1. Detected \
             width: {width}.0; height: {height}.0"
        )
    };
    for category in ["FORM_LOGO", "PAGE_HEADER_LOGO", "PAGE_FOOTER_LOGO"] {
        for (width, height) in [(480, 570), (401, 100), (1, 2)] {
            let logo = asset(category, "LIGHT", "PNG", &png(width, height));
            let text = faults(&[(category, "PNG", "LIGHT", &text(width, height))]);
            let request = json!({ "Settings": {}, "Assets": [logo] });
            let other = client(&world).await;
            world.refused("CreateManagedLoginBranding", with(other, request.clone()), INVALID, &text).await;
            world.refused("UpdateManagedLoginBranding", with(id.clone(), request), INVALID, &text).await;
        }
        for (width, height) in [(100, 100), (400, 100), (570, 480)] {
            let logo = asset(category, "LIGHT", "PNG", &png(width, height));
            assert_eq!(
                update(&world, &id, json!({ "Assets": [logo] })).await["Assets"][0]["Extension"],
                json!("PNG")
            );
        }
    }
    // Other images have any form.
    for category in ["PAGE_BACKGROUND", "FORM_BACKGROUND", "IDP_BUTTON_ICON", "EMAIL_GRAPHIC"] {
        update(&world, &id, json!({ "Assets": [asset(category, "LIGHT", "PNG", &png(1, 9))] })).await;
    }
}

async fn all_that_is_wrong_with_images_is_told_at_once(world: World) {
    let client = client(&world).await;
    let assets = json!([
        asset("FORM_LOGO", "LIGHT", "PNG", &png(480, 570)),
        asset("FORM_LOGO", "DARK", "SVG", SVG),
        asset("PAGE_BACKGROUND", "DYNAMIC", "ICO", b"\0\0\x01\0"),
        asset("PAGE_HEADER_LOGO", "DYNAMIC", "SVG", b"<svg viewBox='0 0 50 10'/>"),
    ]);
    let ratio = "Invalid file dimension. Assets of SubType LOGO must have a width:height ratio between 1:1 and 4:1. \
                 Detected width: ";
    let text = faults(&[
        ("FORM_LOGO", "PNG", "LIGHT", &format!("{ratio}480.0; height: 570.0")),
        (
            "PAGE_BACKGROUND",
            "ICO",
            "DYNAMIC",
            "Invalid file extension. ICO is not for assets of category PAGE_BACKGROUND.",
        ),
        ("PAGE_HEADER_LOGO", "SVG", "DYNAMIC", &format!("{ratio}50.0; height: 10.0")),
    ]);
    let request = with(client, json!({ "Settings": {}, "Assets": assets }));
    world.refused("CreateManagedLoginBranding", request, INVALID, &text).await;
}

async fn bad_settings_and_images_are_refused(world: World) {
    let client = client(&world).await;
    let nameless = json!({ "Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "SVG" });
    let logo = asset("FORM_LOGO", "DARK", "SVG", SVG);
    let parts = "but should only have the objects categories, componentClasses and components.";
    for (members, text) in [
        (json!({ "Settings": [] }), "Settings should be a JSON object.".to_owned()),
        (json!({ "Settings": { "colors": {} } }), format!("Settings has colors, {parts}")),
        (json!({ "Settings": { "components": 1 } }), format!("Settings has components, {parts}")),
        (
            json!({ "Settings": {}, "Assets": [asset("FORM_LOGO", "DARK", "ICO", b"\0\0\x01\0")] }),
            faults(&[(
                "FORM_LOGO",
                "ICO",
                "DARK",
                "Invalid file extension. ICO is not for assets of category FORM_LOGO.",
            )]),
        ),
        (
            json!({ "Settings": {}, "Assets": [asset("FAVICON_ICO", "DARK", "SVG", SVG)] }),
            faults(&[(
                "FAVICON_ICO",
                "SVG",
                "DARK",
                "Invalid file extension. SVG is not for assets of category FAVICON_ICO.",
            )]),
        ),
        (
            json!({ "Settings": {}, "Assets": [asset("FORM_LOGO", "DARK", "PNG", SVG)] }),
            faults(&[(
                "FORM_LOGO",
                "PNG",
                "DARK",
                "Invalid file content. The asset is not a valid PNG file.",
            )]),
        ),
        (
            json!({ "Settings": {}, "Assets": [nameless] }),
            faults(&[("FORM_LOGO", "SVG", "DARK", "Invalid file content. The asset has no bytes.")]),
        ),
        (
            json!({ "Settings": {}, "Assets": [logo, logo] }),
            faults(&[(
                "FORM_LOGO",
                "SVG",
                "DARK",
                "Duplicate asset. Another one has the same category and color mode.",
            )]),
        ),
    ] {
        world.refused("CreateManagedLoginBranding", with(client.clone(), members), INVALID, &text).await;
    }
    let (id, _) = style(&world, &client, json!({ "Settings": {} })).await;
    let text = "Settings should be a JSON object.";
    let bad = with(id, json!({ "Settings": "x" }));
    world.refused("UpdateManagedLoginBranding", bad, INVALID, text).await;
}

async fn styles_are_for_pools_above_the_lite_tier(world: World) {
    let pool = world.pool(json!({ "UserPoolTier": "LITE" })).await;
    let client = world.client(&pool, json!({})).await;
    let request = json!({ "UserPoolId": pool, "ClientId": client, "UseCognitoProvidedValues": true });
    let text =
        "The following feature is not available for the LITE pricing tier configured: Managed Login Branding";
    world.refused("CreateManagedLoginBranding", request, INVALID, text).await;
}

async fn what_does_not_exist_is_told_in_the_services_words(mut world: World) {
    let client = client(&world).await;
    let (pool, id) = (&client["UserPoolId"], client["ClientId"].as_str().unwrap());
    let text = format!("ManagedLoginBranding for client {id} does not exist.");
    world.refused("DescribeManagedLoginBrandingByClient", client.clone(), NOT_FOUND, &text).await;
    let nobody = json!({ "UserPoolId": pool, "ClientId": "nobody" });
    let text = "User pool client nobody does not exist.";
    world.refused("DescribeManagedLoginBrandingByClient", nobody.clone(), NOT_FOUND, text).await;
    let create = with(nobody, json!({ "UseCognitoProvidedValues": true }));
    world.refused("CreateManagedLoginBranding", create, NOT_FOUND, text).await;

    let unknown =
        json!({ "UserPoolId": pool, "ManagedLoginBrandingId": "11111111-2222-4333-8444-555555555555" });
    let text = "ManagedLoginBranding does not exist.";
    for operation in
        ["DescribeManagedLoginBranding", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"]
    {
        world.refused(operation, unknown.clone(), NOT_FOUND, text).await;
    }
    let text = "1 validation error detected: Value null at 'managedLoginBrandingId' failed to satisfy constraint: \
                Member must not be null";
    world.refused("UpdateManagedLoginBranding", json!({ "UserPoolId": pool }), INVALID, text).await;

    let (id, _) = style(&world, &client, json!({ "UseCognitoProvidedValues": true })).await;
    world.as_caller("123456789012", "us-east-1");
    let text = format!("User pool {} does not exist.", pool.as_str().unwrap());
    for operation in
        ["DescribeManagedLoginBranding", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"]
    {
        world.refused(operation, id.clone(), NOT_FOUND, &text).await;
    }
    world.refused("DescribeManagedLoginBrandingByClient", client, NOT_FOUND, &text).await;
}

async fn a_style_goes_with_its_client_and_its_pool(world: World) {
    let client = client(&world).await;
    let logo = asset("FORM_LOGO", "LIGHT", "SVG", SVG);
    let (id, _) = style(&world, &client, json!({ "Settings": {}, "Assets": [logo] })).await;
    world.ok("DeleteUserPoolClient", client.clone()).await;
    let text = "ManagedLoginBranding does not exist.";
    world.refused("DescribeManagedLoginBranding", id, NOT_FOUND, text).await;

    let other = world.client(client["UserPoolId"].as_str().unwrap(), json!({})).await;
    let other = json!({ "UserPoolId": client["UserPoolId"], "ClientId": other });
    style(&world, &other, json!({ "Settings": {}, "Assets": [logo] })).await;
    world.ok("DeleteUserPool", json!({ "UserPoolId": client["UserPoolId"] })).await;
}

#[tokio::test]
async fn a_request_of_two_megabytes_comes_through_and_a_larger_one_is_told_why_not() {
    let world = World::on_sqlite_with(Config::default()).await;
    let client = client(&world).await;
    let image = |mode: &str, bytes: usize| {
        asset("PAGE_BACKGROUND", mode, "PNG", &[PNG, &vec![0; bytes - PNG.len()]].concat())
    };
    let fits = json!([image("LIGHT", 780_000), image("DARK", 780_000)]);
    let (id, created) = style(&world, &client, json!({ "Settings": {}, "Assets": fits })).await;
    assert_eq!(created["Assets"], fits);
    assert_eq!(describe(&world, &id).await["Assets"], fits);

    let large = json!([image("LIGHT", 800_000), image("DARK", 800_000)]);
    let text = "The request exceeds the limit of 2 MB.";
    let request = with(id.clone(), json!({ "Assets": large }));
    world.refused("UpdateManagedLoginBranding", request, INVALID, text).await;
    for mode in ["LIGHT", "DARK"] {
        update(&world, &id, json!({ "Assets": [image(mode, 1_000_000)] })).await;
    }
    let text = "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1000001 cap=1000001]' at \
                'assets.1.member.bytes' failed to satisfy constraint: Member must have length less than or equal to \
                1000000";
    let request = with(id, json!({ "Assets": [image("LIGHT", 1_000_001)] }));
    world.refused("UpdateManagedLoginBranding", request, INVALID, text).await;
}
