//! What pages show of branding, customizations and terms, and the files that they load for it.

use serde_json::{Value, json};

use crate::world::{Answer, World, on_both};

on_both!(
    without_a_style_there_are_no_managed_login_pages,
    addresses_of_a_style_lead_to_its_files,
    classic_pages_show_what_was_set_for_the_client_or_for_all,
    strangers_find_nothing_and_an_old_address_is_not_kept,
    links_to_terms_are_there_when_both_are,
);

const SVG: &str = "PHN2Zy8+"; // <svg/>
const PNG: &str = "iVBORw0KGgo=";
const CALLBACK: &str = "https://app.example/";
const KEPT_FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// A client of a pool with pages of this version.
struct Client {
    pool: String,
    id: String,
}

impl Client {
    async fn new(world: &World, managed_login_version: i32) -> Self {
        let pool = world.pool(json!({})).await;
        let domain =
            json!({ "UserPoolId": pool, "Domain": "team", "ManagedLoginVersion": managed_login_version });
        world.ok("CreateUserPoolDomain", domain).await;
        let id = Self::of_pool(world, &pool).await;
        Self { pool, id }
    }

    async fn of_pool(world: &World, pool: &str) -> String {
        let members = json!({
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"], "CallbackURLs": [CALLBACK], "SupportedIdentityProviders": ["COGNITO"],
        });
        world.client(pool, members).await
    }

    fn named(&self, members: Value) -> Value {
        let mut request = json!({ "UserPoolId": self.pool, "ClientId": self.id });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        request
    }

    async fn page(&self, world: &World, path: &str) -> Answer {
        let query = format!("client_id={}&response_type=code&redirect_uri={CALLBACK}", self.id);
        world.get(&format!("{path}?{query}")).await
    }
}

/// The addresses in attributes of this name that begin with `begin`.
fn addresses<'a>(page: &'a Answer, attribute: &str, begin: &str) -> Vec<&'a str> {
    let name = format!(" {attribute}=\"");
    let values = page.text.split(&name).skip(1);
    let values = values.map(|rest| rest.split('"').next().unwrap());
    values.filter(|value| value.starts_with(begin)).collect()
}

async fn without_a_style_there_are_no_managed_login_pages(world: World) {
    let client = Client::new(&world, 2).await;
    let page = client.page(&world, "/login").await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("Login pages unavailable"), "{}", page.text);
    world.ok("CreateManagedLoginBranding", client.named(json!({ "UseCognitoProvidedValues": true }))).await;
    let page = client.page(&world, "/login").await;
    assert_eq!((page.status, addresses(&page, "href", "/brand/").len()), (200, 1));
    assert_eq!(addresses(&page, "src", "/brand/"), [""; 0]);
}

async fn addresses_of_a_style_lead_to_its_files(world: World) {
    let client = Client::new(&world, 2).await;
    let assets = json!([
        { "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": SVG },
        { "Category": "FAVICON_SVG", "ColorMode": "DYNAMIC", "Extension": "SVG", "Bytes": SVG },
        { "Category": "PAGE_BACKGROUND", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG },
    ]);
    let settings = json!({ "components": {
        "form": { "logo": { "enabled": true } },
        "pageBackground": { "lightMode": { "color": "123456ff" } },
    } });
    let style = client.named(json!({ "Settings": settings, "Assets": assets }));
    world.ok("CreateManagedLoginBranding", style).await;

    for base in ["", "/domains/team"] {
        let page = client.page(&world, &format!("{base}/login")).await;
        let brand = format!("{base}/brand/{}/", client.id);
        let [stylesheet, favicon] = addresses(&page, "href", &brand)[..] else { panic!("{}", page.text) };
        let css = world.get(stylesheet).await;
        assert!(css.text.contains(":root { --page-background: #123456ff; }"), "{}", css.text);
        assert_eq!(css.headers["content-type"], "text/css; charset=utf-8");
        assert_eq!(css.headers["cache-control"], KEPT_FOR_GOOD);
        assert_eq!(css.headers["x-content-type-options"], "nosniff");

        let [logo] = addresses(&page, "src", &brand)[..] else { panic!("{}", page.text) };
        for address in [logo, favicon] {
            let svg = world.get(address).await;
            assert_eq!(svg.text, "<svg/>");
            assert_eq!(svg.headers["content-type"], "image/svg+xml");
            assert_eq!(svg.headers["cache-control"], KEPT_FOR_GOOD);
            let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            assert_eq!(svg.headers["content-security-policy"], policy);
        }
        // The address in the stylesheet is relative to it.
        let (_, address) = css.text.split_once("url(\"").unwrap();
        let png = world.get(&format!("{brand}{}", address.split('"').next().unwrap())).await;
        assert_eq!((png.status, &png.headers["content-type"]), (200, &"image/png".parse().unwrap()));
        assert_eq!(png.headers["x-content-type-options"], "nosniff");
        assert!(!png.headers.contains_key("content-security-policy"));
    }
}

