//! A page that somebody has opened: of which client, in which language, with which look, after which step.

use std::rc::Rc;

use askama::Template;

use super::brand::brand;
use super::page_state::{PageState, Step, Told};
use super::view::{
    Brand, Frame, Language, PageError, PolicyRule, Texts, Unavailable, html, judged_policy, policy_sentences,
};
use crate::call::Call;
use crate::error::ApiError;
use crate::oauth::Authorization;
use crate::site::{Answer, Cookie, Failure, SiteRequest, Visit, csrf};

/// The cookie that keeps the language, and for how long.
const LANGUAGE_COOKIE: &str = "lang";
const LANGUAGE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// A page of a client.
pub(super) struct Page {
    /// The request.
    pub(super) request: Rc<SiteRequest>,
    /// What the application asked for; pages hand it on in their query.
    pub(super) authorization: Authorization,
    /// What the page before handed on.
    pub(super) state: PageState,
    language: Language,
    look: Brand,
    csrf: String,
    cookies: Vec<Cookie>,
}

impl Page {
    /// Opens a page. The inner error goes out in its place.
    ///
    /// # Errors
    /// What only a page without a client can tell.
    pub(super) async fn open(request: Rc<SiteRequest>) -> Result<Result<Self, Answer>, Failure> {
        let authorization = match Authorization::of(&request).await? {
            Ok(authorization) => authorization,
            Err(refused) => return Ok(Err(refused)),
        };
        let visit = &authorization.visit;
        let (language, mut cookies) = language(&request, visit);
        let version = visit.domain.managed_login_version;
        let look = brand(&request.call, &visit.client, version, &request.site.base_path).await?;
        let (csrf, cookie) = csrf::token(&request);
        cookies.extend(cookie);
        let state = PageState::of(&request, visit);
        let page = |look: Brand| Self { language, look, csrf, cookies, state, request, authorization };
        Ok(match look {
            Some(look) => Ok(page(look)),
            None => {
                let page = page(Brand::default());
                let unavailable = Unavailable { frame: page.frame() };
                Err(Answer { status: 403, ..page.show(&unavailable) })
            }
        })
    }

    /// Opens the page that a form of ours was sent from.
    ///
    /// # Errors
    /// As [`Self::open`], and for forms of others.
    pub(super) async fn of_form(request: Rc<SiteRequest>) -> Result<Result<Self, Answer>, Failure> {
        csrf::check(&request)?;
        Self::open(request).await
    }

    pub(super) fn call(&self) -> &Call {
        &self.request.call
    }

    pub(super) fn visit(&self) -> &Visit {
        &self.authorization.visit
    }

    pub(super) fn texts(&self) -> &'static Texts {
        Texts::of(self.language)
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// A field of the form, empty when it is missing.
    pub(super) fn form(&self, name: &str) -> &str {
        self.request.form(name).unwrap_or_default()
    }

    /// The path of another page, with the same query.
    pub(super) fn href(&self, path: &str) -> String {
        self.request.to(path)
    }

    /// Whether users of the pool itself may sign in to the client.
    pub(super) fn is_native(&self) -> bool {
        self.visit().client.client.settings.supports_own_users()
    }

    /// The handle of the sign-in that this browser is in the middle of.
    pub(super) fn handle(&self) -> Option<&str> {
        match &self.state.step {
            Some(Step::SignIn { handle, .. }) => Some(handle),
            Some(Step::SignUp { .. } | Step::ResetPassword { .. }) | None => None,
        }
    }

    /// The name that the person typed, on this page or at the beginning.
    pub(super) fn typed_name(&self) -> String {
        let typed_before = match &self.state.step {
            Some(Step::SignIn { name, .. }) => name.as_str(),
            Some(Step::SignUp { username, .. } | Step::ResetPassword { username, .. }) => username,
            None => "",
        };
        self.request.form("username").unwrap_or(typed_before).trim().to_owned()
    }

    /// The state of a sign-in that waits under this handle.
    pub(super) fn waiting_under(&self, handle: String) -> PageState {
        PageState::at(Step::SignIn { handle, name: self.typed_name() })
    }

    /// The pool's rules for passwords. Those that the password of the form breaks are told when it was refused.
    pub(super) fn policy(&self, error: &Option<PageError>) -> Vec<PolicyRule> {
        let policy = self.visit().client.pool.settings.password_policy();
        match error {
            Some(PageError::PasswordPolicy) => judged_policy(self.texts(), &policy, self.form("password")),
            Some(_) | None => policy_sentences(self.texts(), &policy),
        }
    }

    /// What every page has. Its forms come back to this address.
    pub(super) fn frame(&self) -> Frame {
        self.frame_of(&self.request.path, self.request.here())
    }

    /// The same for a page that is shown at this path or at another one, whose form was refused: its own forms go to its own
    /// path.
    pub(super) fn frame_at(&self, path: &str) -> Frame {
        self.frame_of(&format!("{}{path}", self.request.site.base_path), self.href(path))
    }

    fn frame_of(&self, path: &str, action: String) -> Frame {
        let request = &self.request;
        let languages: &[Language] = if self.visit().has_managed_login() { &Language::ALL } else { &[] };
        let query = request.query.encoded_without(&["lang"]);
        Frame {
            texts: self.texts(),
            language: self.language,
            languages: languages
                .iter()
                .map(|language| (*language, format!("{path}?{query}&lang={}", language.code())))
                .collect(),
            csrf: self.csrf.clone(),
            action,
            base: request.site.base_path.clone(),
            brand: self.look.clone(),
            is_classic: !self.visit().has_managed_login(),
        }
    }

    /// Shows a page. What the page before had to tell is told.
    pub(super) fn show(self, page: &impl Template) -> Answer {
        let mut answer = Answer::page(200, html(page));
        answer.cookies = self.cookies;
        if let Some(state) = self.state.after_telling() {
            answer.cookies.push(state.cookie(&self.request, &self.authorization.visit));
        }
        answer
    }

    /// Goes on to another page, which finds this state.
    pub(super) fn go(self, path: &str, state: PageState) -> Answer {
        let location = self.href(path);
        let cookie = state.cookie(&self.request, self.visit());
        self.leave(location).with_cookie(cookie)
    }

    /// Goes on to wherever.
    pub(super) fn leave(self, location: String) -> Answer {
        let mut answer = Answer::redirect(location);
        answer.cookies = self.cookies;
        answer
    }

    /// Begins anew, because what the page needs is gone.
    pub(super) fn begin_anew(self) -> Answer {
        let state = PageState::telling(Told::SessionExpired);
        self.go("/login", state)
    }
}

/// The language of the pages. The classic ones speak English.
fn language(request: &SiteRequest, visit: &Visit) -> (Language, Vec<Cookie>) {
    if !visit.has_managed_login() {
        return (Language::English, Vec::new());
    }
    let asked = request.query("lang");
    let accepted = request.headers.accept_language.as_deref();
    let language = Language::negotiate(asked, request.cookie(LANGUAGE_COOKIE), accepted);
    let chosen = asked.filter(|code| Language::from_code(code).is_some());
    let cookie = chosen.map(|_| Cookie::kept(LANGUAGE_COOKIE, language.code(), LANGUAGE_SECONDS));
    (language, cookie.into_iter().collect())
}

/// What `or_begin_anew` makes of a step: an error that says that the sign-in waits no longer leads to the first page.
pub(super) fn is_over(error: &ApiError) -> bool {
    use domain::sign_in::SignInError;
    [SignInError::NoSession, SignInError::SessionUsed, SignInError::SessionExpired]
        .iter()
        .any(|over| over.to_string() == error.message)
}
