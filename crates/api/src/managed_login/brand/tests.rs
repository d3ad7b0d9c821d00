use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::body::to_bytes;
use chrono::DateTime;
use domain::app_clients::{AppClient, ClientSettings};
use domain::managed_login_branding::ManagedLoginBranding;
use domain::scope::Scope;
use domain::terms::Terms;
use domain::user_pools::{MfaSettings, PoolSettings, Schema, UserPool};
use serde_json::{Value, json};
use storage::{Sealer, Store};
use uuid::Uuid;

use super::*;
use crate::call::Caller;
use crate::config::Config;
use crate::federation::Fetcher;
use crate::randomness::SeededRandom;
use crate::tokens::{KeyStock, SigningKeys};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what is left behind is in the system's temporary folder
    }
}

/// A call, and a client of a pool.
async fn client() -> (Call, ClientWithPool, Folder) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("poolhouse-brand-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = Folder(std::env::temp_dir().join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    let url = format!("sqlite:{}", folder.0.join("poolhouse.db").display());
    let store = Store::connect(&url, Sealer::new(&[7; 32]).unwrap()).await.unwrap();
    storage::migrate(&store).await.unwrap();
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let call = Call {
        documents: Default::default(),
        is_private: false,
        reached: String::new(),
        store: store.clone(),
        scope: Scope::default(),
        request_id: Uuid::nil(),
        config: Arc::new(Config::default()),
        fetcher: Fetcher::new(),
        keys: SigningKeys::new(KeyStock::given(Vec::new())),
        origin: "http://localhost".to_owned(),
        caller: Caller::default(),
        now,
        random: Arc::new(SeededRandom::new(1)),
    };
    let pool = UserPool {
        id: PoolId::from("us-east-1_A".to_owned()),
        scope: Scope::default(),
        name: "team".to_owned(),
        settings: PoolSettings::default(),
        schema: Schema::new(Vec::new()).unwrap(),
        mfa: MfaSettings::default(),
        session_configuration: Default::default(),
        tags: Default::default(),
        created_at: now,
        modified_at: now,
        version: 1,
    };
    let client = AppClient {
        id: ClientId::from("app".to_owned()),
        pool_id: pool.id.clone(),
        name: "web".to_owned(),
        settings: ClientSettings::default(),
        created_at: now,
        modified_at: now,
        version: 1,
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_user_pool(&pool).await.unwrap();
    tx.insert_app_client(&client).await.unwrap();
    tx.commit().await.unwrap();
    (call, ClientWithPool { client, pool, secrets: Vec::new() }, folder)
}

async fn set_style(call: &Call, client: &ClientWithPool, request: Value) {
    let mut request = request;
    request["UserPoolId"] = json!(client.pool.id);
    request["ClientId"] = json!(client.client.id);
    let request = serde_json::from_value(request).unwrap();
    let id = client.client.id.clone();
    let style = ManagedLoginBranding::new(request, &client.pool, id, call.now(), call.random()).unwrap();
    let mut tx = call.store.begin().await.unwrap();
    assert!(tx.insert_managed_login_branding(&style).await.unwrap());
    tx.commit().await.unwrap();
}

async fn set_classic(call: &Call, client: &ClientWithPool, is_own: bool, request: Value) {
    let mut request = request;
    request["UserPoolId"] = json!(client.pool.id);
    let request = serde_json::from_value(request).unwrap();
    let owner = is_own.then(|| client.client.id.clone());
    let set = UiCustomization::new(request, client.pool.id.clone(), owner, call.now()).unwrap().unwrap();
    let mut tx = call.store.begin().await.unwrap();
    tx.put_ui_customization(&set).await.unwrap();
    tx.commit().await.unwrap();
}

/// What an address below `/auth` leads to.
async fn followed(call: &Call, address: &str) -> (HttpResponse, String) {
    let (path, v) = address.split_once("?v=").unwrap();
    let path = path.strip_prefix("/auth/brand/").unwrap();
    let file = match path.split('/').collect::<Vec<_>>()[..] {
        [client, "style.css"] => style(call, client).await.unwrap(),
        [client, "classic.css"] => classic_style(call, client).await.unwrap(),
        [client, "image", name] => image(call, client, name).await.unwrap(),
        _ => panic!("{path}"),
    };
    let (response, body) = answer(file, Some(v)).into_parts();
    let body = to_bytes(body).await.unwrap();
    (response.set_body(actix_web::body::BoxBody::new(())), String::from_utf8_lossy(&body).into_owned())
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

const SVG: &str = "PHN2Zy8+"; // <svg/>
const PNG: &str = "iVBORw0KGgo=";
const KEPT_FOR_GOOD: Option<&str> = Some("public, max-age=31536000, immutable");

#[tokio::test]
async fn a_client_without_a_style_has_no_managed_login_pages_but_classic_ones() {
    let (call, client, _folder) = client().await;
    assert_eq!(brand(&call, &client, 2, "").await.unwrap(), None);
    assert_eq!(brand(&call, &client, 1, "").await.unwrap(), Some(Brand::default()));
}

#[tokio::test]
async fn addresses_of_a_style_lead_to_its_files() {
    let (call, client, _folder) = client().await;
    let assets = json!([
        { "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": SVG },
        { "Category": "FAVICON_SVG", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG },
        { "Category": "PAGE_BACKGROUND", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG },
    ]);
    let settings = json!({ "components": {
        "form": { "logo": { "enabled": true } },
        "pageBackground": { "lightMode": { "color": "123456ff" } },
    } });
    set_style(&call, &client, json!({ "Settings": settings, "Assets": assets })).await;

    let brand = brand(&call, &client, 2, "/auth").await.unwrap().unwrap();
    let (response, css) = followed(&call, &brand.stylesheet.unwrap()).await;
    assert!(css.contains(":root { --page-background: #123456ff; }"), "{css}");
    assert_eq!(header(&response, "content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(header(&response, "cache-control"), KEPT_FOR_GOOD);
    assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));

    for address in [brand.logo.unwrap(), brand.favicon.unwrap()] {
        let (response, svg) = followed(&call, &address).await;
        assert_eq!(svg, "<svg/>");
        assert_eq!(header(&response, "content-type"), Some("image/svg+xml"));
        assert_eq!(header(&response, "cache-control"), KEPT_FOR_GOOD);
        assert_eq!(header(&response, "content-security-policy"), Some(SVG_POLICY));
    }
    // The address in the stylesheet is relative to it.
    let (_, address) = css.split_once("url(\"").unwrap();
    let address = format!("/auth/brand/app/{}", address.split('"').next().unwrap());
    let (response, _) = followed(&call, &address).await;
    assert_eq!(header(&response, "content-type"), Some("image/png"));
    assert_eq!(header(&response, "content-security-policy"), None);
    assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn classic_pages_show_what_was_set_for_the_client_or_for_all() {
    let (call, client, _folder) = client().await;
    let css = ".banner-customizable { color: red }";
    set_classic(&call, &client, false, json!({ "CSS": css, "ImageFile": PNG })).await;
    let of_all = brand(&call, &client, 1, "/auth").await.unwrap().unwrap();
    let (response, found) = followed(&call, of_all.stylesheet.as_deref().unwrap()).await;
    assert_eq!((found.as_str(), header(&response, "cache-control")), (css, KEPT_FOR_GOOD));
    let logo = of_all.logo.clone().unwrap();
    assert_eq!(header(&followed(&call, &logo).await.0, "content-type"), Some("image/png"));
    // Where the answer of SetUICustomization says that the image is.
    let of_pool = logo.replace("/app/", "/us-east-1_A/");
    assert_eq!(header(&followed(&call, &of_pool).await.0, "cache-control"), KEPT_FOR_GOOD);

    set_classic(&call, &client, true, json!({ "CSS": ".logo-customizable {}" })).await;
    let own = brand(&call, &client, 1, "/auth").await.unwrap().unwrap();
    assert_ne!(own.stylesheet, of_all.stylesheet);
    assert_eq!((own.logo, own.favicon), (None, None));
    assert_eq!(followed(&call, &own.stylesheet.unwrap()).await.1, ".logo-customizable {}");
    assert_eq!(brand(&call, &client, 2, "").await.unwrap(), None, "managed login has styles of its own");
}

#[tokio::test]
async fn strangers_find_nothing_and_an_old_address_is_not_kept() {
    let (call, client, _folder) = client().await;
    for owner in ["app", "nobody", "us-east-1_A", ""] {
        assert!(style(&call, owner).await.unwrap().is_none());
        assert!(classic_style(&call, owner).await.unwrap().is_none());
        assert!(image(&call, owner, "form-logo-light.svg").await.unwrap().is_none());
    }
    assert_eq!(answer(None, None).status(), 404);
    set_style(&call, &client, json!({ "UseCognitoProvidedValues": true })).await;
    assert!(image(&call, "app", "form-logo-light.svg").await.unwrap().is_none());
    for v in [None, Some("0123")] {
        let response = answer(style(&call, "app").await.unwrap(), v);
        assert_eq!(header(&response, "cache-control"), Some("no-cache"));
    }
}

#[tokio::test]
async fn links_to_terms_are_there_when_both_are() {
    let (call, client, _folder) = client().await;
    let create = async |name: &str, links: Value| {
        let request = json!({
            "UserPoolId": client.pool.id, "ClientId": client.client.id, "TermsName": name, "TermsSource": "LINK",
            "Enforcement": "NONE", "Links": links });
        let request = serde_json::from_value(request).unwrap();
        let (pool, id) = (client.pool.id.clone(), client.client.id.clone());
        let terms = Terms::new(request, pool, id, call.now(), call.random()).unwrap();
        let mut tx = call.store.begin().await.unwrap();
        assert!(tx.insert_terms(&terms).await.unwrap());
        tx.commit().await.unwrap();
    };
    let links = async |languages: &[&str]| terms_links(&call, &client, languages).await.unwrap();
    assert_eq!(links(&["cognito:french"]).await, None);
    create(TERMS_OF_USE, json!({ "cognito:default": "https://x/use", "cognito:french": "https://x/usage" }))
        .await;
    assert_eq!(links(&["cognito:french"]).await, None);
    create(PRIVACY_POLICY, json!({ "cognito:default": "https://x/privacy" })).await;
    let texts = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
    assert_eq!(links(&["cognito:french"]).await, texts("https://x/usage", "https://x/privacy"));
    assert_eq!(links(&[]).await, texts("https://x/use", "https://x/privacy"));
}
