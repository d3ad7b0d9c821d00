//! How a client proves who it is: HTTP Basic, a secret in the body, or, for public clients, its id alone (RFC 6749 section
//! 2.3.1).
//!
//! A request must not do so in two ways (section 2.3). Libraries exist that do, with the same secret, and what the service does
//! is not known: here a secret may stand in both places, and has to be right in both.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::oauth::OAuthError;

use crate::flows::secret_is_right;
use crate::site::{Failure, SiteRequest, Visit, credentials};

/// The client of a form, once it has proved itself. `status` is what the endpoint answers when it does not.
///
/// # Errors
/// `invalid_client`, also for clients of other pools than the domain's; `invalid_request` without any client.
pub(super) async fn authenticated_client(request: &SiteRequest, status: u16) -> Result<Visit, Failure> {
    let refused = || Failure::OAuth(status, OAuthError::InvalidClient);
    let in_body = request.form("client_id");
    let basic = credentials(request.headers.authorization.as_deref(), "Basic");
    let secret_in_body = request.form("client_secret").map(str::to_owned);
    let (id, secrets) = match basic {
        Some(credentials) => {
            let (id, secret) = basic_credentials(credentials).ok_or_else(refused)?;
            if in_body.is_some_and(|in_body| in_body != id) {
                return Err(refused());
            }
            (id, [Some(secret), secret_in_body.filter(|secret| !secret.is_empty())])
        }
        None => {
            let id = in_body.ok_or(OAuthError::InvalidRequest)?;
            (id.to_owned(), [secret_in_body, None])
        }
    };
    let visit = Visit::new(&request.call, &request.site, &id).await.map_err(|failure| match failure {
        Failure::Page(_) => refused(),
        other @ (Failure::UnknownHost(_)
        | Failure::SeveralDomains(_)
        | Failure::NoDomain
        | Failure::OAuth(..)
        | Failure::Csrf
        | Failure::TooManyGuesses
        | Failure::Body(_)
        | Failure::Federation(_)
        | Failure::WrongBinding
        | Failure::Api(_)) => other,
    })?;
    let [first, second] = secrets;
    let is_right = is_right(&visit, first.as_deref())
        && second.as_deref().is_none_or(|second| is_right(&visit, Some(second)));
    if is_right { Ok(visit) } else { Err(refused()) }
}

/// Whether this is a secret of the client, or it has none and none is given.
fn is_right(visit: &Visit, secret: Option<&str>) -> bool {
    match secret.filter(|secret| !secret.is_empty()) {
        None => secret_is_right(&visit.client, None),
        // Some clients encode id and secret as the standard says, most do not.
        Some(secret) => {
            secret_is_right(&visit.client, Some(secret))
                || secret_is_right(&visit.client, Some(&form_decoded(secret)))
        }
    }
}

/// Client id and secret of an `Authorization: Basic` header. The secret is as it was sent: some clients encode it, most do not.
pub(crate) fn basic_credentials(credentials: &str) -> Option<(String, String)> {
    let bytes = BASE64_STANDARD.decode(credentials.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), secret.to_owned()))
}

fn form_decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
