//! What an application asks of the authorization endpoint, held against its registration.
//!
//! Source: developer guide, "The redirect and authorization endpoint". What cannot be told to the application safely is told
//! on a page; the rest is sent back to it.

use url::Url;
use wire::OAuthFlowType;

use super::{OAuthError, PageRefusal, Parameters, pkce, scopes};
use crate::app_clients::AppClient;

/// What comes back to the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// A code, in the query.
    Code,
    /// Tokens, in the fragment.
    Token,
}

/// What is asked of the person (OpenID Connect Core 1.0 section 3.1.2.1). Managed login only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The person signs in again.
    pub login: bool,
    /// The person says who they are.
    pub select_account: bool,
}

/// A request that the client may make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_uri_was_given: bool,
    /// Which answer.
    pub response_type: ResponseType,
    /// Granted scopes, separated by spaces.
    pub scopes: String,
    /// Handed back as it came.
    pub state: Option<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The challenge of PKCE, method S256.
    pub code_challenge: Option<String>,
    /// The audience of the access token.
    pub resource: Option<String>,
    /// What the person is asked.
    pub prompt: Prompt,
}

/// Why a request was refused, and where that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// On a page.
    Page(PageRefusal),
    /// To the application, by a redirect.
    Redirect {
        /// A registered URL.
        redirect_uri: String,
        /// What is wrong.
        error: OAuthError,
        /// Handed back as it came.
        state: Option<String>,
    },
}

impl AuthorizationRequest {
    /// Holds the parameters of a request against what the client may do. `resource_scopes` are the scopes of the pool's
    /// resource servers; `has_managed_login` says whether the domain's pages are managed login.
    ///
    /// # Errors
    /// The first rule that is broken, in the order of the service.
    pub fn new(
        parameters: &Parameters,
        client: &AppClient,
        resource_scopes: &[String],
        has_managed_login: bool,
    ) -> Result<Self, Refusal> {
        let settings = &client.settings;
        if settings.allowed_oauth_flows_user_pool_client != Some(true) {
            return Err(Refusal::Page(PageRefusal::NotEnabled));
        }
        if settings.supported_identity_providers.as_ref().is_none_or(Vec::is_empty) {
            return Err(Refusal::Page(PageRefusal::UnauthorizedClient));
        }
        let (redirect_uri, redirect_uri_was_given) =
            redirect_uri(parameters, client).map_err(Refusal::Page)?;
        let rest = Self {
            redirect_uri: redirect_uri.to_owned(),
            redirect_uri_was_given,
            response_type: ResponseType::Code,
            scopes: String::new(),
            state: parameters.get("state").map(str::to_owned),
            nonce: parameters.get("nonce").map(str::to_owned),
            code_challenge: None,
            resource: None,
            prompt: Prompt::default(),
        };
        let (to, state) = (rest.redirect_uri.clone(), rest.state.clone());
        rest.checked(parameters, client, resource_scopes, has_managed_login)
            .map_err(|error| Refusal::Redirect { redirect_uri: to, error, state })
    }

    /// What can be told to the application.
    fn checked(
        self,
        parameters: &Parameters,
        client: &AppClient,
        resource_scopes: &[String],
        has_managed_login: bool,
    ) -> Result<Self, OAuthError> {
        if parameters.has_repeated() {
            return Err(OAuthError::InvalidRequest);
        }
        let (response_type, flow) = match parameters.get("response_type") {
            Some("code") => (ResponseType::Code, OAuthFlowType::Code),
            Some("token") => (ResponseType::Token, OAuthFlowType::Implicit),
            Some(_) | None => return Err(OAuthError::InvalidRequest),
        };
        if !client.settings.allows_oauth_flow(flow) {
            return Err(OAuthError::UnauthorizedClient);
        }
        let code_challenge = code_challenge(parameters)?;
        let prompt = if has_managed_login { prompt(parameters)? } else { Prompt::default() };
        let resource = resource(parameters)?;
        let scopes = scopes::user_scopes(parameters.get("scope"), client, resource_scopes)?;
        Ok(Self { response_type, scopes, code_challenge, resource, prompt, ..self })
    }
}

/// The URL of the request, byte for byte one of the client's, or the client's default where that is beyond doubt.
fn redirect_uri<'a>(
    parameters: &'a Parameters,
    client: &'a AppClient,
) -> Result<(&'a str, bool), PageRefusal> {
    let settings = &client.settings;
    let registered = settings.callback_urls.as_deref().unwrap_or_default();
    if parameters.is_repeated("redirect_uri") || parameters.is_repeated("client_id") {
        return Err(PageRefusal::InvalidRequest);
    }
    if let Some(given) = parameters.get("redirect_uri") {
        return if registered.iter().any(|uri| uri == given) {
            Ok((given, true))
        } else {
            Err(PageRefusal::RedirectMismatch)
        };
    }
    let has_one_provider =
        settings.supported_identity_providers.as_ref().is_some_and(|providers| providers.len() == 1);
    let default = match (&settings.default_redirect_uri, registered) {
        (Some(default), _) => Some(default.as_str()),
        (None, [only]) => Some(only.as_str()),
        (None, _) => None,
    };
    default
        .filter(|_| has_one_provider)
        .map(|default| (default, false))
        .ok_or(PageRefusal::Missing("redirect_uri"))
}

fn code_challenge(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_) | None, _) => Err(OAuthError::InvalidRequest),
    }
}

fn prompt(parameters: &Parameters) -> Result<Prompt, OAuthError> {
    let mut prompt = Prompt::default();
    let words: Vec<&str> = parameters.get("prompt").unwrap_or_default().split_ascii_whitespace().collect();
    for word in &words {
        match *word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => {} // asked by outside providers alone
            _ => return Err(OAuthError::InvalidRequest),
        }
    }
    if prompt.none && words.len() > 1 { Err(OAuthError::InvalidRequest) } else { Ok(prompt) }
}

/// One absolute URL without a fragment (RFC 8707 section 2): HTTPS, HTTP to `localhost`, or a scheme of the application's.
fn resource(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    let Some(text) = parameters.get("resource") else { return Ok(None) };
    let url = Url::parse(text).map_err(|_| OAuthError::InvalidRequest)?;
    let is_allowed = match url.scheme() {
        "http" => url.host_str() == Some("localhost"),
        "javascript" | "data" => false,
        _ => true,
    };
    if is_allowed && url.fragment().is_none() {
        Ok(Some(text.to_owned()))
    } else {
        Err(OAuthError::InvalidRequest)
    }
}
