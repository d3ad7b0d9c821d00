//! Tokens for a session: an ID and an access token, signed; a refresh token is opaque.

use domain::groups::Group;
use domain::random::{self, Random};
use domain::tokens::{TokenRequest, access_claims, at_hash, client_claims, id_claims};
use domain::user_sessions::UserSession;
use domain::users::User;
use storage::ClientWithPool;
use wire::AuthenticationResultType;

use crate::apart::apart;
use crate::call::Call;
use crate::error::ApiError;

/// Tokens that were just signed.
pub(crate) struct Issued {
    /// None where the scopes do not ask for one.
    pub(crate) id_token: Option<String>,
    /// The access token.
    pub(crate) access_token: String,
    /// Seconds that the access token lives.
    pub(crate) expires_in: i64,
}

impl Issued {
    /// What the API shows of them.
    pub(crate) fn into_result(self) -> AuthenticationResultType {
        AuthenticationResultType {
            access_token: Some(self.access_token),
            id_token: self.id_token,
            expires_in: i32::try_from(self.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
            ..AuthenticationResultType::default()
        }
    }
}

/// Signs the tokens of a session, with the user's attributes and groups as they are now. `nonce` is what an application put
/// into its authorization request.
pub(crate) async fn issue(
    call: &Call,
    client: &ClientWithPool,
    user: &User,
    session: &UserSession,
    nonce: Option<&str>,
) -> Result<Issued, ApiError> {
    let groups = call.store.read_latest().await?.groups_of_user(&user.id).await?;
    issue_with(call, client, (user, &groups), session, nonce).await
}

/// As [`issue`], with the groups that the user was read with.
pub(crate) async fn issue_with(
    call: &Call,
    client: &ClientWithPool,
    (user, groups): (&User, &[Group]),
    session: &UserSession,
    nonce: Option<&str>,
) -> Result<Issued, ApiError> {
    let pool = &client.pool;
    let keys = call.keys.of_pool(&call.store, &pool.id, call.now()).await?;
    let issuer = call.issuer(pool);
    let request = TokenRequest {
        issuer: &issuer,
        pool,
        client: &client.client,
        user,
        groups,
        session,
        nonce,
        now: call.now(),
        id_jti: random::uuid(call.random()),
        access_jti: random::uuid(call.random()),
    };
    let access_claims = access_claims(&request);
    let id_claims = session.has_id_token().then(|| id_claims(&request));
    let is_oauth = session.is_oauth;
    let sign = move || {
        let access_token = keys.access.sign(&access_claims)?;
        let id_token = id_claims.map(|mut claims| {
            if is_oauth {
                claims.insert("at_hash".to_owned(), at_hash(&access_token).into());
            }
            keys.id.sign(&claims)
        });
        Ok::<_, ApiError>((id_token.transpose()?, access_token))
    };
    let (id_token, access_token) = apart(sign).await??;
    Ok(Issued {
        id_token,
        access_token,
        expires_in: client.client.settings.access_token_lifetime().num_seconds(),
    })
}

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`: refresh tokens of the service are encrypted JWTs of five parts.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

/// A token of a client with these scopes.
///
/// # Errors
/// Faults alone.
pub(crate) async fn client_token(
    call: &Call,
    client: &ClientWithPool,
    scopes: &str,
) -> Result<AuthenticationResultType, ApiError> {
    let keys = call.keys.of_pool(&call.store, &client.pool.id, call.now()).await?;
    let issuer = call.issuer(&client.pool);
    let claims = client_claims(&issuer, &client.client, scopes, call.now(), random::uuid(call.random()));
    let access_token = keys.access.sign(&claims)?; // one, and nothing waits for this call
    let seconds = client.client.settings.access_token_lifetime().num_seconds();
    Ok(AuthenticationResultType {
        access_token: Some(access_token),
        expires_in: i32::try_from(seconds).ok(),
        token_type: Some("Bearer".to_owned()),
        ..AuthenticationResultType::default()
    })
}

/// Whether a token is an ID or access token: they have three parts, refresh tokens five.
pub(crate) fn is_signed_token(token: &str) -> bool {
    token.split('.').count() == 3
}

/// A new refresh token: it has the form of the service's, and nothing in it but chance.
pub(crate) fn new_refresh_token(random: &dyn Random) -> String {
    let drawn = random::alphanumeric(random, 342 + 16 + 100 + 22);
    let (key, rest) = drawn.split_at(342);
    let (iv, rest) = rest.split_at(16);
    let (text, tag) = rest.split_at(100);
    [HEADER, key, iv, text, tag].join(".")
}
