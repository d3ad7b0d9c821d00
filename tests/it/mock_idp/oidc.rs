//! The OpenID Connect provider: a code flow as any client library walks it, verified by a library that knows nothing of ours.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::visitor::{Visitor, encoded, parameter};
use super::{HOSTILE, PATH, authorize, provider};
use crate::world::{Answer, World, on_both};

on_both!(
    a_code_brings_an_id_token_that_another_library_verifies,
    userinfo_says_what_the_scopes_open_for_an_hour,
    a_code_counts_once_and_only_for_its_client_and_url,
    a_code_ends_after_five_minutes,
    replicas_are_one_provider,
    what_is_wrong_with_a_request_goes_to_the_client_or_to_a_page,
    any_client_proves_itself_with_any_secret,
);

const REDIRECT_URI: &str = "http://localhost:3000/callback?x=1";

/// Signs somebody in. Returns the code.
async fn code(server: &World, changes: &[(&str, &str)], fields: &[(&str, &str)]) -> String {
    let mut visitor = Visitor::at(server);
    let page = visitor.open(&authorize(changes)).await;
    let answer = visitor.submit(&page, fields).await;
    parameter(&answer, "code").unwrap()
}

/// Sends the form of a token request, with other parameters in place of some.
pub(super) async fn exchange(server: &World, code: &str, changes: &[(&str, &str)]) -> Answer {
    let mut parameters = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", "app"),
        ("client_secret", "hush"),
    ];
    parameters.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    Visitor::at(server).post(&format!("{PATH}/oidc/token"), &parameters).await
}

