//! Signing in, whoever asks: the JSON operations and the pages only translate.
//!
//! [`begin`] takes a first factor, [`go_on`] the answer to a challenge; [`at_pages`] has the same for the pages of a domain.
//! They load who is meant, have `domain::sign_in` decide, keep what it decided, and say what to ask next, hand out tokens, or
//! sign a browser in.

mod after_sign_up;
mod answer;
mod ask;
pub(crate) mod at_pages;
mod begin;
mod complete;
mod failure;
mod parameters;
mod person;
mod srp;

use std::collections::BTreeMap;

use domain::oauth::BrowserSession;
use domain::random::{self, Random};
use domain::sign_in::{Factor, Surface};
use storage::ClientWithPool;
use wire::{AuthenticationResultType, ChallengeNameType};

use crate::call::Call;
use crate::error::ApiError;

pub(crate) use after_sign_up::{begin_after_sign_up, go_on_after_sign_up};
pub(crate) use answer::go_on;
pub(crate) use begin::begin;
pub(crate) use complete::{end_surplus_sessions, keep_browser};
pub(crate) use parameters::Parameters;

/// Who asks for a sign-in: a call of a client, or of an administrator for it.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The call.
    pub(crate) call: &'a Call,
    /// The client, with its pool.
    pub(crate) client: &'a ClientWithPool,
    /// Where the sign-in takes place.
    pub(crate) surface: Surface,
}

/// What a step answered.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answered<'a> {
    /// The handle of the challenge. None in the first request, which answers none.
    handle: Option<&'a str>,
    /// What the answer proved. Wrong guesses of it are forgotten, and of nothing else.
    proved: Option<Factor>,
}

impl<'a> Answered<'a> {
    /// An answer that proved something.
    fn proving(factor: Factor, handle: Option<&'a str>) -> Self {
        Self { handle, proved: Some(factor) }
    }

    /// An answer that proved nothing.
    fn plain(handle: Option<&'a str>) -> Self {
        Self { handle, proved: None }
    }
}

/// What comes of a step. At the API, a sign-in ends in tokens.
pub(crate) enum Outcome<T = AuthenticationResultType> {
    /// Something to answer.
    Asked(Asked),
    /// The sign-in is complete.
    SignedIn(T),
}

/// How a sign-in ended: by where it took place.
pub(crate) enum Completed {
    /// At the API: tokens.
    Tokens(AuthenticationResultType),
    /// At the pages of a domain: a browser that is signed in.
    Browser(SignedInBrowser),
}

/// A browser that has just been signed in.
pub(crate) struct SignedInBrowser {
    /// What its cookie holds.
    pub(crate) cookie: String,
    /// What was kept of it.
    pub(crate) session: BrowserSession,
}

impl Outcome<Completed> {
    /// The outcome at the API.
    fn with_tokens(self) -> Result<Outcome, ApiError> {
        match self {
            Self::Asked(asked) => Ok(Outcome::Asked(asked)),
            Self::SignedIn(Completed::Tokens(tokens)) => Ok(Outcome::SignedIn(tokens)),
            Self::SignedIn(Completed::Browser(_)) => Err(ApiError::internal("a sign-in changed its surface")),
        }
    }

    /// The outcome at the pages of a domain.
    fn with_browser(self) -> Result<Outcome<SignedInBrowser>, ApiError> {
        match self {
            Self::Asked(asked) => Ok(Outcome::Asked(asked)),
            Self::SignedIn(Completed::Browser(browser)) => Ok(Outcome::SignedIn(browser)),
            Self::SignedIn(Completed::Tokens(_)) => Err(ApiError::internal("a sign-in changed its surface")),
        }
    }
}

/// A challenge as the API shows it.
pub(crate) struct Asked {
    /// Its name.
    pub(crate) name: ChallengeNameType,
    /// The handle of the sign-in. None where the secret block is the handle.
    pub(crate) session: Option<String>,
    /// What it comes with.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The challenges to choose from.
    pub(crate) available: Option<Vec<ChallengeNameType>>,
}

/// A handle for a sign-in: as many random characters as a client would not wonder about.
pub(crate) fn new_handle(random: &dyn Random) -> String {
    format!("AYAB{}", random::alphanumeric(random, 252))
}
