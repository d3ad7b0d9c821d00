//! Domains of user pools over HTTP: their endpoints and pages in one list, at hosts of their own and below
//! `/domains/{domain}`. From an HTTP request to a [`SiteRequest`], and from an [`Answer`] back.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Route, web};
use domain::oauth::Parameters;
use domain::scope::Scope;

use super::{Poolhouse, bodies, brand, outages};
use crate::body_fault::BodyFault;
use crate::error::ApiError;
use crate::error::causes;
use crate::panics::caught;
use crate::site::{Answer, Body, Failure, Site, SiteHeaders, SiteRequest, check_unique};
use crate::{managed_login, oauth};

/// Most bytes of a form: tokens and passkeys are the largest things in one.
const MOST_BYTES: usize = 64 * 1024;
/// Most bytes of a form of SAML: 100,000 characters, and their escapes.
const MOST_SAML_BYTES: usize = 320 * 1024;

/// Every endpoint and page, below `/domains/{domain}` and at the plain paths.
pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::scope("/domains/{domain}").configure(endpoints));
    endpoints(app);
}

fn endpoints(app: &mut web::ServiceConfig) {
    app.route("/oauth2/idpresponse", page(web::get(), oauth::oidc_response))
        .route("/oauth2/idpresponse", page(web::post(), oauth::oidc_form))
        .route("/saml2/idpresponse", page(web::post(), oauth::saml_response))
        .route("/saml2/idpresponse", page(web::get(), oauth::wrong_binding))
        .route("/saml2/continue", page(web::get(), oauth::saml_continue))
        .route("/saml2/logout", page(web::post(), oauth::saml_logout))
        .route("/saml2/logout", page(web::get(), oauth::wrong_binding));
    app.service(open("/oauth2/token").route(endpoint(web::post(), oauth::token)))
        .service(open("/oauth2/revoke").route(endpoint(web::post(), oauth::revoke)));
    for path in ["/oauth2/userInfo", "/oauth2/userinfo"] {
        let resource = open(path).route(endpoint(web::get(), oauth::user_info));
        app.service(resource.route(endpoint(web::post(), oauth::user_info)));
    }
    for path in ["/oauth2/authorize", "/authorize"] {
        app.route(path, page(web::get(), oauth::authorize));
    }
    app.route("/", page(web::get(), managed_login::root))
        .route("/logout", page(web::get(), oauth::logout))
        .route("/error", page(web::get(), managed_login::error_page))
        .route("/signedout", page(web::get(), managed_login::signed_out))
        .route("/passkeys/signin", page(web::get(), managed_login::passkey_sign_in))
        .route("/passkeys/signin", page(web::post(), managed_login::take_passkey))
        .route("/assets/{name}", web::get().to(asset))
        .configure(brand::routes);
    for path in ["/confirmUser", "/confirmuser"] {
        app.route(path, page(web::get(), managed_login::confirm_user));
    }
    for path in ["/resendcode", "/resendCode"] {
        app.route(path, page(web::post(), managed_login::resend_code));
    }
    form(app, &["/login"], managed_login::login, managed_login::take_login);
    form(app, &["/signup"], managed_login::sign_up, managed_login::take_sign_up);
    form(app, &["/confirm"], managed_login::confirm, managed_login::take_confirmation);
    let paths = ["/forgotPassword", "/forgotpassword"];
    form(app, &paths, managed_login::forgot_password, managed_login::send_reset_code);
    let paths = ["/confirmforgotPassword", "/confirmForgotPassword", "/confirmforgotpassword"];
    form(app, &paths, managed_login::reset_password, managed_login::take_reset);
    form(app, &["/changePassword"], managed_login::new_password, managed_login::take_new_password);
    form(app, &["/selectChallenge"], managed_login::choose_factor, managed_login::take_factor);
    form(app, &["/password"], managed_login::enter_password, managed_login::take_password);
    form(app, &["/selectMfa"], managed_login::choose_mfa, managed_login::take_mfa);
    form(app, &["/mfa"], managed_login::enter_code, managed_login::take_code);
    form(app, &["/mfaSetup/totp"], managed_login::set_up_totp, managed_login::take_totp);
    form(app, &["/passkeys/add"], managed_login::add_passkey, managed_login::take_new_passkey);
}

