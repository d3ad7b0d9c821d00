//! A browser that left for another provider to sign in: what is kept until it comes back, and what it carries.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::TimeDelta;
use domain::random;
use serde::{Deserialize, Serialize};

use crate::federation::Judged;
use crate::site::{Cookie, SiteRequest};

/// The cookie that ties the way back to the browser that left.
const COOKIE: &str = "csrf-state";

/// How long a browser may be away (developer guide: authentication must be complete within five minutes).
pub(super) const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// Characters of a state, a nonce and the cookie: 256 random bits.
pub(super) const STATE_LENGTH: usize = 43;

/// What a browser left with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Left {
    /// The authorization request, as it came.
    pub(super) query: String,
    /// The provider.
    pub(super) provider: String,
    /// The hash of what its cookie holds.
    browser: String,
    /// What it must bring back.
    pub(super) expects: Expects,
    /// Whom the provider named, once its answer is judged.
    pub(super) judged: Option<Judged>,
}

/// What a provider's answer must be about.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Expects {
    /// `InResponseTo`.
    Saml { request_id: String },
    /// `nonce`.
    Oidc { nonce: String },
}

fn hashed(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, secret.as_bytes()))
}

/// Whether a cookie can be one of ours.
fn is_secret(held: &str) -> bool {
    held.len() == STATE_LENGTH && held.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Left {
    /// A browser that leaves now, and its cookie. One that is away already, in another tab, keeps what it holds.
    pub(super) fn new(request: &SiteRequest, provider: String, expects: Expects) -> (Self, Cookie) {
        let query = request.raw_query.clone();
        let held = request.cookie(COOKIE).filter(|held| is_secret(held)).map(str::to_owned);
        let secret = held.unwrap_or_else(|| random::alphanumeric(request.call.random(), STATE_LENGTH));
        let cookie = Cookie::kept(COOKIE, secret.clone(), PATIENCE.num_seconds());
        (Self { query, provider, browser: hashed(&secret), expects, judged: None }, cookie)
    }

    /// Whether this is the browser that left.
    pub(super) fn is_of(&self, request: &SiteRequest) -> bool {
        let shown = request.cookie(COOKIE).map(hashed).unwrap_or_default();
        verify_slices_are_equal(shown.as_bytes(), self.browser.as_bytes()).is_ok()
    }
}
