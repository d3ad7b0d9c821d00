//! The discovery document of an OpenID Connect issuer (OpenID Connect Discovery 1.0), reduced to the endpoints in use.
//!
//! Not here: fetching it, and the keys behind `jwks_uri`.

use serde::Deserialize;

use crate::endpoint::{LARGEST_DOCUMENT, is_https_or_loopback};

/// What an issuer says of its endpoints. Every one is an HTTPS URL, or plain HTTP on a loopback host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcDiscovery {
    /// The issuer, equal to the configured one.
    pub issuer: String,
    /// Where the browser is sent to sign in.
    pub authorization_endpoint: String,
    /// Where a code is exchanged for tokens.
    pub token_endpoint: String,
    /// Where claims are asked for. Recommended by the specification, not required.
    pub userinfo_endpoint: Option<String>,
    /// Where the keys of ID tokens are.
    pub jwks_uri: String,
}

/// Why a document is not the discovery document of the configured issuer. The texts are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcDiscoveryError {
    /// More than 1 MiB.
    #[error("Discovery document is too large")]
    TooLarge,
    /// Not a JSON object, or a member in use is not a string or is given twice.
    #[error("Discovery document is not valid JSON")]
    NotJson,
    /// A required member is missing.
    #[error("Discovery document has no {0}")]
    Missing(&'static str),
    /// The document speaks of another issuer.
    #[error("Discovery document is of the issuer {0}")]
    OtherIssuer(String),
    /// An endpoint is not an HTTPS URL (or plain HTTP on a loopback host).
    #[error("{0} of the discovery document must start with https://")]
    EndpointNotHttps(&'static str),
}

impl OidcDiscoveryError {
    /// Whether the document is a discovery document, if not a usable one: it names an issuer. False: it is something else.
    pub fn is_of_discovery(&self) -> bool {
        match self {
            Self::TooLarge | Self::NotJson | Self::Missing("issuer") => false,
            Self::Missing(_) | Self::OtherIssuer(_) | Self::EndpointNotHttps(_) => true,
        }
    }
}

/// Where the discovery document of an issuer is (OpenID Connect Discovery 1.0, section 4: a `/` at the end is dropped).
pub fn discovery_url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer))
}

/// Reads the discovery document that was found for `issuer`.
///
/// # Errors
/// [`OidcDiscoveryError`] for the first thing that is wrong with it.
pub fn read(json: &[u8], issuer: &str) -> Result<OidcDiscovery, OidcDiscoveryError> {
    if json.len() > LARGEST_DOCUMENT {
        return Err(OidcDiscoveryError::TooLarge);
    }
    let document: Document = serde_json::from_slice(json).map_err(|_| OidcDiscoveryError::NotJson)?;

    // Section 4.3: exactly equal, so that one issuer cannot speak for another.
    let named = document.issuer.ok_or(OidcDiscoveryError::Missing("issuer"))?;
    if named != issuer {
        return Err(OidcDiscoveryError::OtherIssuer(named));
    }
    Ok(OidcDiscovery {
        issuer: named,
        authorization_endpoint: required("authorization_endpoint", document.authorization_endpoint)?,
        token_endpoint: required("token_endpoint", document.token_endpoint)?,
        userinfo_endpoint: document
            .userinfo_endpoint
            .map(|url| allowed("userinfo_endpoint", url))
            .transpose()?,
        jwks_uri: required("jwks_uri", document.jwks_uri)?,
    })
}

/// The members in use, before any is known to be there.
#[derive(Deserialize)]
struct Document {
    issuer: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    userinfo_endpoint: Option<String>,
    jwks_uri: Option<String>,
}

fn required(member: &'static str, url: Option<String>) -> Result<String, OidcDiscoveryError> {
    allowed(member, url.ok_or(OidcDiscoveryError::Missing(member))?)
}

