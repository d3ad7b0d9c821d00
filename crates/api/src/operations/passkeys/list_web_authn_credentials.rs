//! ListWebAuthnCredentials: pages of a user's own passkeys.

use domain::passkeys::Passkey;
use storage::Position;
use wire::{ListWebAuthnCredentialsRequest, ListWebAuthnCredentialsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;
use crate::operations::paging;

pub(in crate::operations) async fn list_web_authn_credentials(
    call: &Call,
    request: ListWebAuthnCredentialsRequest,
) -> Result<ListWebAuthnCredentialsResponse, ApiError> {
    let size = i64::from(request.max_results.filter(|asked| *asked > 0).unwrap_or(20));
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    let list = format!("passkeys/{}", me.user.id);
    let after = paging::position(call, &list, request.next_token.as_deref())?;
    let passkeys = read.passkeys(&me.user.id, &after.unwrap_or_else(Position::start), size + 1).await?;

    let position =
        |passkey: &Passkey| Position { created_at: passkey.created_at, id: passkey.credential_id.clone() };
    let (passkeys, next_token) = paging::cut(call, &list, passkeys, size, position);
    let credentials = passkeys.iter().map(Passkey::described).collect();
    Ok(ListWebAuthnCredentialsResponse { credentials, next_token })
}
