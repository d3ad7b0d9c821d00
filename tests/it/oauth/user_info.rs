//! `/oauth2/userInfo`: what the scopes of an access token open of its user.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{App, api_flows, assert_headers_of_a_domain};
use crate::world::{Answer, World, on_both};

on_both!(
    scopes_open_attributes,
    a_client_shows_what_it_may_read,
    the_endpoint_is_called_in_several_ways,
    without_a_token_the_request_is_bad,
    tokens_that_are_not_good_are_refused,
    a_token_needs_openid,
    a_token_counts_at_the_domain_of_its_pool,
);

const GONE: &str = "Access token is expired, disabled, or deleted, or the user has globally signed out.";

/// Asserts what is refused, in the body and in the header.
#[track_caller]
fn assert_told(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body, json!({ "error": error, "error_description": description }));
    let header = format!("error=\"{error}\", error_description=\"{description}\"");
    assert_eq!(answer.headers["www-authenticate"], header);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_headers_of_a_domain(answer);
}

async fn scopes_open_attributes(world: World) {
    let schema = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": true }]);
    let app = App::with(&world, json!({ "Schema": schema }), json!({})).await;
    let attributes = json!([
        { "Name": "custom:team", "Value": "blue" },
        { "Name": "phone_number_verified", "Value": "false" },
        { "Name": "address", "Value": "1 Main St" },
    ]);
    let update = json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributes": attributes });
    world.ok("AdminUpdateUserAttributes", update).await;
    let all = app.tokens(&world, &[("scope", "openid")]).await;
    let answer = app.user_info(&world, &all["access_token"]).await;
    assert_headers_of_a_domain(&answer);
    assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8");
    let everything = answer.ok();
    insta::assert_json_snapshot!("user_info", everything);
    for (scope, shown) in [
        ("openid email", vec!["email", "email_verified"]),
        ("openid phone", vec!["phone_number", "phone_number_verified"]),
        ("openid profile", vec!["address", "custom:team", "name"]),
        (
            "openid email phone profile",
            vec![
                "address",
                "custom:team",
                "email",
                "email_verified",
                "name",
                "phone_number",
                "phone_number_verified",
            ],
        ),
        ("openid aws.cognito.signin.user.admin email", vec!["email", "email_verified"]),
    ] {
        let tokens = app.tokens(&world, &[("scope", scope)]).await;
        let body = app.user_info(&world, &tokens["access_token"]).await.ok();
        let mut names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        names.retain(|name| !["sub", "username"].contains(name));
        assert_eq!(names, shown, "{scope}");
        for name in names.iter().chain(&["sub", "username"]) {
            assert_eq!(body[name], everything[name], "{scope} {name}");
        }
    }
}

async fn a_client_shows_what_it_may_read(world: World) {
    let app = App::with(&world, json!({}), json!({ "ReadAttributes": ["email", "name"] })).await;
    let tokens = app.tokens(&world, &[("scope", "openid")]).await;
    let body = app.user_info(&world, &tokens["access_token"]).await.ok();
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(names, ["email", "name", "sub", "username"]);
    // As they are now.
    let attributes = json!([{ "Name": "name", "Value": "Jane Roe" }]);
    let update = json!({ "UserPoolId": app.pool, "Username": "jane", "UserAttributes": attributes });
    world.ok("AdminUpdateUserAttributes", update).await;
    let body = app.user_info(&world, &tokens["access_token"]).await.ok();
    assert_eq!(body["name"], json!("Jane Roe"));
}

async fn the_endpoint_is_called_in_several_ways(world: World) {
    let app = App::new(&world).await;
    let tokens = app.tokens(&world, &[]).await;
    let mut browser = app.browser(&world);
    let header = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    browser.headers.push(("authorization", header));
    let expected = browser.get("/oauth2/userInfo").await.ok();
    assert_eq!(browser.get("/oauth2/userinfo").await.ok(), expected);
    assert_eq!(browser.post("/oauth2/userInfo", &[]).await.ok(), expected);
    assert_eq!(browser.post("/oauth2/userinfo", &[("x", "y")]).await.ok(), expected);
}

