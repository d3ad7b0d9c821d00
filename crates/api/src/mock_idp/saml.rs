//! The SAML provider: metadata, single sign-on, sign-ins that begin here, and single logout. Requests come by HTTP-Redirect,
//! responses go by HTTP-POST.

use std::rc::Rc;

use domain::oauth::with_query;
use serde::{Deserialize, Serialize};

use super::keys::ProviderKey;
use super::page;
use super::person::person;
use super::saml_document::{self, Asked, NoCertificate, Refusal, Speaker};
use super::saml_request::{self, AuthnRequest, RequestError};
use super::{is_sayable, is_web_url};
use crate::apart::apart;
use crate::error::ApiError;
use crate::site::{Answer, Failure, SiteRequest, csrf};

/// The parameter of metadata, and so of the endpoint for sign-ins, that holds a service provider's certificate.
const ENCRYPT_FOR: &str = "encrypt_for";

fn url(request: &SiteRequest, endpoint: &str) -> String {
    format!("{}/saml/{endpoint}", super::base(&request.call))
}

/// `GET …/saml/metadata`. With `encrypt_for`, that of a provider that encrypts assertions for this certificate.
pub(crate) async fn metadata(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let key = ProviderKey::of(&request.call).await?;

    let mut sso = url(&request, "sso");
    if let Some(certificate) = request.query(ENCRYPT_FOR) {
        sso = with_query(&sso, &[(ENCRYPT_FOR, certificate)]);
    }
    let [entity_id, slo] = ["metadata", "slo"].map(|endpoint| url(&request, endpoint));
    Ok(Answer::saml_metadata(saml_document::metadata(&entity_id, &key.certificate, &sso, &slo)))
}

/// What the AuthnRequest in the query asks, and whether nobody may be asked.
async fn asked_by_request(request: &SiteRequest) -> Result<Result<(Asked, bool), RequestError>, ApiError> {
    let found = read_apart(request, "sso", saml_request::authn_request).await?;
    Ok(found.map(asked_by))
}

fn asked_by(found: AuthnRequest) -> (Asked, bool) {
    let asked = Asked {
        acs: found.acs,
        audience: found.issuer,
        in_response_to: Some(found.id),
        name_id_format: found.name_id_format,
    };
    (asked, found.is_passive)
}

/// Reads the request in the query, sent to one of the endpoints, on a thread that serves no requests.
async fn read_apart<T: Send + 'static>(
    request: &SiteRequest,
    endpoint: &str,
    read: impl FnOnce(&str, &str) -> Result<T, RequestError> + Send + 'static,
) -> Result<Result<T, RequestError>, ApiError> {
    let parameter = request.query("SAMLRequest").map(str::to_owned);
    let endpoint = url(request, endpoint);
    apart(move || read(&saml_request::inflated(parameter.as_deref())?, &endpoint)).await
}

/// `GET …/saml/sso`: somebody is asked who they are.
pub(crate) async fn sso(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    match asked_by_request(&request).await? {
        Ok((asked, true)) => refuse(&request, &asked, Refusal::NoPassive).await,
        Ok((asked, false)) => Ok(page::who(&request, &asked.audience, true, None)),
        Err(error) => Ok(page::refused(&error.to_string())),
    }
}

/// `POST …/saml/sso`: and has said so.
pub(crate) async fn take_sso(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    csrf::check(&request)?;
    match asked_by_request(&request).await? {
        Ok((asked, _)) if request.form("refuse").is_some() => {
            refuse(&request, &asked, Refusal::AuthnFailed).await
        }
        Ok((asked, _)) => sign_in(&request, &asked).await,
        Err(error) => Ok(page::refused(&error.to_string())),
    }
}

/// Where a sign-in goes that begins here. Without a destination, or with a wrong one, the page asks for it.
fn asked_here(request: &SiteRequest) -> Result<Asked, Answer> {
    let Some(acs) = request.query("acs") else { return Err(page::start(request, None)) };
    if !is_web_url(acs) {
        return Err(page::start(
            request,
            Some("The assertion consumer service must be an http or https URL."),
        ));
    }
    match request.query("audience") {
        Some(audience) if is_sayable(audience) => Ok(Asked {
            acs: acs.to_owned(),
            audience: audience.to_owned(),
            in_response_to: None,
            name_id_format: None,
        }),
        Some(_) | None => Err(page::start(request, Some("The entity ID of the application is missing."))),
    }
}

