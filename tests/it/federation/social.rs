//! Google, Facebook, Login with Amazon and Sign in with Apple, each with its own parameters. What stands in for them is named
//! in the configuration.

use api::config::Config;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::claims;
use super::stand_in::{Key, StandIn};
use crate::oauth::App;
use crate::oauth::browser::{Browser, location, parameter};
use crate::world::{Answer, World, on_both};

on_both!(
    google,
    google_says_where_its_keys_are,
    facebook,
    somebody_must_be_named,
    login_with_amazon,
    sign_in_with_apple,
    what_stands_in_is_told_to_nobody
);

/// A server with a stand-in for all four.
struct Social {
    world: World,
    provider: StandIn,
    app: App,
}

impl Social {
    /// A pool with a provider of this kind, and of these details.
    async fn new(world: &World, kind: &str, details: Value, mapping: Value) -> Self {
        let named = [
            ("authorize_url", "/authorize"),
            ("token_url", "/token"),
            ("attributes_url", "/me?fields="),
            ("oidc_issuer", ""),
            ("jwks_uri", "/keys"),
        ];
        let has_id_token = matches!(kind, "Google" | "SignInWithApple");
        let has_user_info = kind != "SignInWithApple";
        let named = named.into_iter().filter(|(key, _)| match *key {
            "oidc_issuer" | "jwks_uri" => has_id_token,
            "attributes_url" => has_user_info,
            _ => true,
        });
        Self::with(world, kind, details, mapping, &named.collect::<Vec<_>>()).await
    }

    /// The same with a stand-in at these addresses alone. Nobody else is asked.
    async fn with(world: &World, kind: &str, details: Value, mapping: Value, named: &[(&str, &str)]) -> Self {
        let provider = StandIn::start();
        let url = |(key, path): &(&str, &str)| format!("{kind}.{key}={}", provider.at(path)).parse().unwrap();
        let provider_urls = named.iter().map(url).collect();
        let outbound_hosts = Some(vec![provider.url.strip_prefix("http://").unwrap().to_owned()]);
        let world = world.replica(Config { provider_urls, outbound_hosts, ..Config::default() }).await;
        let app = App::without_jane(&world, json!({}), json!({})).await;
        let request = json!({
            "UserPoolId": app.pool, "ProviderName": kind, "ProviderType": kind, "ProviderDetails": details,
            "AttributeMapping": mapping,
        });
        world.ok("CreateIdentityProvider", request).await;
        let app =
            App::of_pool(&world, &app.pool, json!({ "SupportedIdentityProviders": ["COGNITO", kind] })).await;
        Self { world, provider, app }
    }

    async fn leave(&self, kind: &str) -> (Browser, Answer) {
        let mut browser = self.app.browser(&self.world);
        let query =
            self.app.query(&[("identity_provider", kind), ("login_hint", "ann@x"), ("scope", "openid")]);
        let sent = browser.get(&format!("/oauth2/authorize?{query}")).await;
        assert!(location(&sent).starts_with(&self.provider.at("/authorize?")), "{}", location(&sent));
        (browser, sent)
    }

    async fn come_back(&self, browser: &mut Browser, sent: &Answer) -> Value {
        let state = parameter(sent, "state").unwrap();
        let answer = browser.get(&format!("/oauth2/idpresponse?code=c1&state={state}")).await;
        self.claims(&answer).await
    }

    async fn claims(&self, answer: &Answer) -> Value {
        let code = parameter(answer, "code").unwrap_or_else(|| panic!("{:?}", answer.headers));
        claims(self.app.exchange(&self.world, &code).await.ok()["id_token"].as_str().unwrap())
    }
}

fn secret() -> Value {
    json!({ "client_id": "me", "client_secret": "hush", "authorize_scopes": "openid email" })
}