async fn classic_pages_show_what_was_set_for_the_client_or_for_all(world: World) {
    let client = Client::new(&world, 1).await;
    let page = client.page(&world, "/login").await;
    assert_eq!((page.status, addresses(&page, "href", "/brand/")), (200, vec![]), "nothing was set");

    let css = ".banner-customizable { color: red }";
    let of_all = json!({ "UserPoolId": client.pool, "CSS": css, "ImageFile": PNG });
    let set = world.ok("SetUICustomization", of_all).await;
    let page = client.page(&world, "/login").await;
    let [stylesheet] = addresses(&page, "href", "/brand/")[..] else { panic!("{}", page.text) };
    let found = world.get(stylesheet).await;
    assert_eq!(
        (found.text.as_str(), &found.headers["cache-control"]),
        (css, &KEPT_FOR_GOOD.parse().unwrap())
    );
    let [logo] = addresses(&page, "src", "/brand/")[..] else { panic!("{}", page.text) };
    assert_eq!(world.get(logo).await.headers["content-type"], "image/png");
    let url = set["UICustomization"]["ImageUrl"].as_str().unwrap();
    let image = world.get(url.strip_prefix(world.url.as_str()).unwrap()).await;
    assert_eq!((image.status, &image.headers["content-type"]), (200, &"image/png".parse().unwrap()));

    let own = client.named(json!({ "CSS": ".logo-customizable { width: 1px }" }));
    world.ok("SetUICustomization", own).await;
    let page = client.page(&world, "/login").await;
    assert_eq!(addresses(&page, "src", "/brand/"), [""; 0], "the client's own, which has no logo");
    let [own] = addresses(&page, "href", "/brand/")[..] else { panic!("{}", page.text) };
    assert_ne!(own, stylesheet);
    assert_eq!(world.get(own).await.text, ".logo-customizable { width: 1px }");
    // A style of managed login is for the other pages.
    world.ok("CreateManagedLoginBranding", client.named(json!({ "UseCognitoProvidedValues": true }))).await;
    assert_eq!(addresses(&client.page(&world, "/login").await, "href", "/brand/"), [own]);
}

async fn strangers_find_nothing_and_an_old_address_is_not_kept(world: World) {
    let client = Client::new(&world, 2).await;
    for owner in [client.id.as_str(), "nobody", &client.pool] {
        for file in ["style.css", "classic.css", "image/form-logo-light.svg", "image/ui-customization.png"] {
            let answer = world.get(&format!("/brand/{owner}/{file}")).await;
            assert_eq!(answer.status, 404, "{owner} {file}");
        }
    }
    world.ok("CreateManagedLoginBranding", client.named(json!({ "Settings": {} }))).await;
    for query in ["", "?v=", "?v=0123"] {
        let answer = world.get(&format!("/brand/{}/style.css{query}", client.id)).await;
        assert_eq!((answer.status, &answer.headers["cache-control"]), (200, &"no-cache".parse().unwrap()));
    }
    assert_eq!(world.get(&format!("/brand/{}/image/form-logo-light.svg", client.id)).await.status, 404);
}

async fn links_to_terms_are_there_when_both_are(world: World) {
    let client = Client::new(&world, 2).await;
    world.ok("CreateManagedLoginBranding", client.named(json!({ "Settings": {} }))).await;
    let create = async |name: &str, links: Value| {
        let terms =
            json!({ "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": links });
        world.ok("CreateTerms", client.named(terms)).await;
    };
    let links = async |language: &str| {
        let query = format!("client_id={}&response_type=code&redirect_uri={CALLBACK}", client.id);
        let page = world.get(&format!("/signup?{query}&lang={language}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        addresses(&page, "href", "https://terms.example/").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (base, none) = ("https://terms.example", Vec::<String>::new());
    let both = json!({ "cognito:default": format!("{base}/use"), "cognito:french": format!("{base}/usage") });
    create("terms-of-use", both).await;
    assert_eq!(links("fr").await, none);
    create("privacy-policy", json!({ "cognito:default": format!("{base}/privacy") })).await;
    assert_eq!(links("fr").await, [format!("{base}/usage"), format!("{base}/privacy")]);
    assert_eq!(links("de").await, [format!("{base}/use"), format!("{base}/privacy")]);
}
