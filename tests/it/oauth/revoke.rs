//! `/oauth2/revoke`: a refresh token ends, with all tokens of its sign-in (RFC 7009).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::{App, api_flows, assert_headers_of_a_domain, assert_refused};
use crate::world::{Answer, World, on_both};

on_both!(
    a_revoked_token_takes_its_sign_in_with_it_and_no_other,
    what_is_unknown_or_revoked_is_revoked,
    clients_prove_who_they_are,
    only_refresh_tokens_can_be_revoked,
    requests_without_sense_are_refused,
);

async fn revoked(world: &World, app: &App, token: &Value) -> Answer {
    app.endpoint(world, "/oauth2/revoke", &[("token", token.as_str().unwrap())]).await
}

#[track_caller]
fn assert_done(answer: &Answer) {
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_headers_of_a_domain(answer);
}

async fn a_revoked_token_takes_its_sign_in_with_it_and_no_other(world: World) {
    let app = App::with(&world, json!({}), api_flows()).await;
    let (one, two) = (app.tokens(&world, &[]).await, app.tokens(&world, &[]).await);
    let of_api = world.sign_in(&app.client, "jane").await;
    assert_done(&revoked(&world, &app, &one["refresh_token"]).await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", one["refresh_token"].as_str().unwrap())];
    assert_refused(&app.token(&world, &form).await, 400, "invalid_grant");
    assert_eq!(app.user_info(&world, &one["access_token"]).await.status, 401);
    let get = |token: &Value| json!({ "AccessToken": token });
    let text = "Access Token has been revoked";
    world.refused("GetUser", get(&one["access_token"]), "NotAuthorizedException", text).await;
    assert_eq!(app.user_info(&world, &two["access_token"]).await.status, 200);
    world.ok("GetUser", get(&of_api["AccessToken"])).await;
    // Also one that the API handed out.
    assert_done(&revoked(&world, &app, &of_api["RefreshToken"]).await);
    world.refused("GetUser", get(&of_api["AccessToken"]), "NotAuthorizedException", text).await;
}

async fn what_is_unknown_or_revoked_is_revoked(world: World) {
    let app = App::new(&world).await;
    let tokens = app.tokens(&world, &[]).await;
    for _ in 0..2 {
        assert_done(&revoked(&world, &app, &tokens["refresh_token"]).await);
    }
    for unknown in ["x", "a.b.c.d.e", "11111111-2222-3333-4444-555555555555"] {
        assert_done(&revoked(&world, &app, &json!(unknown)).await);
    }
}

async fn clients_prove_who_they_are(world: World) {
    let public = App::new(&world).await;
    let app = App::of_pool(&world, &public.pool, json!({ "GenerateSecret": true })).await;
    let (id, secret) = (app.client.as_str(), app.secret.as_deref().unwrap());
    let tokens = app.tokens(&world, &[]).await;
    let token = ("token", tokens["refresh_token"].as_str().unwrap());
    let wrong = BASE64_STANDARD.encode(format!("{id}:wrong"));
    let right = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    for (basic, fields, error) in [
        (None, vec![token, ("client_id", id)], Some("invalid_client")),
        (None, vec![token, ("client_id", id), ("client_secret", "wrong")], Some("invalid_client")),
        (None, vec![token, ("client_id", "unknown")], Some("invalid_client")),
        (Some(&wrong), vec![token], Some("invalid_client")),
        (Some(&right), vec![token, ("client_id", &public.client)], Some("invalid_client")),
        (None, vec![token, ("client_id", &public.client), ("client_secret", secret)], Some("invalid_client")),
        (Some(&right), vec![token], None),
        (None, vec![token, ("client_id", id), ("client_secret", secret)], None),
    ] {
        assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200, "{basic:?} {fields:?}");
        let mut browser = app.browser(&world);
        browser.headers.extend(basic.map(|basic| ("authorization", format!("Basic {basic}"))));
        let answer = browser.post("/oauth2/revoke", &fields).await;
        match error {
            Some(error) => assert_refused(&answer, 401, error),
            None => {
                assert_done(&answer);
                break;
            }
        }
    }
    // Another client's token is not its own to revoke.
    let tokens = public.tokens(&world, &[]).await;
    assert_refused(&revoked(&world, &app, &tokens["refresh_token"]).await, 400, "invalid_request");
    assert_eq!(public.user_info(&world, &tokens["access_token"]).await.status, 200);
}

async fn only_refresh_tokens_can_be_revoked(world: World) {
    let app = App::new(&world).await;
    let tokens = app.tokens(&world, &[]).await;
    for name in ["access_token", "id_token"] {
        assert_refused(&revoked(&world, &app, &tokens[name]).await, 400, "unsupported_token_type");
    }
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
    let members = json!({ "EnableTokenRevocation": false });
    let app = App::of_pool(&world, &app.pool, members).await;
    let tokens = app.tokens(&world, &[]).await;
    assert_refused(&revoked(&world, &app, &tokens["refresh_token"]).await, 400, "invalid_request");
    assert_eq!(app.user_info(&world, &tokens["access_token"]).await.status, 200);
}

async fn requests_without_sense_are_refused(world: World) {
    let app = App::new(&world).await;
    for form in [vec![], vec![("token", "")], vec![("token", "x"), ("token", "x")]] {
        let answer = app.endpoint(&world, "/oauth2/revoke", &form).await;
        assert_refused(&answer, 400, "invalid_request");
    }
    let mut browser = app.browser(&world);
    assert_refused(&browser.post("/oauth2/revoke", &[("token", "x")]).await, 400, "invalid_request");
    assert_eq!(browser.get("/oauth2/revoke?token=x").await.status, 405);
}