async fn google(world: World) {
    let mapping = json!({ "email": "email", "name": "name" });
    let social = Social::new(&world, "Google", secret(), mapping).await;
    let (mut browser, sent) = social.leave("Google").await;
    assert_eq!(parameter(&sent, "login_hint").as_deref(), Some("ann@x"));
    assert_eq!(parameter(&sent, "scope").as_deref(), Some("openid email"));
    let key = Key::new("g1");
    let token = key.sign(&json!({
        "iss": social.provider.url, "aud": "me", "sub": "107", "exp": 1_767_323_345, "iat": 1_767_323_045,
        "nonce": parameter(&sent, "nonce"), "email": "ann@example.com",
    }));
    social.provider.answers("/keys", 200, key.jwks());
    social.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
    social.provider.answers("/me", 200, json!({ "name": "Ann" }));
    let claims = social.come_back(&mut browser, &sent).await;
    assert_eq!(claims["cognito:username"], "Google_107");
    assert_eq!((&claims["email"], &claims["name"]), (&json!("ann@example.com"), &json!("Ann")));
    let identity = &claims["identities"][0];
    assert_eq!((&identity["providerType"], &identity["issuer"]), (&json!("Google"), &Value::Null));
    assert!(social.provider.asked("/token").body.contains("client_secret=hush"));
}

async fn google_says_where_its_keys_are(world: World) {
    let named = [("authorize_url", "/authorize"), ("token_url", "/token"), ("oidc_issuer", "")];
    let social = Social::with(&world, "Google", secret(), json!({ "email": "email" }), &named).await;
    let (mut browser, sent) = social.leave("Google").await;
    let key = Key::new("g1");
    let token = key.sign(&json!({
        "iss": social.provider.url, "aud": "me", "sub": "107", "exp": 1_767_323_345, "iat": 1_767_323_045,
        "nonce": parameter(&sent, "nonce"), "email": "ann@example.com",
    }));
    let discovery = json!({
        "issuer": social.provider.url, "authorization_endpoint": social.provider.at("/authorize"),
        "token_endpoint": social.provider.at("/token"), "jwks_uri": social.provider.at("/certs"),
    });
    social.provider.answers("/.well-known/openid-configuration", 200, discovery);
    social.provider.answers("/certs", 200, key.jwks());
    social.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
    // The people API, which is not asked, could say nothing that can be mapped.
    let claims = social.come_back(&mut browser, &sent).await;
    assert_eq!(
        (&claims["cognito:username"], &claims["email"]),
        (&json!("Google_107"), &json!("ann@example.com"))
    );
}

async fn facebook(world: World) {
    let mapping = json!({ "email": "email", "name": "name" });
    let social = Social::new(&world, "Facebook", secret(), mapping).await;
    let (mut browser, sent) = social.leave("Facebook").await;
    assert_eq!((parameter(&sent, "nonce"), parameter(&sent, "login_hint")), (None, None), "not for Facebook");
    social.provider.answers("/token", 200, json!({ "access_token": "at", "token_type": "bearer" }));
    social.provider.answers("/me", 200, json!({ "id": "10150", "email": "ann@example.com", "name": "Ann" }));
    let claims = social.come_back(&mut browser, &sent).await;
    assert_eq!(claims["cognito:username"], "Facebook_10150");
    let asked = social.provider.asked("/token");
    assert_eq!((asked.method.as_str(), asked.authorization, asked.body.as_str()), ("GET", None, ""));
    for part in ["client_id=me", "client_secret=hush", "code=c1", "redirect_uri=http"] {
        assert!(asked.target.contains(part), "{part}: {}", asked.target);
    }
    let asked = social.provider.asked("/me");
    assert_eq!(asked.authorization.as_deref(), Some("Bearer at"));
    assert_eq!(asked.target, "/me?fields=email,name,id");
}

async fn somebody_must_be_named(world: World) {
    let social = Social::new(&world, "Facebook", secret(), json!({ "email": "email" })).await;
    social.provider.answers("/token", 200, json!({ "access_token": "at", "token_type": "bearer" }));
    for told in [json!({ "sub": "10150" }), json!({ "id": null }), json!({ "id": "" }), json!({ "id": [] })] {
        social.provider.answers("/me", 200, &told);
        let (mut browser, sent) = social.leave("Facebook").await;
        let state = parameter(&sent, "state").unwrap();
        let answer = browser.get(&format!("/oauth2/idpresponse?code=c1&state={state}")).await;
        let description = parameter(&answer, "error_description");
        assert_eq!(description.as_deref(), Some("The provider does not say who signed in"), "{told}");
    }
}

