//! `/{poolId}/.well-known/…`: what verifiers of tokens need. A pool is found by its id, whoever asks.

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::domains::DomainKind;
use domain::ids::PoolId;
use domain::scope::Scope;
use domain::tokens::TokenUse;
use serde_json::json;
use storage::KeptSigningKey;

use super::{Poolhouse, outages};
use crate::call::Call;
use crate::error::ApiError;
use crate::site::domain_url;

/// `jwks.json` (RFC 7517): the key of ID tokens, then that of access tokens.
pub(super) async fn jwks(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    pool: web::Path<String>,
) -> HttpResponse {
    let pool_id = PoolId::from(pool.into_inner());
    if let Some(kept) = poolhouse.documents.get(&pool_id, KEYS) {
        return found(kept);
    }
    let call = poolhouse.call(&request, Scope::default());
    let changes = call.documents.changes();
    document((&poolhouse, &call), &pool_id, KEYS, changes, keys(&call, &pool_id).await)
}

/// `openid-configuration` (OpenID Connect Discovery 1.0). Its issuer is that of the tokens.
pub(super) async fn openid_configuration(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    pool: web::Path<String>,
) -> HttpResponse {
    let call = poolhouse.call(&request, Scope::default());
    let pool_id = PoolId::from(pool.into_inner());
    let name = call.public_url().to_owned(); // the document is another one for each
    if let Some(kept) = call.documents.get(&pool_id, &name) {
        return found(kept);
    }
    let changes = call.documents.changes();
    document((&poolhouse, &call), &pool_id, &name, changes, configuration(&call, &pool_id).await)
}

/// The name of the keys among the documents that are kept.
const KEYS: &str = "jwks.json";

async fn keys(call: &Call, pool_id: &PoolId) -> Result<Option<String>, ApiError> {
    let mut kept = call.store.read_latest().await?.signing_keys(pool_id).await?;
    if kept.len() < 2 {
        if call.store.read_latest().await?.user_pool_by_id(pool_id).await?.is_none() {
            return Ok(None);
        }
        call.keys.of_pool(&call.store, pool_id, call.now()).await?;
        kept = call.store.read_latest().await?.signing_keys(pool_id).await?;
    }
    kept.sort_by_key(|key| key.token_use != TokenUse::Id);
    let keys: Vec<&str> = kept.iter().map(|KeptSigningKey { public_jwk, .. }| public_jwk.as_str()).collect();
    Ok(Some(format!("{{\"keys\":[{}]}}", keys.join(","))))
}

async fn configuration(call: &Call, pool_id: &PoolId) -> Result<Option<String>, ApiError> {
    let mut read = call.store.read_latest().await?;
    let Some(pool) = read.user_pool_by_id(pool_id).await? else { return Ok(None) };
    let mut domains = read.domains_of_pool(pool_id).await?;
    // A custom domain goes before a prefix.
    domains.sort_by_key(|domain| domain.kind == DomainKind::Prefix);
    let mut document = json!({
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": call.issuer(&pool),
        "jwks_uri": format!("{}/{pool_id}/.well-known/jwks.json", call.public_url()),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
    });
    if let Some(domain) = domains.first() {
        let is_unique = read.domains_by_name(&domain.domain).await?.len() < 2;
        let url = domain_url(call, domain, is_unique);
        for (name, path) in ENDPOINTS {
            document[name] = json!(format!("{url}{path}"));
        }
        document["token_endpoint_auth_methods_supported"] =
            json!(["client_secret_basic", "client_secret_post"]);
    }
    Ok(Some(document.to_string()))
}

/// Where the endpoints of a domain are, by their names in the discovery document.
const ENDPOINTS: [(&str, &str); 5] = [
    ("authorization_endpoint", "/oauth2/authorize"),
    ("end_session_endpoint", "/logout"),
    ("revocation_endpoint", "/oauth2/revoke"),
    ("token_endpoint", "/oauth2/token"),
    ("userinfo_endpoint", "/oauth2/userInfo"),
];

/// Keeps a document for those who ask again at once, and answers it.
fn document(
    (poolhouse, call): (&Poolhouse, &Call),
    pool_id: &PoolId,
    name: &str,
    changes: u64,
    outcome: Result<Option<String>, ApiError>,
) -> HttpResponse {
    match outcome {
        Ok(Some(body)) => {
            let body = Bytes::from(body);
            call.documents.keep(pool_id, name, &body, changes);
            found(body)
        }
        Ok(None) => HttpResponse::NotFound()
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .json(json!({ "message": "User pool does not exist." })),
        Err(error) => outages::fault(poolhouse, error, "keys could not be read"),
    }
}

/// Pages of any origin may read these documents, and keep them for a while.
fn found(body: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type("application/json")
        .body(body)
}