/// `GET …/saml/start`: a sign-in begins here.
pub(crate) async fn start(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    match asked_here(&request) {
        Ok(asked) => Ok(page::who(&request, &asked.audience, false, None)),
        Err(page) => Ok(page),
    }
}

/// `POST …/saml/start`: and somebody has said who they are.
pub(crate) async fn take_start(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    csrf::check(&request)?;
    match asked_here(&request) {
        Ok(asked) => sign_in(&request, &asked).await,
        Err(page) => Ok(page),
    }
}

/// What the index of a session says to the provider, when a logout shows it: nothing of it is kept.
#[derive(Serialize, Deserialize)]
struct Session {
    audience: String,
    acs: String,
}

/// The place that indexes of sessions are sealed for.
const SESSION: &str = "mock_idp/saml_session";

async fn sign_in(request: &SiteRequest, asked: &Asked) -> Result<Answer, Failure> {
    let person = match person(&request.form) {
        Ok(person) => person,
        Err(error) => {
            let can_refuse = asked.in_response_to.is_some();
            return Ok(page::who(request, &asked.audience, can_refuse, Some(&error)));
        }
    };
    let call = &request.call;
    let key = ProviderKey::of(call).await?;

    let session = Session { audience: asked.audience.clone(), acs: asked.acs.clone() };
    let session_index = call.store.sealed(SESSION, &session);
    let speaker = speaker(request, &key);
    match speaker.response(asked, &person, &session_index, request.query(ENCRYPT_FOR))? {
        Ok(document) => Ok(page::post(&asked.acs, document, relay_state(request, asked))),
        Err(NoCertificate) => {
            Ok(page::refused("encrypt_for is not the certificate of an RSA key in base64."))
        }
    }
}

async fn refuse(request: &SiteRequest, asked: &Asked, refusal: Refusal) -> Result<Answer, Failure> {
    let key = ProviderKey::of(&request.call).await?;
    let document = speaker(request, &key).refusal(asked, refusal)?;
    Ok(page::post(&asked.acs, document, relay_state(request, asked)))
}

fn speaker<'a>(request: &'a SiteRequest, key: &'a ProviderKey) -> Speaker<'a> {
    let call = &request.call;
    Speaker { entity_id: url(request, "metadata"), key, now: call.now(), random: call.random() }
}

/// Comes back as it came, or goes as it was typed where nobody asked.
fn relay_state<'a>(request: &'a SiteRequest, asked: &Asked) -> Option<&'a str> {
    request.query(if asked.in_response_to.is_some() { "RelayState" } else { "relay_state" })
}

/// `GET …/saml/slo`: nobody is signed in at the provider, so a logout only wants an answer.
pub(crate) async fn slo(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let asked = match read_apart(&request, "slo", saml_request::logout_request).await? {
        Ok(asked) => asked,
        Err(error) => return Ok(page::refused(&error.to_string())),
    };
    let call = &request.call;
    let sessions =
        asked.session_indexes.iter().filter_map(|index| call.store.opened::<Session>(SESSION, index));
    let mut of_issuer = sessions.filter(|session| session.audience == asked.issuer);
    let Some(destination) = of_issuer.find_map(|session| logout_url(&session.acs)) else {
        return Ok(page::told("You are signed out", NO_WAY_BACK));
    };
    let key = ProviderKey::of(call).await?;

    let document = speaker(&request, &key).logout_response(&destination, &asked.id)?;
    Ok(page::post(&destination, document, request.query("RelayState")))
}

const NO_WAY_BACK: &str = "The provider does not know where the application waits for an answer: only sessions with a domain \
                           of a user pool, named by their SessionIndex, have a way back.";

/// Where a domain takes responses to logouts. Administrators of a real provider write both addresses into its settings; both
/// are documented, below the same domain.
fn logout_url(acs: &str) -> Option<String> {
    acs.strip_suffix("/saml2/idpresponse").map(|domain| format!("{domain}/saml2/logout"))
}