/// A page with a form. AWS writes the paths of some in several ways.
pub(super) fn form<G, GF, P, PF>(app: &mut web::ServiceConfig, paths: &[&str], shown: G, taken: P)
where
    G: Fn(Rc<SiteRequest>) -> GF + Clone + 'static,
    GF: Future<Output = Result<Answer, Failure>> + 'static,
    P: Fn(Rc<SiteRequest>) -> PF + Clone + 'static,
    PF: Future<Output = Result<Answer, Failure>> + 'static,
{
    for path in paths {
        app.route(path, page(web::get(), shown.clone())).route(path, page(web::post(), taken.clone()));
    }
}

/// A file that our pages load. Its name changes with its content.
async fn asset(request: HttpRequest) -> HttpResponse {
    match request.match_info().get("name").and_then(managed_login::asset) {
        Some(asset) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .content_type(asset.content_type)
            .body(asset.bytes),
        None => HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("Not found\n"),
    }
}

/// An endpoint that scripts of other origins may call.
pub(super) fn open(path: &str) -> actix_web::Resource {
    web::resource(path).route(web::method(Method::OPTIONS).to(preflight))
}

async fn preflight(request: HttpRequest) -> HttpResponse {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "172800"));
    if let Some(asked) = asked {
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, asked));
    }
    answer.finish()
}

/// A route whose failures are told in JSON.
pub(super) fn endpoint<H, F>(route: Route, handler: H) -> Route
where
    H: Fn(Rc<SiteRequest>) -> F + Clone + 'static,
    F: Future<Output = Result<Answer, Failure>> + 'static,
{
    let told = |_: &SiteRequest, failure: &Failure| oauth::told(failure);
    route.to(move |request, payload, poolhouse| {
        serve(request, payload, poolhouse, handler.clone(), told, true)
    })
}

/// A route whose failures are told on a page.
pub(super) fn page<H, F>(route: Route, handler: H) -> Route
where
    H: Fn(Rc<SiteRequest>) -> F + Clone + 'static,
    F: Future<Output = Result<Answer, Failure>> + 'static,
{
    let told = managed_login::told;
    route.to(move |request, payload, poolhouse| {
        serve(request, payload, poolhouse, handler.clone(), told, false)
    })
}

async fn serve<H, F>(
    request: HttpRequest,
    payload: web::Payload,
    poolhouse: web::Data<Poolhouse>,
    handler: H,
    told: impl Fn(&SiteRequest, &Failure) -> Answer,
    is_open: bool,
) -> HttpResponse
where
    H: Fn(Rc<SiteRequest>) -> F,
    F: Future<Output = Result<Answer, Failure>>,
{
    let begun = Instant::now();
    let (site_request, fault) = read(&request, payload, &poolhouse).await;
    let site_request = Rc::new(site_request);
    let caller = site_request.call.caller.address;
    let may_guess = !is_open && may_guess(request.method(), request.path());
    let outcome = if may_guess && poolhouse.wrong_guesses.has_spent(caller, begun) {
        Err(Failure::TooManyGuesses)
    } else if let Some(fault) = fault {
        Err(Failure::Body(fault))
    } else if let Err(failure) = check_unique(&site_request.call, &site_request.site).await {
        Err(failure)
    } else {
        caught(handler(site_request.clone()))
            .await
            .unwrap_or_else(|panicked| Err(ApiError::internal(panicked).into()))
    };
    if may_guess && site_request.guessed_wrong.get() {
        poolhouse.wrong_guesses.count(caller, begun);
    }
    site_request.call.padding.wait().await;
    let answer = match outcome {
        Ok(answer) => answer,
        Err(failure) if is_outage(&failure) => {
            note_outage(&poolhouse, &site_request, request.path(), &failure);
            let answer = told(&site_request, &failure);
            Answer { status: 503, ..answer }.with_header("retry-after", "1")
        }
        Err(failure) => {
            log(&site_request, request.path(), &failure);
            told(&site_request, &failure)
        }
    };
    let request_id = site_request.call.request_id;
    tracing::debug!(%request_id, path = request.path(), status = answer.status, took = ?begun.elapsed(), "answered");
    respond(answer, &site_request, is_open)
}

/// Whether a request to a page can hold a password or a code: all forms, and the link of a verification e-mail.
fn may_guess(method: &Method, path: &str) -> bool {
    method == Method::POST || path.to_ascii_lowercase().ends_with("/confirmuser")
}

/// Whether a request failed because the database does not serve now.
fn is_outage(failure: &Failure) -> bool {
    matches!(failure, Failure::Api(ApiError { status: 500.., source: Some(cause), .. }) if outages::is_outage(&**cause))
}

