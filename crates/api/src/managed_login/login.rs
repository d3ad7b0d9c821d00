//! `/login`: who somebody is, by a name and a password, a name alone, or another provider's word.

use std::rc::Rc;

use domain::oauth::OAuthError;
use domain::user_pools::UserPool;
use domain::users::User;
use wire::{AliasAttributeType, IdentityProviderTypeType, UsernameAttributeType};

use super::errors::page_error;
use super::page::Page;
use super::page_state::{PageState, Step, Told};
use super::view::{AccountChoice, NameKind, Notice, PageError, ProviderLink, SignIn};
use super::{sign_up, step};
use crate::error::ApiError;
use crate::flows::sign_in::at_pages;
use crate::oauth::{Named, grant, live_session};
use crate::site::{Answer, Failure, SiteRequest};

/// `GET /login`.
pub(crate) async fn login(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::open(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    let prompt = page.authorization.asked.prompt;
    let named = Named::by(&page.request.query, page.call(), page.visit()).await?;
    if !prompt.login
        && let Some(live) = live_session(&page.request, page.visit()).await?
        && named.has(&live.session)
    {
        if prompt.select_account {
            let name = shown_name(&live.user);
            return Ok(choose_account(page, name));
        }
        let event_id = domain::random::uuid(page.call().random());
        let location = grant(page.call(), &page.authorization, &live.session, event_id).await?;
        return Ok(page.leave(location));
    }
    if prompt.none {
        return Ok(page.authorization.refused(OAuthError::LoginRequired));
    }
    let username = page.request.query("login_hint").unwrap_or_default().to_owned();
    let (notice, error) = (page.state.notice(), page.state.error());
    show(page, username, notice, error).await
}

/// `POST /login`.
pub(crate) async fn take_login(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    let page = match Page::of_form(request).await? {
        Ok(page) => page,
        Err(answer) => return Ok(answer),
    };
    if page.request.form("idp_search").is_some() {
        return find_provider(page).await;
    }
    if !page.is_native() {
        return Err(domain::oauth::PageRefusal::NoProvider.into());
    }
    let username = page.form("username").trim().to_owned();
    let client = &page.visit().client;
    let outcome = if at_pages::offers_choice(client) && page.request.form("password").is_none() {
        at_pages::with_choice(page.call(), client, &username).await
    } else {
        at_pages::with_password(page.call(), client, &username, page.form("password")).await
    };
    match outcome {
        Ok(outcome) => step::after(page, outcome).await,
        Err(error) => refused(page, error).await,
    }
}

/// What comes of a name and a password that do not sign in.
pub(super) async fn refused(page: Page, error: ApiError) -> Result<Answer, Failure> {
    let username = page.typed_name();
    match error.code {
        "UserNotConfirmedException" => Ok(sign_up::go_to_confirm(page, username)),
        "PasswordResetRequiredException" => {
            let step = Step::ResetPassword { username, destination: None };
            let state = PageState::at(step).and_telling(Told::PasswordResetRequired);
            Ok(page.go("/confirmforgotPassword", state))
        }
        _ => {
            let error = page_error(&page.request, error, &[])?;
            show(page, username, None, Some(error)).await
        }
    }
}

/// Shows the page with what did not go well on another.
pub(super) async fn show_error(page: Page, username: String, error: PageError) -> Result<Answer, Failure> {
    show(page, username, None, Some(error)).await
}

async fn show(
    page: Page,
    username: String,
    notice: Option<Notice>,
    error: Option<PageError>,
) -> Result<Answer, Failure> {
    let client = &page.visit().client;
    let (providers, domain_search) = providers(&page).await?;
    let native = page.is_native();
    let signs_up = native && !client.pool.settings.allows_admin_create_user_only();
    let sign_in = SignIn {
        native,
        username,
        username_label: name_kind(&client.pool),
        asks_password: !at_pages::offers_choice(client),
        providers,
        domain_search,
        forgot_href: native.then(|| page.href("/forgotPassword")),
        sign_up_href: signs_up.then(|| page.href("/signup")),
        notice,
        error,
        frame: page.frame_at("/login"),
    };
    Ok(page.show(&sign_in))
}

/// What a name may be in this pool.
pub(super) fn name_kind(pool: &UserPool) -> NameKind {
    let by = |attribute| pool.settings.has_username_attribute(attribute);
    let alias = |attribute| pool.settings.has_alias(attribute);
    let by_email = by(UsernameAttributeType::Email);
    let by_phone = by(UsernameAttributeType::PhoneNumber);
    match (by_email, by_phone) {
        (true, true) => NameKind::EmailOrPhone,
        (true, false) => NameKind::Email,
        (false, true) => NameKind::Phone,
        (false, false) => match (alias(AliasAttributeType::Email), alias(AliasAttributeType::PhoneNumber)) {
            (true, true) => NameKind::UsernameEmailOrPhone,
            (true, false) => NameKind::UsernameOrEmail,
            (false, true) => NameKind::UsernameOrPhone,
            (false, false) => NameKind::Username,
        },
    }
}

/// The buttons of the client's other providers, and whether SAML providers are found by an e-mail address instead: they are
/// when each has identifiers (developer guide, "SAML identity provider names and identifiers").
async fn providers(page: &Page) -> Result<(Vec<ProviderLink>, bool), ApiError> {
    let client = &page.visit().client;
    let mut names = client.client.settings.other_providers().peekable();
    if names.peek().is_none() {
        return Ok((Vec::new(), false));
    }
    let mut read = page.call().store.read_latest().await?;
    let mut ours = Vec::new();
    for name in names {
        ours.extend(read.identity_provider(&client.pool.id, name).await?);
    }
    let is_saml = |kind| kind == IdentityProviderTypeType::Saml;
    let mut saml = ours.iter().filter(|provider| is_saml(provider.kind)).peekable();
    let searches = saml.peek().is_some() && saml.all(|provider| !provider.identifiers.is_empty());
    ours.retain(|provider| !(searches && is_saml(provider.kind)));
    let links = ours.into_iter().map(|provider| {
        let name = [("identity_provider", provider.name.as_str())];
        ProviderLink {
            href: authorize_with(&page.request, &name),
            label: label(&provider.name).to_owned(),
            kind: provider.kind,
            name: provider.name,
        }
    });
    Ok((links.collect(), searches))
}

fn label(name: &str) -> &str {
    match name {
        "LoginWithAmazon" => "Amazon",
        "SignInWithApple" => "Apple",
        other => other,
    }
}

/// The authorization endpoint, with the request and more.
fn authorize_with(request: &SiteRequest, more: &[(&str, &str)]) -> String {
    let query = request.query.encoded_without(&["identity_provider", "idp_identifier"]);
    let path = format!("{}/oauth2/authorize?{query}", request.site.base_path);
    domain::oauth::with_query(&path, more)
}

/// An e-mail address tells the provider by what follows the `@`.
async fn find_provider(page: Page) -> Result<Answer, Failure> {
    let typed = page.form("idp_search").trim();
    let identifier = typed.rsplit_once('@').map_or(typed, |(_, domain)| domain).to_owned();
    let pool_id = &page.visit().client.pool.id;
    let found =
        page.call().store.read_latest().await?.identity_provider_by_identifier(pool_id, &identifier).await?;
    if found.is_none() {
        return show(page, String::new(), None, Some(PageError::NoProvider)).await;
    }
    let location = authorize_with(&page.request, &[("idp_identifier", &identifier)]);
    Ok(page.leave(location))
}

/// What a user is called on a page: usernames that were generated say nothing to people.
fn shown_name(user: &User) -> String {
    let is_generated = user.username == user.id.to_string();
    let known_as = ["email", "phone_number"].into_iter().find_map(|name| user.attribute(name));
    known_as.filter(|_| is_generated).unwrap_or(&user.username).to_owned()
}

fn choose_account(page: Page, username: String) -> Answer {
    let with_prompt = |prompt: Option<&str>, path: &str| {
        let query = page.request.query.encoded_without(&["prompt"]);
        let mut url = format!("{}{path}?{query}", page.request.site.base_path);
        if let Some(prompt) = prompt {
            url = domain::oauth::with_query(&url, &[("prompt", prompt)]);
        }
        url
    };
    let choice = AccountChoice {
        username,
        continue_href: with_prompt(None, "/oauth2/authorize"),
        other_href: with_prompt(Some("login"), "/login"),
        frame: page.frame(),
    };
    page.show(&choice)
}
