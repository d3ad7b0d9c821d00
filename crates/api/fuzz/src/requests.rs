//! From bytes that anybody may send to requests, and what their answers must be. The fuzz targets send what the fuzzer makes up;
//! a test of the workspace sends the seeds and mutations of them.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=test/20260102/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0";
const PASSWORD: &str = "Passw0rd!";
const CALLBACK: &str = "https://app.example.com/callback";
/// Of the form and the cookie alike.
const CSRF: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// Where an input stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The name of an operation, a line break, and its body.
    JsonBody,
    /// A path, a line break, and a form.
    FormBody,
    /// A path with its query.
    Query,
    /// `Authorization`, for the API and for endpoints of domains.
    Authorization,
    /// `Cookie`, for pages.
    Cookies,
}

/// A server, and the names of what is in it: an input calls them `{client}` and so on.
pub struct Target {
    address: SocketAddr,
    names: Vec<(&'static str, String)>,
}

impl Target {
    /// Makes a pool with a domain, an application, providers and a user who has signed in.
    ///
    /// # Errors
    /// What the server says otherwise.
    pub fn settle(address: SocketAddr) -> Result<Self, String> {
        let mut target = Self { address, names: vec![("csrf", CSRF.to_owned())] };
        let pool = target.call("CreateUserPool", &json!({ "PoolName": "team" }))?;
        let pool = text(&pool, "/UserPool/Id");
        target.call("CreateUserPoolDomain", &json!({ "UserPoolId": pool, "Domain": "acme" }))?;
        target.call(
            "CreateIdentityProvider",
            &json!({
                "UserPoolId": pool, "ProviderName": "oidc", "ProviderType": "OIDC",
                "ProviderDetails": {
                    "client_id": "x", "client_secret": "y", "authorize_scopes": "openid",
                    "attributes_request_method": "GET", "oidc_issuer": "http://127.0.0.1:1",
                    "authorize_url": "http://127.0.0.1:1/authorize", "token_url": "http://127.0.0.1:1/token",
                    "attributes_url": "http://127.0.0.1:1/me", "jwks_uri": "http://127.0.0.1:1/keys",
                },
            }),
        )?;
        let client = target.call(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": pool, "ClientName": "app", "GenerateSecret": false,
                "ExplicitAuthFlows": [
                    "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
                ],
                "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code", "implicit"],
                "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
                "CallbackURLs": [CALLBACK], "SupportedIdentityProviders": ["COGNITO", "oidc"],
            }),
        )?;
        let client = text(&client, "/UserPoolClient/ClientId");
        let attributes = json!([{ "Name": "email", "Value": "jane@example.com" }, { "Name": "email_verified", "Value": "true" }]);
        target.call(
            "AdminCreateUser",
            &json!({ "UserPoolId": pool, "Username": "jane", "UserAttributes": attributes }),
        )?;
        target.call(
            "AdminSetUserPassword",
            &json!({ "UserPoolId": pool, "Username": "jane", "Password": PASSWORD, "Permanent": true }),
        )?;
        let tokens = target.call(
            "InitiateAuth",
            &json!({
                "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "jane", "PASSWORD": PASSWORD },
            }),
        )?;
        let challenge = target.call(
            "InitiateAuth",
            &json!({ "ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": "jane" } }),
        )?;
        target.names.extend([
            ("pool", pool),
            ("client", client),
            ("access_token", text(&tokens, "/AuthenticationResult/AccessToken")),
            ("id_token", text(&tokens, "/AuthenticationResult/IdToken")),
            ("refresh_token", text(&tokens, "/AuthenticationResult/RefreshToken")),
            ("session", text(&challenge, "/Session")),
        ]);
        Ok(target)
    }

    fn call(&self, operation: &str, request: &Value) -> Result<Value, String> {
        let answer =
            self.exchange(&api_request(operation, AUTHORIZATION.as_bytes(), request.to_string().as_bytes()));
        let answer = answer.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&answer);
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        if !text.starts_with("HTTP/1.1 200 ") {
            return Err(format!("{operation}: {text}"));
        }
        serde_json::from_str(body).map_err(|error| error.to_string())
    }

    /// Sends an input.
    ///
    /// # Errors
    /// When the server answers with a fault of its own, or not at all.
    pub fn attack(&self, surface: Surface, input: &[u8]) -> Result<(), String> {
        for request in surface.requests(&self.named(input)) {
            let request = self.named(&request);
            let answer = self.exchange(&request).map_err(|error| format!("{error}: {}", shown(&request)))?;
            let status = answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
            let status: Option<u16> =
                status.and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
            match status {
                // What is not built says so.
                Some(200..=499 | 501) => {}
                Some(_) | None => return Err(format!("{}\n{}", shown(&request), shown(&answer))),
            }
        }
        Ok(())
    }

    /// The input with `{client}` and so on replaced.
    fn named(&self, input: &[u8]) -> Vec<u8> {
        let mut named = Vec::with_capacity(input.len() + 64);
        let mut rest = input;
        'input: while let Some((first, others)) = rest.split_first() {
            if *first == b'{' {
                for (name, value) in &self.names {
                    if let Some(after) =
                        others.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"}"))
                    {
                        named.extend_from_slice(value.as_bytes());
                        rest = after;
                        continue 'input;
                    }
                }
            }
            named.push(*first);
            rest = others;
        }
        named
    }

    fn exchange(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        // Who is refused before the end may not read to the end.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Ok(_) => Ok(answer),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset && !answer.is_empty() => Ok(answer),
            Err(error) => Err(error),
        }
    }
}

