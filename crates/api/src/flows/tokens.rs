//! Tokens for a session: an ID and an access token, signed; a refresh token is opaque.

use domain::random::{self, Random};
use domain::tokens::{TokenRequest, access_claims, id_claims};
use domain::user_sessions::UserSession;
use domain::users::User;
use storage::ClientWithPool;
use wire::AuthenticationResultType;

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::apart;

/// Tokens that were just signed.
pub(crate) struct Issued {
    id_token: String,
    access_token: String,
    expires_in: i64,
}

impl Issued {
    /// What the API shows of them.
    pub(crate) fn into_result(self) -> AuthenticationResultType {
        AuthenticationResultType {
            access_token: Some(self.access_token),
            id_token: Some(self.id_token),
            expires_in: i32::try_from(self.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
            ..AuthenticationResultType::default()
        }
    }
}

/// Signs the tokens of a session, with the user's attributes and groups as they are now.
pub(crate) async fn issue(
    call: &Call,
    client: &ClientWithPool,
    user: &User,
    session: &UserSession,
) -> Result<Issued, ApiError> {
    let pool = &client.pool;
    let keys = call.keys.of_pool(&call.store, &pool.id, call.now()).await?;
    let groups = call.store.read_latest().await?.groups_of_user(&user.id).await?;
    let issuer = call.issuer(pool);
    let request = TokenRequest {
        issuer: &issuer,
        pool,
        client: &client.client,
        user,
        groups: &groups,
        session,
        now: call.now(),
        id_jti: random::uuid(call.random()),
        access_jti: random::uuid(call.random()),
    };
    let (id_claims, access_claims) = (id_claims(&request), access_claims(&request));
    let (id_token, access_token) =
        apart(move || (keys.id.sign(&id_claims), keys.access.sign(&access_claims))).await?;
    Ok(Issued {
        id_token: id_token?,
        access_token: access_token?,
        expires_in: client.client.settings.access_token_lifetime().num_seconds(),
    })
}

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`: refresh tokens of the service are encrypted JWTs of five parts.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

/// A new refresh token: it has the form of the service's, and nothing in it but chance.
pub(crate) fn new_refresh_token(random: &dyn Random) -> String {
    let drawn = random::alphanumeric(random, 342 + 16 + 100 + 22);
    let (key, rest) = drawn.split_at(342);
    let (iv, rest) = rest.split_at(16);
    let (text, tag) = rest.split_at(100);
    [HEADER, key, iv, text, tag].join(".")
}
