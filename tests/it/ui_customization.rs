//! UI customization: stylesheet and logo of the classic pages, for a client or for all of a pool.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{World, on_both};

on_both!(
    a_customization_is_set_shown_and_taken_back,
    a_client_without_its_own_shows_that_of_all,
    a_customization_needs_a_domain,
    stylesheets_are_for_the_classes_of_the_pages,
    logos_are_small_png_or_jpeg_images,
    what_does_not_exist_is_told,
);

const INVALID: &str = "InvalidParameterException";
const CSS: &str = ".submitButton-customizable { color: #fff; }";

/// A pool with a domain. Returns its id.
async fn pool(world: &World, domain: &str) -> String {
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": domain })).await;
    pool
}

fn png(bytes: usize) -> String {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.resize(bytes, 0);
    BASE64_STANDARD.encode(image)
}

async fn get(world: &World, pool: &str, client: &str) -> Value {
    let request = json!({ "UserPoolId": pool, "ClientId": client });
    world.ok("GetUICustomization", request).await["UICustomization"].clone()
}

async fn a_customization_is_set_shown_and_taken_back(world: World) {
    let pool = pool(&world, "team").await;
    let client = world.client(&pool, json!({})).await;
    assert_eq!(get(&world, &pool, &client).await, json!({}), "nothing was set");
    let named = json!({ "UserPoolId": pool, "ClientId": client });

    let request = json!({ "UserPoolId": pool, "ClientId": client, "CSS": CSS, "ImageFile": png(20) });
    let set = world.ok("SetUICustomization", request).await["UICustomization"].clone();
    let url = set["ImageUrl"].as_str().unwrap();
    let begin = format!("{}/brand/{client}/image/ui-customization.png?v=", world.url);
    assert!(url.starts_with(&begin) && url.len() == begin.len() + 32, "{url}");
    let expected = json!({
        "UserPoolId": pool, "ClientId": client, "CSS": CSS, "CSSVersion": "20260102030405", "ImageUrl": url,
        "CreationDate": 1_767_323_045.678, "LastModifiedDate": 1_767_323_045.678,
    });
    assert_eq!(set, expected);
    assert_eq!(get(&world, &pool, &client).await, expected);

    // What is set replaces all that was set before.
    world.advance(TimeDelta::minutes(1));
    let request = json!({ "UserPoolId": pool, "ClientId": client, "CSS": "" , "ImageFile": png(21) });
    let set = world.ok("SetUICustomization", request).await["UICustomization"].clone();
    assert_eq!((set.get("CSS"), &set["CSSVersion"]), (None, &json!("20260102030505")));
    assert_eq!(set["CreationDate"], json!(1_767_323_045.678));
    assert_ne!(set["ImageUrl"], json!(url), "the address is another for another image");
    assert_eq!(get(&world, &pool, &client).await, set);

    let taken_back = world.ok("SetUICustomization", named.clone()).await;
    assert_eq!(taken_back, json!({ "UICustomization": named }));
    assert_eq!(get(&world, &pool, &client).await, json!({}));
}

async fn a_client_without_its_own_shows_that_of_all(world: World) {
    let pool = pool(&world, "team").await;
    let (with, without) = (world.client(&pool, json!({})).await, world.client(&pool, json!({})).await);
    let set = world.ok("SetUICustomization", json!({ "UserPoolId": pool, "ImageFile": png(9) })).await;
    let of_all = set["UICustomization"].clone();
    assert_eq!(of_all["ClientId"], json!("ALL"));
    assert!(of_all["ImageUrl"].as_str().unwrap().contains(&format!("/brand/{pool}/image/")));
    let own = json!({ "UserPoolId": pool, "ClientId": with, "CSS": CSS });
    world.ok("SetUICustomization", own).await;

    assert_eq!(get(&world, &pool, "ALL").await, of_all);
    assert_eq!(get(&world, &pool, &without).await, of_all);
    let named = world.ok("GetUICustomization", json!({ "UserPoolId": pool })).await;
    assert_eq!(named, json!({ "UICustomization": of_all }));
    let own = get(&world, &pool, &with).await;
    assert_eq!((&own["ClientId"], &own["CSS"], own.get("ImageUrl")), (&json!(with), &json!(CSS), None));

    world.ok("DeleteUserPoolClient", json!({ "UserPoolId": pool, "ClientId": with })).await;
    world.ok("SetUICustomization", json!({ "UserPoolId": pool, "ClientId": "ALL" })).await;
    assert_eq!(get(&world, &pool, &without).await, json!({}));
}

