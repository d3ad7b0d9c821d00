//! Sending a code: made, kept as a hash, put into the outbox, and logged without itself.

use domain::codes::CodePurpose;
use domain::messages::{self, Message, MessageKind};
use domain::random;
use domain::users::User;
use storage::{ClientWithPool, Tx};
use wire::CodeDeliveryDetailsType;

use crate::call::Call;
use crate::error::ApiError;

/// Sends `user` a code for a sign-up, where the pool verifies an address that the user has. Returns where it went.
pub(crate) async fn send_code(
    call: &Call,
    tx: &mut Tx,
    client: &ClientWithPool,
    user: &User,
    kind: MessageKind,
) -> Result<Option<CodeDeliveryDetailsType>, ApiError> {
    let Some((attribute, to)) = messages::destination(&client.pool, user) else { return Ok(None) };
    let purpose = CodePurpose::SignUp;
    let code = purpose.generate(call.random());
    let link = confirmation_link(call, client, user, &code);
    let text = messages::verification_text(&client.pool, attribute, &code, &link);
    let message = Message {
        id: random::uuid(call.random()),
        pool_id: client.pool.id.clone(),
        username: user.username.clone(),
        to: to.to_owned(),
        medium: messages::medium(attribute),
        kind,
        subject: text.subject,
        body: text.body,
        code: Some(code.clone()),
        sent_at: call.now(),
    };
    tx.put_code(user, purpose, &code, call.now()).await?;
    tx.insert_message(&message).await?;
    let details = messages::delivery_details(attribute, to);
    tracing::info!(
        request_id = %call.request_id, pool = %message.pool_id, kind = kind.as_str(),
        to = details.destination.as_deref(), "message in the outbox"
    );
    Ok(Some(details))
}

fn confirmation_link(call: &Call, client: &ClientWithPool, user: &User, code: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client.client.id.as_str())
        .append_pair("user_name", &user.username)
        .append_pair("confirmation_code", code)
        .finish();
    format!("{}/confirmUser?{query}", call.public_url())
}
