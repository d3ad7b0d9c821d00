//! The built-in identity provider: there when it is wanted, used by nothing but its URLs, and deaf to others' forms.

mod federation;
mod oidc;
mod saml;
pub mod visitor;

use api::config::Config;
use serde_json::json;

use self::visitor::{Visitor, encoded};
use crate::world::{World, on_both};

on_both!(
    without_the_setting_there_is_no_provider,
    browsers_and_servers_come_without_a_control_token,
    a_pool_takes_its_addresses_as_those_of_any_provider,
    its_addresses_follow_the_public_url,
    text_from_outside_stays_text,
    forms_of_others_are_refused,
    what_cannot_be_said_is_asked_again,
);

/// Where the provider is at its server.
const PATH: &str = "/_poolhouse/idp";
/// What no page may take for anything but text.
const HOSTILE: &str = "\"'><script>alert(1)</script>&{{7*7}}";

fn with_provider() -> Config {
    Config { mock_idp: true, ..Config::default() }
}

/// A server with the provider, on the database of this world.
async fn provider(world: &World) -> World {
    world.replica(with_provider()).await
}

/// The query of an authentication request, with other parameters in place of some.
fn authorize(changes: &[(&str, &str)]) -> String {
    let mut parameters = vec![
        ("client_id", "app"),
        ("redirect_uri", "http://localhost:3000/callback?x=1"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s t&te"),
        ("nonce", "n-1"),
    ];
    parameters.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    format!("{PATH}/oidc/authorize?{}", encoded(&parameters))
}

async fn without_the_setting_there_is_no_provider(world: World) {
    let provider = provider(&world).await;
    for path in [
        "",
        "/",
        "/saml/metadata",
        "/saml/sso",
        "/saml/slo",
        "/saml/start",
        "/oidc/.well-known/openid-configuration",
        "/oidc/jwks",
        "/oidc/authorize",
        "/oidc/userinfo",
        "/submit.js",
    ] {
        let path = format!("{PATH}{path}");
        assert_eq!(world.get(&path).await.status, 404, "{path}");
        assert_ne!(provider.get(&path).await.status, 404, "{path}");
    }
    for path in ["/oidc/token", "/oidc/userinfo", "/oidc/authorize", "/saml/sso", "/saml/start"] {
        let status = world.http.post(format!("{}{PATH}{path}", world.url)).send().await.unwrap().status();
        assert_eq!(status, 404, "{path}");
    }
}

async fn browsers_and_servers_come_without_a_control_token(world: World) {
    let config = Config { control_token: Some("token".to_owned().into()), ..with_provider() };
    let provider = world.replica(config).await;
    assert_eq!(provider.get("/_poolhouse/messages").await.status, 401);
    for path in ["/saml/metadata", "/oidc/.well-known/openid-configuration", "/oidc/jwks", "/"] {
        assert_eq!(provider.get(&format!("{PATH}{path}")).await.status, 200, "{path}");
    }
    let script = provider.get(&format!("{PATH}/submit.js")).await;
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
}

async fn a_pool_takes_its_addresses_as_those_of_any_provider(world: World) {
    let provider = provider(&world).await;
    let pool = world.pool(json!({})).await;
    let base = format!("{}{PATH}", provider.url);
    let details = json!({ "MetadataURL": format!("{base}/saml/metadata") });
    let request = json!({ "UserPoolId": pool, "ProviderName": "Saml", "ProviderType": "SAML", "ProviderDetails": details });
    // Asked of the other server: it has the address, and nothing else.
    let saml = world.ok("CreateIdentityProvider", request).await;
    let details = &saml["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["SSORedirectBindingURI"], format!("{base}/saml/sso"));
    assert_eq!(details["SLORedirectBindingURI"], format!("{base}/saml/slo"));

    let details = json!({
        "client_id": "any", "client_secret": "any", "authorize_scopes": "openid email",
        "attributes_request_method": "GET", "oidc_issuer": format!("{base}/oidc"),
    });
    let request = json!({ "UserPoolId": pool, "ProviderName": "Oidc", "ProviderType": "OIDC", "ProviderDetails": details });
    let oidc = world.ok("CreateIdentityProvider", request).await;
    let details = &oidc["IdentityProvider"]["ProviderDetails"];
    for (name, path) in [
        ("authorize_url", "authorize"),
        ("token_url", "token"),
        ("attributes_url", "userinfo"),
        ("jwks_uri", "jwks"),
    ] {
        assert_eq!(details[name], format!("{base}/oidc/{path}"), "{name}");
    }
}

async fn its_addresses_follow_the_public_url(world: World) {
    let public_url = Some("https://idp.example/base".to_owned());
    let provider = world.replica(Config { public_url, ..with_provider() }).await;
    let document = provider.get(&format!("{PATH}/oidc/.well-known/openid-configuration")).await.ok();
    assert_eq!(document["issuer"], "https://idp.example/base/_poolhouse/idp/oidc");
    let metadata = provider.get(&format!("{PATH}/saml/metadata")).await.text;
    assert!(metadata.contains("entityID=\"https://idp.example/base/_poolhouse/idp/saml/metadata\""));
}

async fn text_from_outside_stays_text(world: World) {
    let provider = provider(&world).await;
    let mut visitor = Visitor::at(&provider);
    let page = visitor.open(&authorize(&[("client_id", HOSTILE), ("login_hint", HOSTILE)])).await;
    assert_eq!(page.status, 200);
    let fields = [
        ("subject", " "),
        ("email", HOSTILE),
        ("given_name", HOSTILE),
        ("attributes", HOSTILE),
        ("email_verified", HOSTILE),
    ];
    let again = visitor.submit(&page, &fields).await;
    assert!(again.text.contains("The subject is missing."), "{}", again.text);
    let refused = visitor.submit(&page, &[("subject", "a"), ("attributes", HOSTILE)]).await;
    assert!(refused.text.contains("An attribute is missing its name"), "{}", refused.text);
    let start = format!("{PATH}/saml/start?{}", encoded(&[("acs", HOSTILE), ("relay_state", HOSTILE)]));
    let start = visitor.open(&start).await;
    for page in [page, again, refused, start] {
        assert!(!page.text.contains("<script>") && page.text.contains("&#60;script&#62;"), "{}", page.text);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

async fn forms_of_others_are_refused(world: World) {
    let provider = provider(&world).await;
    let address = authorize(&[]);
    let mut visitor = Visitor::at(&provider);
    let page = visitor.open(&address).await;
    assert_eq!(visitor.post(&address, &[("person", "jane")]).await.status, 403, "no token");
    assert_eq!(visitor.post(&address, &[("person", "jane"), ("_csrf", "x")]).await.status, 403);
    let mut other = Visitor::at(&provider);
    assert_eq!(other.submit(&page, &[("person", "jane")]).await.status, 403, "no cookie");
    let mut foreign = visitor.clone();
    foreign.origin = Some("http://evil.example".to_owned());
    assert_eq!(foreign.submit(&page, &[("person", "jane")]).await.status, 403, "another origin");
    assert_eq!(visitor.submit(&page, &[("person", "jane")]).await.status, 302);
}

async fn what_cannot_be_said_is_asked_again(world: World) {
    let provider = provider(&world).await;
    let mut visitor = Visitor::at(&provider);
    let page = visitor.open(&authorize(&[])).await;
    for (fields, told) in [
        (&[("subject", "a\u{0}")][..], "The field subject has a control character."),
        (&[("subject", "a"), ("attributes", "iss=me")], "iss is said by the provider itself."),
        (&[("person", "nobody")], "There is no ready person of this name."),
    ] {
        let again = visitor.submit(&page, fields).await;
        assert!(again.status == 200 && again.text.contains(told), "{}", again.text);
    }
    let typed = [
        ("subject", ""),
        ("email", "jane@x.example"),
        ("email_verified", "false"),
        ("attributes", "a=1\nb=2"),
    ];
    let again = visitor.submit(&page, &typed).await.text;
    for kept in ["value=\"jane@x.example\"", "value=\"false\" selected", "\na=1\nb=2</textarea>"] {
        assert!(again.contains(kept), "{kept}: {again}");
    }
}
