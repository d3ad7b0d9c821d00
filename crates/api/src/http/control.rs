//! `/_poolhouse/…`: what tests and people need beside the API. For now, the messages that were sent.
//!
//! They hold codes, so they are for callers on this machine, or for those who show the control token. Which hosts they may be
//! asked by, `guard` decides.

use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};
use domain::messages::Message;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{MessageFilter, StoreError};

use super::{Poolhouse, outages};
use crate::config::Secret;
use crate::site::credentials;

/// Most messages of one answer.
const MOST_MESSAGES: i64 = 100;

/// Who may use these endpoints.
#[derive(Clone)]
pub(super) enum Access {
    /// Everybody who reaches a server that listens on loopback.
    Private,
    /// Those who show this token, on loopback too: a proxy may stand before it.
    Token(Secret),
    /// Nobody: the server is reachable from outside, and no token is set.
    Off,
}

impl Access {
    pub(super) fn new(is_private: bool, token: Option<Secret>) -> Self {
        match token {
            Some(token) => Self::Token(token),
            None if is_private => Self::Private,
            None => Self::Off,
        }
    }

    /// What those get who may not.
    fn refusal(&self, request: &HttpRequest) -> Option<HttpResponse> {
        match self {
            Self::Private => None,
            Self::Token(token) if shows(request, token) => None,
            Self::Token(_) => Some(
                HttpResponse::Unauthorized()
                    .insert_header((header::WWW_AUTHENTICATE, "Bearer"))
                    .json(json!({ "message": "Show the control token: Authorization: Bearer …" })),
            ),
            Self::Off => Some(
                HttpResponse::NotFound()
                    .json(json!({ "message": "This is off: the server has no POOLHOUSE_CONTROL_TOKEN." })),
            ),
        }
    }
}

fn shows(request: &HttpRequest, token: &Secret) -> bool {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = credentials(shown, "Bearer").unwrap_or_default();
    // Hashed first, so that not even the length can be timed.
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    verify_slices_are_equal(hash(shown).as_ref(), hash(token.reveal()).as_ref()).is_ok()
}

#[derive(Deserialize)]
pub(super) struct MessagesQuery {
    pool: Option<String>,
    user: Option<String>,
    to: Option<String>,
    after: Option<DateTime<Utc>>,
    wait: Option<u64>,
}

/// The longest time that a caller may wait for a message.
const MOST_SECONDS: u64 = 60;
/// How often somebody who waits looks: a message may come in at another replica.
const PERIOD: Duration = Duration::from_millis(100);

/// `GET /_poolhouse/messages?pool=…&user=…&to=…&after=…&wait=…`: the newest first; of those sent after a moment, if one is
/// given. With `wait`, the answer comes with the first message, or empty after so many seconds.
pub(super) async fn messages(
    request: HttpRequest,
    access: web::Data<Access>,
    poolhouse: web::Data<Poolhouse>,
    query: web::Query<MessagesQuery>,
) -> HttpResponse {
    if let Some(refusal) = access.refusal(&request) {
        return refusal;
    }
    let MessagesQuery { pool, user, to, after, wait } = query.into_inner();
    let filter = MessageFilter { pool, user, to, after };
    let patience = Duration::from_secs(wait.unwrap_or(0).min(MOST_SECONDS));
    match awaited(&poolhouse, &filter, patience).await {
        Ok(messages) => {
            let messages: Vec<Value> = messages.iter().map(described).collect();
            HttpResponse::Ok().json(json!({ "messages": messages }))
        }
        Err(error) => outages::fault(&poolhouse, error.into(), "messages could not be read"),
    }
}

async fn awaited(
    poolhouse: &Poolhouse,
    filter: &MessageFilter,
    patience: Duration,
) -> Result<Vec<Message>, StoreError> {
    let begun = Instant::now();
    loop {
        let messages = poolhouse.store.read_latest().await?.messages(filter, MOST_MESSAGES).await?;
        if !messages.is_empty() || begun.elapsed() >= patience {
            return Ok(messages);
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// A message as `/_poolhouse/messages` and the webhook show it.
pub(crate) fn described(message: &Message) -> Value {
    json!({
        "id": message.id,
        "pool": message.pool_id,
        "user": message.username,
        "to": message.to,
        "medium": message.medium,
        "kind": message.kind.as_str(),
        "subject": message.subject,
        "body": message.body,
        "code": message.code,
        "sent_at": message.sent_at,
    })
}
