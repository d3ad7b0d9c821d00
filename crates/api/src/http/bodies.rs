//! The bodies of requests, all of them: so many bytes, in so much time, and together no more than unfinished requests may hold.
//!
//! A body that has arrived when it is asked for needs no place among the unfinished ones.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, web};
use futures_core::Stream as _;

use super::Poolhouse;
use super::connections::Connection;
use super::unfinished::Place;
use crate::body_fault::BodyFault;

/// The body of a request, of at most so many bytes.
///
/// # Errors
/// [`BodyFault`]; the connection is closed after the answer when some of the body has not arrived.
pub(super) async fn read(
    request: &HttpRequest,
    poolhouse: &Poolhouse,
    payload: web::Payload,
    most: usize,
) -> Result<Bytes, BodyFault> {
    if announced(request).is_some_and(|length| length > most) {
        return Err(BodyFault::TooLarge);
    }
    let patience = Duration::from_secs(poolhouse.config.request_body_timeout_seconds);
    let connection = Connection::of(request);
    let reading = collected(request, poolhouse, payload, most, connection);
    let outcome = tokio::time::timeout(patience, reading).await.unwrap_or(Err(BodyFault::TimedOut));
    if let Some(connection) = connection {
        connection.end_body(outcome.is_ok());
    }
    outcome
}

async fn collected(
    request: &HttpRequest,
    poolhouse: &Poolhouse,
    payload: web::Payload,
    most: usize,
    connection: Option<&Arc<Connection>>,
) -> Result<Bytes, BodyFault> {
    let mut payload = pin!(payload);
    let mut body = BytesMut::new();
    let mut place = None;
    loop {
        let next = match arrived(payload.as_mut()).await {
            Some(next) => next,
            None => {
                if place.is_none() {
                    let caller = super::asked::Asked::of(request, poolhouse).caller;
                    let mut own = poolhouse.unfinished.place(caller);
                    if !own.hold(body.len()) {
                        return Err(BodyFault::Crowded);
                    }
                    place = Some(own);
                    if let Some(connection) = connection {
                        connection.wait_for_body();
                    }
                }
                next_part(payload.as_mut(), place.as_ref()).await?
            }
        };
        let Some(chunk) = next else { return Ok(body.freeze()) };
        let chunk = chunk.map_err(|_| BodyFault::Broken)?;
        if body.len() + chunk.len() > most {
            return Err(BodyFault::TooLarge);
        }
        if let Some(place) = &mut place
            && !place.hold(chunk.len())
        {
            return Err(BodyFault::Crowded);
        }
        body.extend_from_slice(&chunk);
    }
}

/// The next part of a body, unless the request has to make room for another one.
async fn next_part(
    mut payload: Pin<&mut web::Payload>,
    place: Option<&Place>,
) -> Result<Option<Result<Bytes, PayloadError>>, BodyFault> {
    std::future::poll_fn(|context| {
        if place.is_some_and(|place| place.poll_taken(context).is_ready()) {
            return Poll::Ready(Err(BodyFault::Crowded));
        }
        payload.as_mut().poll_next(context).map(Ok)
    })
    .await
}

/// What is there of a body without waiting. None when it has to be waited for.
async fn arrived(mut payload: Pin<&mut web::Payload>) -> Option<Option<Result<Bytes, PayloadError>>> {
    std::future::poll_fn(|context| match payload.as_mut().poll_next(context) {
        Poll::Ready(next) => Poll::Ready(Some(next)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Most bytes of an unwanted body that are thrown away so that its connection can be used again.
const MOST_SKIPPED: usize = 64 * 1024;

/// Throws away the body of a request that is answered without it, as far as it has arrived.
pub(super) async fn skip(request: &HttpRequest, payload: web::Payload) {
    let mut payload = pin!(payload);
    let mut skipped = 0;
    while let Some(next) = arrived(payload.as_mut()).await {
        match next {
            Some(Ok(chunk)) if skipped + chunk.len() <= MOST_SKIPPED => skipped += chunk.len(),
            Some(_) => return,
            None => {
                if let Some(connection) = Connection::of(request) {
                    connection.end_body(true);
                }
                return;
            }
        }
    }
}

/// The length that the headers announce.
fn announced(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Whether a request has a body (RFC 9112, section 6.3).
pub(super) fn has_body(request: &HttpRequest) -> bool {
    announced(request).is_some_and(|length| length > 0)
        || request.headers().contains_key(header::TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// What the framework offers to handlers to read a body with.
    const OTHER_READERS: [&str; 8] = [
        "web::Form<",
        "web::Json<",
        "web::Either<",
        "Multipart",
        "to_bytes",
        "from_request(",
        "body: web::Bytes",
        "body: String",
    ];

    #[test]
    fn bodies_are_read_here_and_nowhere_else() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            files += 1;
            let found = OTHER_READERS.iter().find(|reader| text.contains(*reader));
            assert!(path.ends_with("bodies.rs") || found.is_none(), "{}: {found:?}", path.display());
        }
        assert!(files > 15);
    }
}