impl Surface {
    /// The folder of its seeds.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonBody => "json_body",
            Self::FormBody => "form_body",
            Self::Query => "query",
            Self::Authorization => "authorization",
            Self::Cookies => "cookies",
        }
    }

    fn requests(self, input: &[u8]) -> Vec<Vec<u8>> {
        let (first, rest) = match input.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&input[..end], &input[end + 1..]),
            None => (input, &b""[..]),
        };
        let cookie = format!("XSRF-TOKEN={CSRF}");
        let header = one_line(input, b' ');
        match self {
            Self::JsonBody => {
                let operation: String = first
                    .iter()
                    .filter(|byte| byte.is_ascii_alphanumeric())
                    .map(|byte| char::from(*byte))
                    .collect();
                vec![api_request(&operation, AUTHORIZATION.as_bytes(), rest)]
            }
            Self::FormBody => {
                vec![page_request("POST", &one_line(first, b'+'), cookie.as_bytes(), b"", rest)]
            }
            Self::Query => vec![page_request("GET", &one_line(input, b'+'), cookie.as_bytes(), b"", b"")],
            Self::Authorization => vec![
                api_request("ListUserPools", &header, br#"{"MaxResults":1}"#),
                page_request("GET", b"/oauth2/userInfo", b"", &header, b""),
                page_request("POST", b"/oauth2/token", b"", &header, b"grant_type=client_credentials"),
            ],
            Self::Cookies => vec![
                page_request("GET", b"/login?client_id={client}&response_type=code", &header, b"", b""),
                page_request("GET", b"/mfa?client_id={client}&response_type=code", &header, b"", b""),
                page_request(
                    "GET",
                    b"/oauth2/authorize?client_id={client}&response_type=code",
                    &header,
                    b"",
                    b"",
                ),
            ],
        }
    }
}

/// Nothing in it ends the line that it stands in.
fn one_line(bytes: &[u8], otherwise: u8) -> Vec<u8> {
    bytes
        .iter()
        .map(
            |byte| {
                if byte.is_ascii_control() || *byte == b' ' && otherwise != b' ' { otherwise } else { *byte }
            },
        )
        .collect()
}

fn api_request(operation: &str, authorization: &[u8], body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\nAuthorization: ",
        body.len()
    );
    [head.as_bytes(), authorization, b"\r\n\r\n", body].concat()
}

fn page_request(method: &str, path: &[u8], cookie: &[u8], authorization: &[u8], body: &[u8]) -> Vec<u8> {
    let head = format!(
        " HTTP/1.1\r\nHost: acme.auth.us-east-1.localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        body.len()
    );
    let mut request = [method.as_bytes(), b" ", path, head.as_bytes()].concat();
    for (name, value) in [(&b"Cookie: "[..], cookie), (b"Authorization: ", authorization)] {
        if !value.is_empty() {
            request.extend_from_slice(&[name, value, b"\r\n"].concat());
        }
    }
    [&request[..], b"\r\n", body].concat()
}

fn text(answer: &Value, pointer: &str) -> String {
    answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().take(2000).map(|byte| std::ascii::escape_default(*byte).to_string()).collect()
}
