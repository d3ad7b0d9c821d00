//! Where a setting is refused although the model would take it: a table, each line with its reason, and beside it what is near
//! the line and taken.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::{INVALID, of_pool};
use crate::world::{World, on_both};

on_both!(what_is_stricter_than_the_model_has_a_reason, what_the_model_takes_is_taken);

/// Operation, members beside the pool, the text, and the reason.
fn refused(client: &str) -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let css = |css: &str| json!({ "ClientId": "ALL", "CSS": css });
    let terms = |link: &str| {
        json!({ "ClientId": client, "TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE",
                "Links": { "cognito:default": link } })
    };
    let client_with = |members: Value| {
        let mut request = json!({ "ClientName": "app" });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        request
    };
    let google = |more: Value| {
        let mut details = json!({ "client_id": "c", "client_secret": "s", "authorize_scopes": "openid" });
        details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details })
    };
    vec![
        (
            "SetUICustomization",
            css(".banner-customizable { background: url(https://x.example/) }"),
            "The CSS contains url(), which is not allowed.",
            "a page for passwords loads nothing from strangers",
        ),
        (
            "SetUICustomization",
            css("@import 'https://x.example/';"),
            "The CSS contains @import, which is not allowed.",
            "developer guide: no @import, @supports, @page or @media, and no JavaScript",
        ),
        (
            "SetUICustomization",
            css(".other { color: red }"),
            "The CSS class .other is not in the list of allowed classes.",
            "the service's text",
        ),
        (
            "SetUICustomization",
            json!({ "ClientId": "ALL", "ImageFile": BASE64_STANDARD.encode("GIF89a") }),
            "The image file should be a PNG or JPEG file.",
            "developer guide: PNG, JPG or JPEG",
        ),
        (
            "CreateTerms",
            terms("javascript:alert(1)"),
            "The link javascript:alert(1) is not an HTTP or HTTPS URL.",
            "pages show it as a link",
        ),
        (
            "CreateManagedLoginBranding",
            json!({ "ClientId": client, "Settings": { "colors": {} } }),
            "Settings has colors, but should only have the objects categories, componentClasses and components.",
            "developer guide: the three parts of a settings document",
        ),
        (
            "CreateUserPoolClient",
            client_with(json!({ "CallbackURLs": ["javascript:alert(1)"] })),
            "javascript:alert(1) is not a valid URL.",
            "a browser would run it",
        ),
        (
            "CreateUserPoolClient",
            client_with(json!({ "CallbackURLs": ["http://app.example/"] })),
            "http://app.example/ cannot use the HTTP protocol.",
            "the service's text",
        ),
        (
            "CreateUserPoolClient",
            client_with(json!({ "LogoutURLs": ["https://app.example/#out"] })),
            "https://app.example/#out cannot use fragment",
            "the service's text",
        ),
        (
            "CreateResourceServer",
            json!({ "Identifier": "shop", "Name": "Shop", "Scopes": [
                { "ScopeName": "read", "ScopeDescription": "r" }, { "ScopeName": "read", "ScopeDescription": "s" } ] }),
            "Duplicate scope name read is not allowed in a resource server.",
            "a scope is found by its name",
        ),
        (
            "CreateIdentityProvider",
            google(json!({ "colour": "red" })),
            "colour is not a valid key for Google identity provider details.",
            "the service's text, known for SAML",
        ),
        (
            "CreateIdentityProvider",
            google(json!({ "attributes_url_add_attributes": "yes" })),
            "attributes_url_add_attributes must be true or false.",
            "a word that is neither would silently mean no",
        ),
        (
            "UpdateUserPool",
            json!({ "EmailConfiguration": { "From": "Team a@example.com" } }),
            "Provided From email address is invalid",
            "the service's text",
        ),
        (
            "AddCustomAttributes",
            json!({ "CustomAttributes": [{ "Name": "age", "AttributeDataType": "Number",
                                           "NumberAttributeConstraints": { "MinValue": "low" } }] }),
            "Attribute custom:age has a constraint that is not a number.",
            "values are compared with it",
        ),
        (
            "CreateUserPoolDomain",
            json!({ "Domain": "my.team" }),
            "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, \
             and hyphens. Please enter a different name that follows this format: \
             ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
            "the service's text",
        ),
    ]
}

async fn what_is_stricter_than_the_model_has_a_reason(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    for (operation, members, text, _) in refused(&client) {
        world.refused(operation, of_pool(&pool, &members), INVALID, text).await;
    }
}

/// What is unusual, and taken.
async fn what_the_model_takes_is_taken(world: World) {
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "team" })).await;
    let lines = "<p>Hello \u{1f600},</p>\n\t<p>{####}</p>\r\n";
    let invitation = "Hi {username},\nyour password is {####}\n";
    let css =
        "/* ours */ .logo-customizable { --gap: 2px; margin: var(--gap); filter: drop-shadow(0 0 2px #000) }";
    for (operation, members) in [
        (
            "UpdateUserPool",
            json!({ "EmailVerificationMessage": lines, "EmailVerificationSubject": "a\nb \u{1f600}" }),
        ),
        ("UpdateUserPool", json!({ "VerificationMessageTemplate": { "EmailMessage": lines } })),
        (
            "UpdateUserPool",
            json!({ "VerificationMessageTemplate": { "EmailMessageByLink": "<a>\n{##\nhere\n##}\n</a>" } }),
        ),
        (
            "UpdateUserPool",
            json!({ "AdminCreateUserConfig": { "InviteMessageTemplate": {
                "SMSMessage": invitation, "EmailMessage": invitation, "EmailSubject": "Welcome" } } }),
        ),
        (
            "UpdateUserPool",
            json!({ "EmailConfiguration": { "From": "\"Team <red>, Inc.\" <a@example.com>" } }),
        ),
        ("UpdateUserPool", json!({ "PoolName": "a pool\nof +=,.@- words" })),
        ("UpdateUserPoolClient", json!({ "ClientId": client, "ClientName": "an app\nof +=,.@- words" })),
        (
            "UpdateUserPoolClient",
            json!({ "ClientId": client, "LogoutURLs": ["exp://127.0.0.1:19000/--/", "com.example.app:/out", "myapp://"],
                    "CallbackURLs": ["http://localhost:3000/a?b=c", "http://127.0.0.1", "http://[::1]:1/", "myapp://cb"] }),
        ),
        ("SetUICustomization", json!({ "ClientId": "ALL", "CSS": css })),
        ("CreateGroup", json!({ "GroupName": "a/b|c\u{1f600}\u{e4}", "Description": "two\nlines" })),
        (
            "CreateResourceServer",
            json!({ "Identifier": "https://api.example/v1?x=[1]", "Name": "The\nshop", "Scopes": [
                { "ScopeName": "a:b.c*", "ScopeDescription": "two\nlines" } ] }),
        ),
        ("TagResource", json!({})),
    ] {
        if operation == "TagResource" {
            let arn = format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}");
            world
                .ok(operation, json!({ "ResourceArn": arn, "Tags": { "a b/c:=@": "", "e\u{301}": "\n" } }))
                .await;
        } else {
            world.ok(operation, of_pool(&pool, &members)).await;
        }
    }
}
