//! Which web pages may call what, and by which hosts: decided by headers, before a body is read.
//!
//! A developer's browser opens pages of strangers, and reaches a server on the developer's machine. So operations that need
//! credentials, and what is below `/_poolhouse/`, are for callers who ask by a host of this server, and those operations for its
//! own pages and those of `allowed_origins`. No page can change the host or the origin that a browser tells. Operations that the
//! model leaves unsigned are for pages of any origin, as at the real service.

use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use domain::random;

use super::asked::{Asked, poolhouse};
use super::cognito_idp::{error_response, operation};
use super::connections::Connection;
use super::{Poolhouse, bodies};
use crate::config::Config;
use crate::error::ApiError;

const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

/// What a request is for, as far as hosts and origins matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// An operation that needs credentials.
    SignedCall,
    /// An operation for everybody, or none that there is.
    OpenCall,
    /// A browser asks whether a page may make a call that carries credentials.
    SignedPreflight,
    /// The same for a call without them.
    OpenPreflight,
    /// What is below `/_poolhouse/`.
    Control,
    /// Pages and endpoints of domains, and documents, which know origins and hosts themselves.
    Other,
}

impl Purpose {
    fn of(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        if path == "/_poolhouse" || path.starts_with("/_poolhouse/") {
            return Self::Control;
        }
        match (path, method) {
            ("/", &Method::POST) => match operation(headers) {
                Ok(operation) if operation.is_signed() => Self::SignedCall,
                Ok(_) | Err(_) => Self::OpenCall,
            },
            ("/", &Method::OPTIONS) if headers.contains_key(header::ORIGIN) => {
                if asks_for_authorization(headers) { Self::SignedPreflight } else { Self::OpenPreflight }
            }
            _ => Self::Other,
        }
    }

    /// Whether the host must be one of this server.
    fn is_by_own_host(self) -> bool {
        matches!(self, Self::SignedCall | Self::SignedPreflight | Self::Control)
    }

    /// Whether the origin must be one that may.
    fn is_by_allowed_origin(self) -> bool {
        matches!(self, Self::SignedCall | Self::SignedPreflight)
    }
}

/// A preflight request tells the names of headers, and not which operation they are for: signed calls have this one.
fn asks_for_authorization(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS);
    lines.filter_map(|line| line.to_str().ok()).any(|line| {
        line.split(',').any(|name| name.trim().eq_ignore_ascii_case(header::AUTHORIZATION.as_str()))
    })
}

/// Why a request is refused before anything is done for it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// The host is none of this server.
    Host(String),
    /// The page is of an origin that may not.
    Origin(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Host(host) => write!(
                f,
                "This server is not known as {host}. Ask it by localhost, or name the host in its setting allowed_hosts."
            ),
            Self::Origin(origin) => write!(
                f,
                "Pages of {origin} may not call operations that need credentials. The server's setting allowed_origins names \
                 those that may."
            ),
        }
    }
}

/// Most characters of a host or an origin that a message repeats.
const LONGEST_TOLD: usize = 100;

fn told(text: &str) -> String {
    text.chars().take(LONGEST_TOLD).collect()
}

fn refusal(purpose: Purpose, asked: &Asked, origin: Option<&str>, config: &Config) -> Option<Refusal> {
    if purpose.is_by_own_host() && !asked.is_ours {
        return Some(Refusal::Host(told(&asked.name)));
    }
    match origin {
        Some(origin) if purpose.is_by_allowed_origin() && !may_call(origin, asked, config) => {
            Some(Refusal::Origin(told(origin)))
        }
        Some(_) | None => None,
    }
}

/// Whether pages of an origin may make signed calls. `null`, which sandboxed pages have, is no origin.
fn may_call(origin: &str, asked: &Asked, config: &Config) -> bool {
    let is_public = || {
        let public = config.public_url.as_deref().and_then(|url| url::Url::parse(url).ok());
        public.is_some_and(|url| url.origin().ascii_serialization() == origin)
    };
    origin == asked.origin || config.allowed_origins.iter().any(|allowed| allowed == origin) || is_public()
}

/// Refuses what pages may not, answers preflight requests for the API, and marks its answers as readable by pages.
pub(super) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let poolhouse = poolhouse(&request);
    let answering = Answering::begin(&request);
    let mut response = judged(request, next, poolhouse).await?;
    if !answering.end() {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// A connection while its request is answered. One that ends in a panic is over as well.
struct Answering(Option<Arc<Connection>>);

impl Answering {
    fn begin(request: &ServiceRequest) -> Self {
        let connection = Connection::of(request.request()).cloned();
        if let Some(connection) = &connection {
            connection.begin(bodies::has_body(request.request()));
        }
        Self(connection)
    }

    /// The request is answered. False when the connection is not good for another one.
    fn end(mut self) -> bool {
        self.0.take().is_none_or(|connection| connection.end())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.end();
        }
    }
}

async fn judged(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
    poolhouse: web::Data<Poolhouse>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let asked = Asked::by(&request, &poolhouse).await;
    // As routes match it: `%5f` is an underscore.
    let purpose = Purpose::of(request.method(), request.match_info().unprocessed(), request.headers());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin_text = origin.as_ref().map(|origin| origin.to_str().unwrap_or("null"));
    if let Some(refusal) = refusal(purpose, &asked, origin_text, &poolhouse.config) {
        poolhouse.say_of_refusal(&refusal.to_string());
        let response = refused(&refusal, &poolhouse);
        return Ok(request.into_response(response).map_into_right_body());
    }
    if matches!(purpose, Purpose::SignedPreflight | Purpose::OpenPreflight) {
        let response = preflight(purpose, request.headers(), origin);
        return Ok(request.into_response(response).map_into_right_body());
    }
    request.extensions_mut().insert(asked);
    let mut response = next.call(request).await?;
    if let Some(origin) = origin {
        allow(purpose, response.headers_mut(), origin);
    }
    Ok(response.map_into_left_body())
}