fn allowed(member: &'static str, url: String) -> Result<String, OidcDiscoveryError> {
    if is_https_or_loopback(&url) { Ok(url) } else { Err(OidcDiscoveryError::EndpointNotHttps(member)) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://keycloak.example.com/realms/team";

    fn document() -> Value {
        let protocol = format!("{ISSUER}/protocol/openid-connect");
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{protocol}/auth"),
            "token_endpoint": format!("{protocol}/token"),
            "userinfo_endpoint": format!("{protocol}/userinfo"),
            "end_session_endpoint": format!("{protocol}/logout"),
            "jwks_uri": format!("{protocol}/certs"),
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "mtls_endpoint_aliases": { "token_endpoint": format!("{protocol}/token") },
            "require_request_uri_registration": true,
        })
    }

    fn read_value(document: &Value) -> Result<OidcDiscovery, OidcDiscoveryError> {
        read(document.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn the_document_lies_below_the_issuer() {
        for (issuer, url) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            (ISSUER, "https://keycloak.example.com/realms/team/.well-known/openid-configuration"),
        ] {
            assert_eq!(discovery_url(issuer), url);
        }
    }

    #[test]
    fn the_endpoints_of_the_configured_issuer_are_read() {
        let read = read_value(&document()).unwrap();
        assert_eq!(read.issuer, ISSUER);
        assert_eq!(read.authorization_endpoint, format!("{ISSUER}/protocol/openid-connect/auth"));
        assert_eq!(read.token_endpoint, format!("{ISSUER}/protocol/openid-connect/token"));
        assert_eq!(read.userinfo_endpoint, Some(format!("{ISSUER}/protocol/openid-connect/userinfo")));
        assert_eq!(read.jwks_uri, format!("{ISSUER}/protocol/openid-connect/certs"));
    }

    #[test]
    fn a_member_that_is_missing_or_wrong_is_named() {
        use OidcDiscoveryError::*;
        for (member, value, error) in [
            ("issuer", Value::Null, Some(Missing("issuer"))),
            ("issuer", json!(format!("{ISSUER}/")), Some(OtherIssuer(format!("{ISSUER}/")))),
            ("issuer", json!("https://evil.example"), Some(OtherIssuer("https://evil.example".into()))),
            ("authorization_endpoint", Value::Null, Some(Missing("authorization_endpoint"))),
            (
                "authorization_endpoint",
                json!("javascript:alert(1)"),
                Some(EndpointNotHttps("authorization_endpoint")),
            ),
            ("token_endpoint", Value::Null, Some(Missing("token_endpoint"))),
            (
                "token_endpoint",
                json!("http://keycloak.example.com"),
                Some(EndpointNotHttps("token_endpoint")),
            ),
            ("token_endpoint", json!("http://localhost:8080/token"), None),
            ("userinfo_endpoint", Value::Null, None),
            ("userinfo_endpoint", json!("/userinfo"), Some(EndpointNotHttps("userinfo_endpoint"))),
            ("jwks_uri", Value::Null, Some(Missing("jwks_uri"))),
            ("jwks_uri", json!("file:///etc/passwd"), Some(EndpointNotHttps("jwks_uri"))),
            ("jwks_uri", json!(7), Some(NotJson)),
        ] {
            let mut document = document();
            document[member] = value.clone();
            assert_eq!(read_value(&document).err(), error, "{member}: {value}");
        }
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        let large = vec![b' '; LARGEST_DOCUMENT + 1];
        let nested = "[".repeat(500_000);
        let twice = format!("{{\"issuer\":\"{ISSUER}\",\"issuer\":\"{ISSUER}\"}}");
        for (bytes, error) in [
            (&b""[..], OidcDiscoveryError::NotJson),
            (b"<html></html>", OidcDiscoveryError::NotJson),
            (b"\xff\xfe", OidcDiscoveryError::NotJson),
            (b"{}", OidcDiscoveryError::Missing("issuer")),
            (nested.as_bytes(), OidcDiscoveryError::NotJson),
            (twice.as_bytes(), OidcDiscoveryError::NotJson),
            (&large, OidcDiscoveryError::TooLarge),
        ] {
            assert_eq!(read(bytes, ISSUER).err(), Some(error));
        }
    }
}
