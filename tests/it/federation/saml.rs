//! SAML providers.

use serde_json::json;

use super::{Stage, told};
use crate::oauth::CALLBACK;
use crate::oauth::browser::{location, parameter};
use crate::world::{World, on_both};

on_both!(
    from_the_first_redirect_to_tokens,
    a_refusal_goes_to_the_application,
);

async fn from_the_first_redirect_to_tokens(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let fields = [("subject", "Ann-1"), ("email", "ann@example.com"), ("attributes", "team=a\nteam=b c")];
    let answer = stage.sign_in(&mut browser, "Corp", &fields).await;
    assert!(location(&answer).starts_with(&format!("{CALLBACK}?code=")), "{}", location(&answer));
    assert_eq!(parameter(&answer, "state").as_deref(), Some("s&1"));
    let claims = stage.claims(&world, &answer).await;
    assert_eq!(claims["cognito:username"], "Corp_Ann-1");
    assert_eq!(claims["cognito:groups"], json!([format!("{}_Corp", stage.app.pool)]));
    assert_eq!(claims["custom:team"], "[a,b+c]");
}

async fn a_refusal_goes_to_the_application(world: World) {
    let stage = Stage::new(&world).await;
    let mut browser = stage.app.browser(&world);
    let sent = browser.get(&stage.authorize("Corp", &[])).await;
    let page = stage.at_provider(&sent, &[("refuse", "true")]).await;
    let answer = super::post_saml(&mut browser, &page).await;
    let (error, description) = told(&answer);
    assert_eq!(error, "server_error");
    assert!(description.starts_with("Invalid SAML response received: Status"), "{description}");
}
