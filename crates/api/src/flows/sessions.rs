//! Sessions of users: what belongs together, and how long browsers stay signed in.

use storage::{ClientWithPool, Reader, Tx};
use uuid::Uuid;

use crate::call::Call;
use crate::error::ApiError;

/// Minutes for which a client takes a browser session in place of a sign-in, if somebody said. What
/// SetUserPoolClientSessionConfiguration set counts while the pool keeps track of sessions.
pub(crate) async fn sso_minutes(read: &mut Reader, client: &ClientWithPool) -> Result<Option<i32>, ApiError> {
    if !client.pool.session_configuration.is_tracked() {
        return Ok(None);
    }
    Ok(read.sso_session(&client.client.id).await?.map(|sso| sso.max_validity_minutes))
}

/// Ends a browser session of a user, the codes that it granted and the families of tokens that came from it
/// (`RevokeAssociatedSessions` is `LINKED`), but for the one of this `event_id`.
pub(crate) async fn end_linked_sessions(
    call: &Call,
    tx: &mut Tx,
    user_id: &Uuid,
    origin_session_id: &str,
    own: Option<&Uuid>,
) -> Result<(), ApiError> {
    tx.delete_browser_session_of_user(user_id, origin_session_id).await?;
    tx.delete_authorization_codes_of_session(user_id, origin_session_id).await?;
    for session in tx.user_sessions(user_id, call.now()).await? {
        let is_linked = session.origin_session_id.as_deref() == Some(origin_session_id);
        if is_linked && own != Some(&session.event_id) {
            tx.revoke_user_session(user_id, &session.event_id, call.now()).await?;
        }
    }
    Ok(())
}