async fn a_customization_needs_a_domain(world: World) {
    let pool = world.pool(json!({})).await;
    let text = "A domain must be associated with this user pool.";
    world.refused("SetUICustomization", json!({ "UserPoolId": pool, "CSS": CSS }), INVALID, text).await;
    assert_eq!(get(&world, &pool, "ALL").await, json!({}));
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    world.ok("SetUICustomization", json!({ "UserPoolId": pool, "CSS": CSS })).await;
}

async fn stylesheets_are_for_the_classes_of_the_pages(world: World) {
    let pool = pool(&world, "team").await;
    for (css, text) in [
        (".foo { color: red }", "The CSS class .foo is not in the list of allowed classes."),
        ("body{}", "The CSS class body is not in the list of allowed classes."),
        (
            ".banner-customizable, .banner-customizable a {}",
            "The CSS class .banner-customizable a is not in the list of allowed classes.",
        ),
        ("@import 'x.css';", "The CSS contains @import, which is not allowed."),
        ("@media print { }", "The CSS contains @media, which is not allowed."),
        (
            ".banner-customizable { background: url(https://evil.example) }",
            "The CSS contains url(), which is not allowed.",
        ),
        (".banner-customizable {", "The CSS is not valid."),
    ] {
        world.refused("SetUICustomization", json!({ "UserPoolId": pool, "CSS": css }), INVALID, text).await;
    }
    let css =
        ".idpButton-customizable:hover, .inputField-customizable:focus { border: 1px solid rgb(1, 2, 3) }";
    world.ok("SetUICustomization", json!({ "UserPoolId": pool, "CSS": css })).await;
}

async fn logos_are_small_png_or_jpeg_images(world: World) {
    let pool = pool(&world, "team").await;
    let css = format!(".banner-customizable {{ }} /* {} */", "x".repeat(4000));
    for (members, text) in [
        (
            json!({ "ImageFile": BASE64_STANDARD.encode("<svg/>") }),
            "The image file should be a PNG or JPEG file.",
        ),
        (json!({ "ImageFile": png(102_401) }), "The image file should be no larger than 100 KB."),
        (json!({ "ImageFile": png(102_400), "CSS": css }), "request parameters too large"),
    ] {
        let mut request = members;
        request["UserPoolId"] = json!(pool);
        world.refused("SetUICustomization", request, INVALID, text).await;
    }
    let jpeg = BASE64_STANDARD.encode(b"\xff\xd8\xff\xe0");
    for (image, name) in [(png(102_400), "ui-customization.png"), (jpeg, "ui-customization.jpeg")] {
        let set = world.ok("SetUICustomization", json!({ "UserPoolId": pool, "ImageFile": image })).await;
        assert!(set["UICustomization"]["ImageUrl"].as_str().unwrap().contains(name));
    }
}

async fn what_does_not_exist_is_told(mut world: World) {
    let pool = pool(&world, "team").await;
    let nobody = json!({ "UserPoolId": pool, "ClientId": "nobody" });
    let text = "User pool client nobody does not exist.";
    for operation in ["GetUICustomization", "SetUICustomization"] {
        world.refused(operation, nobody.clone(), "ResourceNotFoundException", text).await;
    }
    world.as_caller("123456789012", "us-east-1");
    let text = format!("User pool {pool} does not exist.");
    for operation in ["GetUICustomization", "SetUICustomization"] {
        world.refused(operation, json!({ "UserPoolId": pool }), "ResourceNotFoundException", &text).await;
    }
}
