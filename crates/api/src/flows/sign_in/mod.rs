//! Signing in, whoever asks: the JSON operations and the pages only translate.
//!
//! [`begin`] takes a first factor, [`go_on`] the answer to a challenge. Both load who is meant, have `domain::sign_in`
//! decide, keep what it decided, and say what to ask next or hand out tokens.

mod after_sign_up;
mod answer;
mod ask;
mod begin;
mod complete;
mod failure;
mod parameters;
mod person;
mod srp;

use std::collections::BTreeMap;

use domain::random::{self, Random};
use storage::ClientWithPool;
use wire::{AuthenticationResultType, ChallengeNameType};

use crate::call::Call;

pub(crate) use after_sign_up::{begin_after_sign_up, go_on_after_sign_up};
pub(crate) use answer::go_on;
pub(crate) use begin::begin;
pub(crate) use parameters::Parameters;

/// Who asks for a sign-in: a call of a client, or of an administrator for it.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The call.
    pub(crate) call: &'a Call,
    /// The client, with its pool.
    pub(crate) client: &'a ClientWithPool,
    /// Whether this is one of the Admin operations.
    pub(crate) by_admin: bool,
}

/// What comes of a step.
pub(crate) enum Outcome {
    /// Something to answer.
    Asked(Asked),
    /// Tokens.
    SignedIn(AuthenticationResultType),
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