async fn login_with_amazon(world: World) {
    let social = Social::new(&world, "LoginWithAmazon", secret(), json!({ "email": "email" })).await;
    let (mut browser, sent) = social.leave("LoginWithAmazon").await;
    social.provider.answers("/token", 200, json!({ "access_token": "at", "token_type": "bearer" }));
    let profile = json!({ "user_id": "amzn1.account.K2LI23KL2LK2", "email": "ann@example.com" });
    social.provider.answers("/me", 200, profile);
    let claims = social.come_back(&mut browser, &sent).await;
    assert_eq!(claims["cognito:username"], "LoginWithAmazon_amzn1.account.K2LI23KL2LK2");
    assert_eq!(social.provider.asked("/me").target, "/me?fields=", "the profile is whole");
    assert_eq!(social.provider.asked("/token").method, "POST");
}

async fn sign_in_with_apple(world: World) {
    let ours = Key::new("KEY1234567");
    let details = json!({
        "client_id": "com.example.app", "team_id": "TEAM123456", "key_id": "KEY1234567",
        "private_key": ours.pem(), "authorize_scopes": "email name",
    });
    let mapping = json!({ "email": "email", "given_name": "firstName", "family_name": "lastName" });
    let social = Social::new(&world, "SignInWithApple", details, mapping).await;
    let (mut browser, sent) = social.leave("SignInWithApple").await;
    assert_eq!(parameter(&sent, "response_mode").as_deref(), Some("form_post"));
    let apple = Key::new("a1");
    let token = apple.sign(&json!({
        "iss": social.provider.url, "aud": "com.example.app", "sub": "0012.ab", "exp": 1_767_323_345,
        "iat": 1_767_323_045, "nonce": parameter(&sent, "nonce"), "email": "ann@example.com",
    }));
    social.provider.answers("/keys", 200, apple.jwks());
    social.provider.answers("/token", 200, json!({ "access_token": "at", "id_token": token }));
    let state = parameter(&sent, "state").unwrap();
    let user = json!({ "name": { "firstName": "Ann", "lastName": "Example" }, "email": "other@example.com" });
    let form = [("code", "c1"), ("state", state.as_str()), ("user", &user.to_string())];
    let again = browser.post("/oauth2/idpresponse", &form).await;
    let answer = browser.follow(&again).await;
    let claims = social.claims(&answer).await;
    assert_eq!(claims["cognito:username"], "SignInWithApple_0012.ab");
    assert_eq!((&claims["given_name"], &claims["family_name"]), (&json!("Ann"), &json!("Example")));
    assert_eq!(claims["email"], "ann@example.com", "only the token says so");

    // The secret is a token of ours (Apple: "Creating a client secret").
    let body = social.provider.asked("/token").body;
    let secret = body.split('&').find_map(|pair| pair.strip_prefix("client_secret=")).unwrap();
    let jwk = ours.jwks()["keys"][0].clone();
    let key =
        DecodingKey::from_ec_components(jwk["x"].as_str().unwrap(), jwk["y"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false; // the server's clock stands still
    validation.set_audience(&["https://appleid.apple.com"]);
    let decoded = jsonwebtoken::decode::<Value>(secret, &key, &validation).unwrap();
    assert_eq!(decoded.header.kid.as_deref(), Some("KEY1234567"));
    assert_eq!(
        (&decoded.claims["iss"], &decoded.claims["sub"]),
        (&json!("TEAM123456"), &json!("com.example.app"))
    );
}

async fn what_stands_in_is_told_to_nobody(world: World) {
    let social = Social::new(&world, "Google", secret(), json!({})).await;
    let request = json!({ "UserPoolId": social.app.pool, "ProviderName": "Google" });
    let described = social.world.ok("DescribeIdentityProvider", request).await;
    let details = &described["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["authorize_url"], "https://accounts.google.com/o/oauth2/v2/auth");
    assert!(!details.to_string().contains(&social.provider.url));
}