/// The claims of an ID token: found by discovery, verified with the provider's keys at this server's time.
async fn claims(server: &World, token: &str) -> Value {
    let issuer = format!("{}{PATH}/oidc", server.url);
    let document = server.get(&format!("{PATH}/oidc/.well-known/openid-configuration")).await.ok();
    assert_eq!(document["issuer"], issuer);
    let jwks = document["jwks_uri"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    let keys = server.get(jwks).await.ok();
    let header = decode_header(token).unwrap();
    let keys = keys["keys"].as_array().unwrap().iter();
    let mut of_token = keys.filter(|key| key["kid"].as_str() == header.kid.as_deref());
    let key = of_token.next().unwrap();
    let [n, e] = ["n", "e"].map(|part| key[part].as_str().unwrap());
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&issuer]);
    validation.set_audience(&["app"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The clock of the server stands still in another year.
    validation.validate_exp = false;
    decode::<Value>(token, &DecodingKey::from_rsa_components(n, e).unwrap(), &validation).unwrap().claims
}

async fn a_code_brings_an_id_token_that_another_library_verifies(world: World) {
    let server = provider(&world).await;
    let attributes = format!("custom:team=red\ngroups=a\ngroups=b\nodd={HOSTILE}");
    let fields = [
        ("subject", "eve"),
        ("email", "eve@example.com"),
        ("email_verified", "true"),
        ("family_name", "Ünal"),
        ("attributes", &attributes),
    ];
    let mut visitor = Visitor::at(&server);
    let page = visitor.open(&authorize(&[("scope", "openid email profile")])).await;
    let answer = visitor.submit(&page, &fields).await;
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{REDIRECT_URI}&code=")), "{location}");
    assert_eq!(parameter(&answer, "state").unwrap(), "s t&te");

    let tokens = exchange(&server, &parameter(&answer, "code").unwrap(), &[]).await.ok();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let found = claims(&server, tokens["id_token"].as_str().unwrap()).await;
    let now = 1_767_323_045;
    let expected = json!({
        "iss": format!("{}{PATH}/oidc", server.url), "aud": "app", "sub": "eve", "nonce": "n-1",
        "iat": now, "auth_time": now, "exp": now + 3600,
        "email": "eve@example.com", "email_verified": true, "family_name": "Ünal",
        "custom:team": "red", "groups": ["a", "b"], "odd": HOSTILE,
    });
    assert_eq!(found, expected);
}

async fn userinfo_says_what_the_scopes_open_for_an_hour(world: World) {
    let server = provider(&world).await;
    let code = code(&server, &[("nonce", "")], &[("person", "jane")]).await;
    let tokens = exchange(&server, &code, &[]).await.ok();
    let found = claims(&server, tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((&found["nonce"], &found["name"]), (&Value::Null, &Value::Null), "asked for neither");
    let expected = json!({
        "sub": "jane", "email": "jane@example.com", "email_verified": true, "groups": ["admins", "staff"],
    });
    let url = format!("{}{PATH}/oidc/userinfo", server.url);
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    for request in [server.http.get(&url), server.http.post(&url)] {
        let answer = request.bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap(), expected);
    }

    let status = async |token: &str| {
        let answer = server.http.get(&url).bearer_auth(token).send().await.unwrap();
        let told = answer.headers().get("www-authenticate").map(|told| told.to_str().unwrap().to_owned());
        (answer.status().as_u16(), told.unwrap_or_default())
    };
    let refused = (401, "Bearer error=\"invalid_token\"".to_owned());
    assert_eq!(status(&token[..token.len() - 2]).await, refused);
    assert_eq!(status(tokens["id_token"].as_str().unwrap()).await, refused);
    assert_eq!(server.http.get(&url).send().await.unwrap().status(), 401);
    server.advance(TimeDelta::seconds(3599));
    assert_eq!(status(&token).await.0, 200);
    server.advance(TimeDelta::seconds(1));
    assert_eq!(status(&token).await, refused);
}

async fn a_code_counts_once_and_only_for_its_client_and_url(world: World) {
    let server = provider(&world).await;
    let code = code(&server, &[], &[("person", "ali")]).await;
    for (changes, status, error) in [
        (&[("redirect_uri", "http://localhost:3000/callback")][..], 400, "invalid_grant"),
        (&[("redirect_uri", "")], 400, "invalid_grant"),
        (&[("client_id", "other")], 400, "invalid_grant"),
        (&[("code", "wrong")], 400, "invalid_grant"),
        (&[("code", "")], 400, "invalid_request"),
        (&[("grant_type", "refresh_token")], 400, "unsupported_grant_type"),
        (&[("client_secret", "")], 401, "invalid_client"),
        (&[("client_id", "")], 401, "invalid_client"),
    ] {
        let answer = exchange(&server, &code, changes).await;
        let told: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!((answer.status, &told["error"]), (status, &json!(error)), "{changes:?}");
    }
    exchange(&server, &code, &[]).await.ok();
    let again = exchange(&server, &code, &[]).await;
    assert_eq!((again.status, again.text.as_str()), (400, r#"{"error":"invalid_grant"}"#));
}

async fn a_code_ends_after_five_minutes(world: World) {
    let server = provider(&world).await;
    let [first, second] =
        [code(&server, &[], &[("person", "ali")]).await, code(&server, &[], &[("person", "kim")]).await];
    server.advance(TimeDelta::seconds(299));
    exchange(&server, &first, &[]).await.ok();
    server.advance(TimeDelta::seconds(1));
    assert_eq!(exchange(&server, &second, &[]).await.status, 400);
}

async fn replicas_are_one_provider(world: World) {
    let (one, two) = (provider(&world).await, provider(&world).await);
    let code = code(&one, &[], &[("person", "jane")]).await;
    let tokens = exchange(&two, &code, &[]).await.ok();
    let keys = async |server: &World| server.get(&format!("{PATH}/oidc/jwks")).await.ok();
    assert_eq!(keys(&one).await, keys(&two).await);
    let metadata = async |server: &World| {
        server.get(&format!("{PATH}/saml/metadata")).await.text.replace(&server.url, "http://idp")
    };
    assert_eq!(metadata(&one).await, metadata(&two).await);
    assert_eq!(claims(&two, tokens["id_token"].as_str().unwrap()).await["sub"], "jane");
    let url = format!("{}{PATH}/oidc/userinfo", one.url);
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(one.http.get(url).bearer_auth(token).send().await.unwrap().status(), 200);
    assert_eq!(exchange(&one, &code, &[]).await.status, 400, "used at the other one");
}

async fn what_is_wrong_with_a_request_goes_to_the_client_or_to_a_page(world: World) {
    let server = provider(&world).await;
    let mut visitor = Visitor::at(&server);
    for (changes, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("response_type", "")], "invalid_request"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("scope", "email")], "invalid_scope"),
        (&[("prompt", "none")], "login_required"),
        (&[("nonce", "a\u{0}b")], "invalid_request"),
    ] {
        let answer = visitor.open(&authorize(changes)).await;
        assert_eq!(parameter(&answer, "error").as_deref(), Some(error), "{changes:?}");
        assert_eq!(parameter(&answer, "state").as_deref(), Some("s t&te"));
    }
    let twice = visitor.open(&format!("{}&{}", authorize(&[]), encoded(&[("nonce", "n-2")]))).await;
    assert_eq!(parameter(&twice, "error").as_deref(), Some("invalid_request"));
    for changes in [
        [("client_id", "")],
        [("redirect_uri", "")],
        [("redirect_uri", "javascript:alert(1)")],
        [("redirect_uri", "/callback")],
        [("redirect_uri", "https://app.example/#here")],
    ] {
        assert_eq!(visitor.open(&authorize(&changes)).await.status, 400, "{changes:?}");
    }

    let page = visitor.open(&authorize(&[])).await;
    let refused = visitor.submit(&page, &[("refuse", "true")]).await;
    assert_eq!(parameter(&refused, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&refused, "code"), None);
}

async fn any_client_proves_itself_with_any_secret(world: World) {
    let server = provider(&world).await;
    let url = format!("{}{PATH}/oidc/token", server.url);
    for (credentials, client_id, status) in [
        (("app", "whatever"), "", 200),
        (("app", "whatever"), "app", 200),
        (("app", "whatever"), "other", 401),
        (("app", ""), "", 401),
    ] {
        let code = code(&server, &[], &[("person", "jane")]).await;
        let mut form =
            vec![("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT_URI)];
        form.extend((!client_id.is_empty()).then_some(("client_id", client_id)));
        let request = server.http.post(&url).basic_auth(credentials.0, Some(credentials.1));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(encoded(&form));
        assert_eq!(request.send().await.unwrap().status(), status, "{credentials:?} {client_id}");
    }
}
