//! `/oauth2/idpresponse`: a browser comes back from an OpenID Connect or social provider.

use std::rc::Rc;

use domain::federation::FederationError;
use domain::oauth::{Parameters, with_query};
use serde_json::Value;
use storage::FederatedStage;
use wire::IdentityProviderTypeType;

use super::away::Away;
use super::come_back::{come_back, refused, reopened, stranger, told};
use super::leave::redirect_uri;
use super::left::Expects;
use crate::call::Call;
use crate::error::causes;
use crate::federation::{Judged, OidcError, external_identity};
use crate::site::{Answer, Failure, SiteRequest};

/// By POST, as Apple sends it. Cookies do not come along from another site's form, so the browser is asked to come again
/// by GET, with the same parameters.
pub(crate) async fn oidc_form(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let kept: Vec<(&str, &str)> = ["code", "state", "user", "error", "error_description"]
        .into_iter()
        .filter_map(|name| Some((name, request.form(name)?)))
        .collect();
    Ok(Answer::redirect(with_query(&request.path, &kept)))
}

/// By GET.
pub(crate) async fn oidc_response(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let call = &request.call;
    let state = request.query("state").ok_or_else(stranger)?;
    let left = Away::signing_in(call, state, FederatedStage::Left).await?;
    let left = left.filter(|left| left.is_of(&request)).ok_or_else(stranger)?;
    let Expects::Oidc { nonce } = &left.expects else { return Err(stranger()) };
    let mut tx = call.store.begin().await?;
    let steps = (FederatedStage::Left, FederatedStage::Over);
    if !tx.advance_federated_sign_in(state, steps, &Away::SignIn(Box::new(left.clone()))).await? {
        return Err(stranger());
    }
    tx.commit().await?;

    let (authorization, provider) = match reopened(&request, &left).await? {
        Ok(reopened) => reopened,
        Err(answer) => return Ok(answer),
    };
    if let Some(error) = request.query("error") {
        let description = request.query("error_description").map(str::to_owned);
        let error = FederationError::OfProvider { error: error.to_owned(), description };
        return Ok(told(&authorization, &error));
    }
    let Some(code) = request.query("code") else {
        return Ok(refused(&authorization, "invalid_request", "The provider sent no code"));
    };
    match external_identity(call, &provider, code, &redirect_uri(&request), nonce).await {
        Ok(mut identity) => {
            if provider.kind == IdentityProviderTypeType::SignInWithApple {
                identity.claims.extend(apples_name(&request.query));
            }
            come_back(&request, authorization, &provider, Judged { identity, saml_subject: None }).await
        }
        Err(error) => {
            log(call, &error);
            Ok(refused(&authorization, "invalid_request", &error.to_string()))
        }
    }
}

/// Apple tells the name once, beside the code.
fn apples_name(query: &Parameters) -> Vec<(String, Vec<String>)> {
    let user: Value = query.get("user").and_then(|user| serde_json::from_str(user).ok()).unwrap_or_default();
    ["firstName", "lastName"]
        .into_iter()
        .filter_map(|name| {
            let value = user.pointer(&format!("/name/{name}"))?.as_str()?;
            Some((name.to_owned(), vec![value.to_owned()]))
        })
        .collect()
}

fn log(call: &Call, error: &OidcError) {
    let cause = causes(error);
    tracing::warn!(request_id = %call.request_id, cause, "a provider's answer was refused");
}
