//! The OAuth endpoints of domains, as browsers and applications use them.

mod attacks;
mod authorize;
pub mod browser;
mod client_credentials;
mod codes_at_once;
mod discovery;
mod forgery;
mod hostile_text;
mod hosts;
mod logout;
mod prompts;
mod refresh;
mod revoke;
mod sessions;
mod token;
mod user_info;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use self::browser::{Browser, encoded, parameter};
use crate::world::{ALL_FLOWS, Answer, World};

/// Where applications of tests wait for browsers.
pub const CALLBACK: &str = "https://app.example.com/cb";
/// Where they want them after signing out.
pub const LOGOUT: &str = "https://app.example.com/bye";

/// A verifier of PKCE, and its challenge (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An application at a pool's domain.
#[derive(Clone)]
pub struct App {
    pub pool: String,
    pub client: String,
    pub secret: Option<String>,
    /// The name of the domain's host.
    pub name: String,
}

impl App {
    /// A client without a secret, of a pool with the domain `acme` and Jane, who can sign in.
    pub async fn new(world: &World) -> Self {
        Self::with(world, json!({}), json!({})).await
    }

    /// The same with these members of the pool and the client.
    pub async fn with(world: &World, pool: Value, client: Value) -> Self {
        let app = Self::without_jane(world, pool, client).await;
        let attributes = json!({
            "email": "jane@example.com", "email_verified": "true", "phone_number": "+15555550100",
            "name": "Jane Doe",
        });
        world.user(&app.pool, "jane", attributes).await;
        app
    }

    /// The same without anybody.
    pub async fn without_jane(world: &World, pool: Value, client: Value) -> Self {
        let pool = world.pool(pool).await;
        world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
        Self::of_pool(world, &pool, client).await
    }

    /// Another application of a pool with the domain `acme`.
    pub async fn of_pool(world: &World, pool: &str, members: Value) -> Self {
        let mut request = json!({
            "UserPoolId": pool, "ClientName": "app",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code", "implicit"],
            "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
            "CallbackURLs": [CALLBACK, "https://app.example.com/other"],
            "LogoutURLs": [LOGOUT],
            "SupportedIdentityProviders": ["COGNITO"],
        });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let client = world.ok("CreateUserPoolClient", request).await["UserPoolClient"].clone();
        Self {
            pool: pool.to_owned(),
            client: client["ClientId"].as_str().unwrap().to_owned(),
            secret: client["ClientSecret"].as_str().map(str::to_owned),
            name: "acme.auth.us-east-1.localhost".to_owned(),
        }
    }

    /// Gives the domain the pages of managed login, and the client a style, without which it has none.
    pub async fn use_managed_login(&self, world: &World) {
        let update = json!({ "UserPoolId": self.pool, "Domain": "acme", "ManagedLoginVersion": 2 });
        world.ok("UpdateUserPoolDomain", update).await;
        let style =
            json!({ "UserPoolId": self.pool, "ClientId": self.client, "UseCognitoProvidedValues": true });
        world.ok("CreateManagedLoginBranding", style).await;
    }

    /// A browser of nobody yet.
    pub fn browser(&self, world: &World) -> Browser {
        Browser::at(world, &self.name)
    }

    /// An authorization request for a code, with parameters added, changed, or, where they are empty, left out.
    pub fn query(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs =
            vec![("client_id", self.client.as_str()), ("redirect_uri", CALLBACK), ("response_type", "code")];
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        encoded(&pairs)
    }

    /// The code that Jane's sign-in in a new browser brings.
    pub async fn code(&self, world: &World, changes: &[(&str, &str)]) -> String {
        let answer = self.browser(world).sign_in(&self.query(changes), "jane").await;
        parameter(&answer, "code").unwrap_or_else(|| panic!("{:?}", answer.headers))
    }

    /// Shows a code as it should be shown.
    pub async fn exchange(&self, world: &World, code: &str) -> Answer {
        let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        self.token(world, &form).await
    }

    /// The tokens of Jane's sign-in in a new browser.
    pub async fn tokens(&self, world: &World, changes: &[(&str, &str)]) -> Value {
        let code = self.code(world, changes).await;
        self.exchange(world, &code).await.ok()
    }

    /// Calls the token endpoint in the name of the client.
    pub async fn token(&self, world: &World, form: &[(&str, &str)]) -> Answer {
        self.endpoint(world, "/oauth2/token", form).await
    }

    /// Sends a form to an endpoint in the name of the client.
    pub async fn endpoint(&self, world: &World, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut form = [form, &[("client_id", self.client.as_str())]].concat();
        form.extend(self.secret.as_deref().map(|secret| ("client_secret", secret)));
        self.browser(world).post(path, &form).await
    }

    /// Calls the user info endpoint with a token.
    pub async fn user_info(&self, world: &World, token: &Value) -> Answer {
        let mut browser = self.browser(world);
        browser.headers.push(("authorization", format!("Bearer {}", token.as_str().unwrap())));
        browser.get("/oauth2/userInfo").await
    }
}

/// What an endpoint refuses with: the status and the code.
#[track_caller]
pub fn refusal(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{answer:?}"));
    (answer.status, body["error"].as_str().unwrap_or_default().to_owned())
}

/// Asserts that an endpoint refuses with this status and code, and tells nothing else.
#[track_caller]
pub fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(refusal(answer), (status, error.to_owned()));
    assert_eq!(answer.text, json!({ "error": error }).to_string());
}

/// What ties an ID token to the access token beside it.
pub fn at_hash(access_token: &Value) -> Value {
    let hash = digest(&SHA256, access_token.as_str().unwrap().as_bytes());
    json!(BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]))
}

/// The headers that every answer of a domain has.
#[track_caller]
pub fn assert_headers_of_a_domain(answer: &Answer) {
    for (name, value) in [
        ("cache-control", "no-cache, no-store, max-age=0, must-revalidate"),
        ("pragma", "no-cache"),
        ("expires", "0"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
        ("x-frame-options", "DENY"),
        ("server", "Server"),
    ] {
        assert_eq!(answer.headers[name], value, "{name}");
    }
    let id = answer.headers["x-amz-cognito-request-id"].to_str().unwrap();
    assert!(is_uuid(id), "{id}");
}

/// Whether a text has the form of a UUID.
pub fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Flows of the API that a client of a test may use beside the domain.
pub fn api_flows() -> Value {
    json!({ "ExplicitAuthFlows": ALL_FLOWS })
}
