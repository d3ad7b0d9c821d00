//! The browser's session at a domain: whether somebody is signed in here, for which clients and how long.

use domain::oauth::BrowserSession;
use domain::users::User;

use crate::error::ApiError;
use crate::flows::sso_minutes;
use crate::site::{Named, Site, SiteRequest, Visit};

/// A session that the client takes in place of a sign-in.
pub(crate) struct LiveSession {
    /// The session.
    pub(crate) session: BrowserSession,
    /// Who is signed in.
    pub(crate) user: User,
}

/// The name of the cookie. On a host that serves several pools, each has its own.
pub(crate) fn session_cookie(site: &Site, visit: &Visit) -> String {
    match site.named {
        Named::Plain => format!("cognito.{}", visit.client.pool.id),
        Named::Prefix { .. } | Named::Custom(_) | Named::Path(_) => "cognito".to_owned(),
    }
}

/// Who is signed in, if the client takes the session. A session of another pool, a disabled user's or an ended one is none.
pub(crate) async fn live_session(
    request: &SiteRequest,
    visit: &Visit,
) -> Result<Option<LiveSession>, ApiError> {
    let Some(cookie) = request.cookie(&session_cookie(&request.site, visit)) else { return Ok(None) };
    let mut read = request.call.store.read_latest().await?;
    let Some((session, user)) = read.browser_session(cookie).await? else { return Ok(None) };
    let minutes = sso_minutes(&mut read, &visit.client).await?;
    let counts = session.pool_id == visit.client.pool.id
        && user.enabled
        && session.counts_for(minutes, request.call.now());
    Ok(counts.then_some(LiveSession { session, user }))
}
