//! Signing in by other identity providers, from the application's first redirect to its tokens. The built-in provider answers
//! at a server of its own, and is known to the pool by its addresses alone.

pub mod oidc;
mod oidc_hostile;
mod pages;
mod saml;
mod saml_hostile;
mod single_logout;
mod social;
pub mod stand_in;
mod unsolicited;
mod users;

use api::config::Config;
use serde_json::{Value, json};

use crate::mock_idp::visitor::{Visitor, action, field};
use crate::oauth::App;
use crate::oauth::browser::{Browser, location, parameter};
use crate::world::{Answer, World};

/// A pool with a SAML provider `Corp` and an OpenID Connect provider `Sso`, an application, and the providers' server.
pub struct Stage {
    pub app: App,
    pub idp: World,
}

/// What providers say is written to.
fn mapping() -> Value {
    json!({ "email": "email", "given_name": "given_name", "custom:team": "team" })
}

impl Stage {
    pub async fn new(world: &World) -> Self {
        let schema = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": true }]);
        Self::with_pool(world, json!({ "Schema": schema })).await
    }

    /// The same with a pool of these members, among them `custom:team`.
    pub async fn with_pool(world: &World, members: Value) -> Self {
        let idp = world.replica(Config { mock_idp: true, ..Config::default() }).await;
        let app = App::without_jane(world, members, json!({})).await;
        let base = format!("{}/_poolhouse/idp", idp.url);
        let saml = json!({ "MetadataURL": format!("{base}/saml/metadata") });
        let oidc = json!({
            "client_id": "pool", "client_secret": "hush", "authorize_scopes": "openid email profile",
            "attributes_request_method": "GET", "oidc_issuer": format!("{base}/oidc"),
        });
        for (name, kind, details) in [("Corp", "SAML", saml), ("Sso", "OIDC", oidc)] {
            let request = json!({
                "UserPoolId": app.pool, "ProviderName": name, "ProviderType": kind, "ProviderDetails": details,
                "AttributeMapping": mapping(), "IdpIdentifiers": [format!("{}.example", name.to_lowercase())],
            });
            world.ok("CreateIdentityProvider", request).await;
        }
        let app = App::of_pool(
            world,
            &app.pool,
            json!({ "SupportedIdentityProviders": ["COGNITO", "Corp", "Sso"] }),
        )
        .await;
        Self { app, idp }
    }

    /// Gives a provider of the pool these details beside its own.
    pub async fn update(&self, world: &World, provider: &str, details: Value) {
        let mut all = self.details(world, provider).await;
        for found in ["SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"] {
            all.as_object_mut().unwrap().remove(found);
        }
        all.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
        let request =
            json!({ "UserPoolId": self.app.pool, "ProviderName": provider, "ProviderDetails": all });
        world.ok("UpdateIdentityProvider", request).await;
    }

    pub async fn details(&self, world: &World, provider: &str) -> Value {
        let request = json!({ "UserPoolId": self.app.pool, "ProviderName": provider });
        world.ok("DescribeIdentityProvider", request).await["IdentityProvider"]["ProviderDetails"].clone()
    }

    /// The path of an authorization request that names a provider.
    pub fn authorize(&self, provider: &str, changes: &[(&str, &str)]) -> String {
        let changes =
            [&[("identity_provider", provider), ("state", "s&1"), ("scope", "openid")], changes].concat();
        format!("/oauth2/authorize?{}", self.app.query(&changes))
    }

    /// Says at a provider who one is, where an answer of the pool led to: what the provider gives the browser.
    pub async fn at_provider(&self, sent: &Answer, fields: &[(&str, &str)]) -> Answer {
        let mut visitor = Visitor::at(&self.idp);
        let page = visitor.open(location(sent)).await;
        visitor.submit(&page, fields).await
    }

    /// Signs a browser in at a provider: what comes of it at the application.
    pub async fn sign_in(&self, browser: &mut Browser, provider: &str, fields: &[(&str, &str)]) -> Answer {
        let sent = browser.get(&self.authorize(provider, &[])).await;
        let answer = self.at_provider(&sent, fields).await;
        if provider == "Sso" {
            return browser.follow(&answer).await;
        }
        let posted = post_saml(browser, &answer).await;
        browser.follow(&posted).await
    }

    /// The claims of the ID token for an answer with a code.
    pub async fn claims(&self, world: &World, answer: &Answer) -> Value {
        let code =
            parameter(answer, "code").unwrap_or_else(|| panic!("{:?} {}", answer.headers, answer.text));
        let tokens = self.app.exchange(world, &code).await.ok();
        claims(tokens["id_token"].as_str().unwrap())
    }

    /// A user as administrators see them.
    pub async fn user(&self, world: &World, username: &str) -> Value {
        world.ok("AdminGetUser", json!({ "UserPoolId": self.app.pool, "Username": username })).await
    }
}

/// Posts what a page of a SAML provider carries.
pub async fn post_saml(browser: &mut Browser, page: &Answer) -> Answer {
    let (response, state) = (field(page, "SAMLResponse").unwrap(), field(page, "RelayState").unwrap());
    browser.post(&action(page), &[("SAMLResponse", &response), ("RelayState", &state)]).await
}

/// What a token says, unverified.
pub fn claims(token: &str) -> Value {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// What the application hears of a sign-in that failed: `error`, `error_description`, and its own state.
#[track_caller]
pub fn told(answer: &Answer) -> (String, String) {
    assert!(location(answer).starts_with(crate::oauth::CALLBACK), "{}", location(answer));
    assert_eq!(parameter(answer, "state").as_deref(), Some("s&1"));
    assert_eq!(parameter(answer, "code"), None);
    let of = |name| parameter(answer, name).unwrap_or_default();
    (of("error"), of("error_description"))
}