fn refused(refusal: &Refusal, poolhouse: &Poolhouse) -> HttpResponse {
    let status = StatusCode::FORBIDDEN.as_u16();
    let error = ApiError::protocol(status, "ForbiddenException", refusal.to_string());
    error_response(error, random::uuid(&*poolhouse.random), &poolhouse.config)
}

fn preflight(purpose: Purpose, headers: &HeaderMap, origin: Option<HeaderValue>) -> HttpResponse {
    let mut preflight = HttpResponse::Ok();
    preflight
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "172800"));
    if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        preflight.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone()));
    }
    let mut preflight = preflight.finish();
    if let Some(origin) = origin {
        allow(purpose, preflight.headers_mut(), origin);
    }
    preflight
}

/// Lets the page read the answer: the one page, where not all may.
fn allow(purpose: Purpose, headers: &mut HeaderMap, origin: HeaderValue) {
    match purpose {
        Purpose::SignedCall | Purpose::SignedPreflight => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        Purpose::OpenCall | Purpose::OpenPreflight => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        // What is below /_poolhouse/ shows codes, and pages of other origins have no business there. Endpoints of domains and of
        // the built-in provider say for themselves that they are open.
        Purpose::Control | Purpose::Other => return,
    }
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_a_request_is_for_shows_in_its_headers() {
        const LIST: (&str, &str) = ("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools");
        const GET_USER: (&str, &str) = ("x-amz-target", "AWSCognitoIdentityProviderService.GetUser");
        const ASKS: &str = "access-control-request-headers";
        let page = ("origin", "https://a.example");
        for (method, path, lines, purpose) in [
            (Method::POST, "/", vec![LIST], Purpose::SignedCall),
            (Method::POST, "/", vec![GET_USER], Purpose::OpenCall),
            (Method::POST, "/", vec![("x-amz-target", "Nonsense")], Purpose::OpenCall),
            (Method::POST, "/", vec![], Purpose::OpenCall),
            (Method::GET, "/", vec![LIST], Purpose::Other),
            (Method::OPTIONS, "/", vec![], Purpose::Other),
            (Method::OPTIONS, "/", vec![page], Purpose::OpenPreflight),
            (Method::OPTIONS, "/", vec![page, (ASKS, "x-amz-target,content-type")], Purpose::OpenPreflight),
            (
                Method::OPTIONS,
                "/",
                vec![page, (ASKS, "content-type, Authorization")],
                Purpose::SignedPreflight,
            ),
            (
                Method::OPTIONS,
                "/",
                vec![page, (ASKS, "a"), (ASKS, "authorization")],
                Purpose::SignedPreflight,
            ),
            (Method::GET, "/_poolhouse/messages", vec![], Purpose::Control),
            (Method::OPTIONS, "/_poolhouse/messages", vec![page], Purpose::Control),
            (Method::GET, "/_poolhouse", vec![], Purpose::Control),
            (Method::GET, "/_poolhouses", vec![], Purpose::Other),
            (Method::POST, "/login", vec![], Purpose::Other),
        ] {
            assert_eq!(Purpose::of(&method, path, &headers(&lines)), purpose, "{method} {path} {lines:?}");
        }
    }

    #[test]
    fn hosts_and_origins_are_refused_where_they_matter() {
        let config = Config {
            allowed_origins: vec!["https://console.example".to_owned()],
            public_url: Some("https://cognito.example/base".to_owned()),
            ..Config::default()
        };
        let asked = |name: &str, is_ours| Asked {
            caller: None,
            name: name.to_owned(),
            origin: format!("http://{name}:9229"),
            is_ours,
            link_origin: String::new(),
        };
        let (ours, strange) = (asked("localhost", true), asked("evil.example", false));
        let purposes = [Purpose::SignedCall, Purpose::SignedPreflight];
        for (asked, origin, is_refused) in [
            (&ours, None, false),
            (&ours, Some("http://localhost:9229"), false),
            (&ours, Some("https://console.example"), false),
            (&ours, Some("https://cognito.example"), false),
            (&ours, Some("https://console.example:444"), true),
            (&ours, Some("http://console.example"), true),
            (&ours, Some("https://console.example.evil.example"), true),
            (&ours, Some("https://localhost:9229"), true),
            (&ours, Some("http://localhost:3000"), true),
            (&ours, Some("null"), true),
            (&ours, Some(""), true),
            (&strange, None, true),
            (&strange, Some("http://evil.example:9229"), true),
            (&strange, Some("https://console.example"), true),
        ] {
            for purpose in purposes {
                let refused = refusal(purpose, asked, origin, &config);
                assert_eq!(refused.is_some(), is_refused, "{purpose:?} {asked:?} {origin:?}");
            }
            for purpose in [Purpose::OpenCall, Purpose::OpenPreflight, Purpose::Other] {
                assert_eq!(
                    refusal(purpose, asked, origin, &config),
                    None,
                    "{purpose:?} {asked:?} {origin:?}"
                );
            }
        }
        let evil = Some("https://evil.example");
        assert_eq!(refusal(Purpose::Control, &ours, evil, &config), None);
        assert!(refusal(Purpose::Control, &strange, None, &config).is_some());
    }
}