async fn without_a_token_the_request_is_bad(world: World) {
    let app = App::new(&world).await;
    let tokens = app.tokens(&world, &[]).await;
    let token = tokens["access_token"].as_str().unwrap();
    let text = "Bad OAuth2 request at UserInfo Endpoint";
    for header in [None, Some("Bearer".to_owned()), Some(token.to_owned()), Some(format!("Basic {token}"))] {
        let mut browser = app.browser(&world);
        browser.headers.extend(header.map(|header| ("authorization", header)));
        assert_told(&browser.get("/oauth2/userInfo").await, 400, "invalid_request", text);
        let in_query = browser.get(&format!("/oauth2/userInfo?access_token={token}")).await;
        assert_told(&in_query, 400, "invalid_request", text);
    }
}

async fn tokens_that_are_not_good_are_refused(world: World) {
    let app = App::new(&world).await;
    let jane = json!({ "UserPoolId": app.pool, "Username": "jane" });
    let tokens = app.tokens(&world, &[]).await;
    let token = tokens["access_token"].as_str().unwrap();
    let changed = json!(format!("{token}x"));
    for bad in [&json!("x"), &json!("a.b.c"), &changed, &tokens["id_token"], &tokens["refresh_token"]] {
        assert_told(&app.user_info(&world, bad).await, 401, "invalid_token", GONE);
    }
    world.advance(TimeDelta::hours(1) - TimeDelta::seconds(1));
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
    world.advance(TimeDelta::seconds(1));
    assert_told(&app.user_info(&world, &tokens["access_token"]).await, 401, "invalid_token", GONE);

    let revoked = app.tokens(&world, &[]).await;
    let form = [("token", revoked["refresh_token"].as_str().unwrap())];
    assert_eq!(app.endpoint(&world, "/oauth2/revoke", &form).await.status, 200);
    assert_told(&app.user_info(&world, &revoked["access_token"]).await, 401, "invalid_token", GONE);
    for ending in ["AdminUserGlobalSignOut", "AdminDisableUser", "AdminDeleteUser"] {
        let token = app.tokens(&world, &[]).await["access_token"].clone();
        assert_eq!(app.user_info(&world, &token).await.status, 200);
        world.ok(ending, jane.clone()).await;
        assert_told(&app.user_info(&world, &token).await, 401, "invalid_token", GONE);
        if ending == "AdminDisableUser" {
            world.ok("AdminEnableUser", jane.clone()).await;
        }
    }
}

async fn a_token_needs_openid(world: World) {
    let app = App::with(&world, json!({}), api_flows()).await;
    let text = "Access token does not contain openid scope";
    let of_api = world.sign_in(&app.client, "jane").await;
    assert_told(&app.user_info(&world, &of_api["AccessToken"]).await, 401, "invalid_token", text);
    let tokens = app.tokens(&world, &[("scope", "aws.cognito.signin.user.admin")]).await;
    assert_told(&app.user_info(&world, &tokens["access_token"]).await, 401, "invalid_token", text);
}

async fn a_token_counts_at_the_domain_of_its_pool(world: World) {
    let app = App::new(&world).await;
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "other" })).await;
    let tokens = app.tokens(&world, &[]).await;
    for (name, status) in [
        ("acme.auth.us-east-1.localhost", 200),
        ("localhost", 200),
        ("other.auth.us-east-1.localhost", 401),
        ("acme.auth.eu-west-1.localhost", 401),
        ("nobody.example.com", 401),
    ] {
        let elsewhere = App { name: name.to_owned(), ..app.clone() };
        let answer = elsewhere.user_info(&world, &tokens["access_token"]).await;
        assert_eq!(answer.status, status, "{name}");
    }
}
