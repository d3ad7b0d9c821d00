//! What one page hands to the next: which step of which sign-in the browser is at. It travels in a cookie, sealed, so that
//! every replica reads it and nobody else does.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::view::{Notice, PageError};
use crate::site::{Cookie, Site, SiteRequest, Visit};

const COOKIE: &str = "page-data";
/// How long a page may take: somebody fetches a code from their mail. A sign-in that waits ends earlier, by itself.
const LIFETIME: TimeDelta = TimeDelta::minutes(15);

/// Where the browser is.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Step {
    /// In the middle of a sign-in.
    SignIn {
        /// What it waits under.
        handle: String,
        /// The name that the person typed, which pages show: the username may be one that nobody knows.
        name: String,
    },
    /// Before the code of a sign-up.
    SignUp {
        /// The user.
        username: String,
        /// Where the code went, masked, and how.
        destination: Option<String>,
        /// What leads on to a sign-in, for the browser that signed up.
        handle: Option<String>,
    },
    /// Before the code for another password.
    ResetPassword { username: String, destination: Option<String> },
}

/// What the next page tells first.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Told {
    /// The account is confirmed.
    Confirmed,
    /// The user has a new password.
    PasswordChanged,
    /// Another code was sent.
    CodeSent,
    /// An administrator has reset the password, and a code was sent.
    PasswordResetRequired,
    /// The person begins anew: what a page needed was gone.
    SessionExpired,
    /// The pool insists on a second factor, and the user can have none here.
    NoMfaMethod,
}

/// What a page hands to the next.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct PageState {
    /// Where the browser is.
    pub(super) step: Option<Step>,
    /// What the next page tells first.
    told: Option<Told>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    state: PageState,
    client_id: String,
    ends: i64,
}

impl PageState {
    /// A step.
    pub(super) fn at(step: Step) -> Self {
        Self { step: Some(step), told: None }
    }

    /// Nothing but something to tell.
    pub(super) fn telling(told: Told) -> Self {
        Self { step: None, told: Some(told) }
    }

    /// The same with something to tell.
    pub(super) fn and_telling(self, told: Told) -> Self {
        Self { told: Some(told), ..self }
    }

    /// The same after it was told. None when there was nothing to tell.
    pub(super) fn after_telling(self) -> Option<Self> {
        self.told.map(|_| Self { told: None, ..self })
    }

    /// What went well before.
    pub(super) fn notice(&self) -> Option<Notice> {
        Some(match self.told? {
            Told::Confirmed => Notice::Confirmed,
            Told::PasswordChanged => Notice::PasswordChanged,
            Told::CodeSent => Notice::CodeSent,
            Told::PasswordResetRequired => Notice::PasswordResetRequired,
            Told::SessionExpired | Told::NoMfaMethod => return None,
        })
    }

    /// What did not.
    pub(super) fn error(&self) -> Option<PageError> {
        match self.told? {
            Told::SessionExpired => Some(PageError::SessionExpired),
            Told::NoMfaMethod => Some(PageError::NoMfaMethod),
            Told::Confirmed | Told::PasswordChanged | Told::CodeSent | Told::PasswordResetRequired => None,
        }
    }

    /// What this browser brings from the page before, for this client.
    pub(super) fn of(request: &SiteRequest, visit: &Visit) -> Self {
        let kept: Option<Kept> = request
            .cookie(COOKIE)
            .and_then(|cookie| request.call.store.opened(&place(&request.site), cookie));
        let now = request.call.now().timestamp();
        kept.filter(|kept| kept.client_id == visit.client.client.id.as_str() && now < kept.ends)
            .map(|kept| kept.state)
            .unwrap_or_default()
    }

    /// The cookie that brings it to the next page.
    pub(super) fn cookie(self, request: &SiteRequest, visit: &Visit) -> Cookie {
        let kept = Kept {
            state: self,
            client_id: visit.client.client.id.to_string(),
            ends: (request.call.now() + LIFETIME).timestamp(),
        };
        Cookie::new(COOKIE, request.call.store.sealed(&place(&request.site), &kept))
    }

    /// The cookie that forgets it.
    pub(super) fn forgotten() -> Cookie {
        Cookie::removed(COOKIE)
    }
}

/// A state of one domain is none of another.
fn place(site: &Site) -> String {
    format!("page-data/{}{}", site.origin, site.base_path)
}