fn note_outage(poolhouse: &Poolhouse, request: &SiteRequest, path: &str, failure: &Failure) {
    if let Failure::Api(ApiError { source: Some(cause), .. }) = failure {
        let (request_id, cause) = (request.call.request_id, causes(&**cause));
        tracing::debug!(%request_id, path, cause, "failed by an outage");
        poolhouse.outages.note(&poolhouse.store, &cause);
    }
}

fn log(request: &SiteRequest, path: &str, failure: &Failure) {
    let request_id = request.call.request_id;
    if let Failure::Api(ApiError { status: 500.., source: Some(cause), .. }) = failure {
        tracing::error!(%request_id, path, cause = %causes(&**cause), "failed inside");
    } else if let Failure::Api(ApiError { source: Some(cause), .. }) = failure {
        tracing::warn!(%request_id, path, cause = %causes(&**cause), "refused");
    } else {
        tracing::debug!(%request_id, path, ?failure, "refused");
    }
}

/// The request, and why it has no body if it should have one. Only forms are read.
async fn read(
    request: &HttpRequest,
    payload: web::Payload,
    poolhouse: &Poolhouse,
) -> (SiteRequest, Option<BodyFault>) {
    let call = poolhouse.call(request, Scope::default());
    let parts = request.match_info();
    let site = Site::new(&call.config, &call.reached, parts.get("domain"));
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let content_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let has_form = content_type
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let most = if request.path().contains("/saml2/") { MOST_SAML_BYTES } else { MOST_BYTES };
    let body = if has_form && request.method() == Method::POST {
        bodies::read(request, poolhouse, payload, most).await
    } else {
        bodies::skip(request, payload).await;
        Ok(Bytes::new())
    };
    let fault = body.as_ref().err().copied();
    let body = body.unwrap_or_default();
    let cookies = request.cookies().map(|cookies| {
        // Of several with one name browsers send the one of the longest path first (RFC 6265 section 5.4): it is meant.
        let last_first = cookies.iter().rev();
        last_first.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect()
    });
    let site_request = SiteRequest {
        query: Parameters::parse(request.query_string().as_bytes()),
        raw_query: request.query_string().to_owned(),
        form: if has_form { Parameters::parse(&body) } else { Parameters::default() },
        has_form,
        path: request.path().to_owned(),
        cookies: cookies.unwrap_or_default(),
        headers: SiteHeaders {
            authorization: header(header::AUTHORIZATION),
            accept_language: header(header::ACCEPT_LANGUAGE),
            origin: header(header::ORIGIN),
            fetch_site: header(header::HeaderName::from_static("sec-fetch-site")),
        },
        guessed_wrong: Cell::new(false),
        site,
        call,
    };
    (site_request, fault)
}

/// Pages load nothing but what this server has, run no script but its own, and stand in no frame. Forms may lead anywhere,
/// since an application's redirects count as theirs in browsers (see decision 0016).
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

fn respond(answer: Answer, request: &SiteRequest, is_open: bool) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response
        .insert_header(("x-amz-cognito-request-id", request.call.request_id.to_string()))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::X_XSS_PROTECTION, "1; mode=block"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::SERVER, "Server"))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate"))
        .insert_header((header::PRAGMA, "no-cache"))
        .insert_header((header::EXPIRES, "0"));
    if request.site.is_https() {
        response.insert_header((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000 ; includeSubDomains"));
    }
    if is_open {
        response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    if let Some(location) = answer.location.as_deref().and_then(location) {
        response.insert_header((header::LOCATION, location));
    }
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    for cookie in &answer.cookies {
        response.cookie(cookie.at(&request.site));
    }
    match answer.body {
        Body::Empty => response.finish(),
        Body::Json(document) => {
            response.content_type("application/json;charset=UTF-8").body(document.to_string())
        }
        Body::Text(text) => response.content_type("text/plain; charset=utf-8").body(text),
        Body::SamlMetadata(xml) => response.content_type("application/samlmetadata+xml").body(xml),
        Body::Html(html) => response
            .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
            .content_type("text/html;charset=UTF-8")
            .body(html),
    }
}

/// A URL as a header holds it: registered URLs may have letters of any alphabet, headers may not.
fn location(url: &str) -> Option<HeaderValue> {
    let mut ascii = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b' '..=b'~' => ascii.push(char::from(byte)),
            _ => ascii.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::from_str(&ascii).ok()
}
