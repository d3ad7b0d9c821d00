//! OpenID Connect providers.

use serde_json::json;

use super::{Stage, told};
use crate::oauth::browser::{detail, location, parameter};
use crate::oauth::{CALLBACK, browser::Browser};
use crate::world::{World, on_both};

on_both!(
    from_the_first_redirect_to_tokens,
    a_refusal_goes_to_the_application,
);

const NO_STATE: &str = "Invalid relayState from identity provider";

async fn from_the_first_redirect_to_tokens(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Sso", &[("login_hint", "ann@x")])).await;
    let domain = format!("http://{}", browser.host);
    let of = |name| parameter(&sent, name);
    assert!(location(&sent).starts_with(&format!("{}/_poolhouse/idp/oidc/authorize?", stage.idp.url)));
    assert_eq!(of("client_id").as_deref(), Some("pool"));
    assert_eq!(of("redirect_uri"), Some(format!("{domain}/oauth2/idpresponse")));
    assert_eq!(of("scope").as_deref(), Some("openid email profile"));
    assert_eq!(of("response_type").as_deref(), Some("code"));
    assert_eq!(of("login_hint").as_deref(), Some("ann@x"));
    assert!(of("state").unwrap().len() >= 43 && of("nonce").unwrap().len() >= 43);

    let fields = [("subject", "Ann-1"), ("email", "ann@example.com"), ("attributes", "team=a\nteam=b c")];
    let back = stage.at_provider(&sent, &fields).await;
    let answer = browser.follow(&back).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s&1"));
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["cognito:username"], "Sso_Ann-1");
    assert_eq!(claims["cognito:groups"], json!([format!("{}_Sso", stage.app.pool)]));
    assert_eq!(claims["email"], "ann@example.com");
    assert_eq!(claims["email_verified"], false);
    assert_eq!(claims["custom:team"], "[a,b+c]");
    assert!(claims["nonce"].as_str().unwrap().len() >= 43, "there is one, though nobody asked");
    let identity = &claims["identities"][0];
    assert_eq!(identity["userId"], "Ann-1");
    assert_eq!(identity["providerName"], "Sso");
    assert_eq!(identity["providerType"], "OIDC");
    assert_eq!(identity["primary"], "true");
    let user = stage.user(&world, "Sso_Ann-1").await;
    assert_eq!((&user["UserStatus"], &user["Enabled"]), (&json!("EXTERNAL_PROVIDER"), &json!(true)));
}

async fn a_refusal_goes_to_the_application(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let answer = stage.sign_in(&mut browser, "Sso", &[("refuse", "true")]).await;
    assert_eq!(told(&answer).0, "access_denied");
    let page = browser.get("/oauth2/idpresponse?code=1&state=2").await;
    assert_eq!((page.status, detail(&page).as_deref()), (400, Some(NO_STATE)));
    let _: Browser = browser;
}
