//! `/_poolhouse/idp/…`: the built-in identity provider. Browsers and the server itself come here as to any other one, so nobody
//! shows a control token; without `--mock-idp` none of these routes is there.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::site::{endpoint, form, open, page};
use crate::mock_idp::{self, oidc, saml};

/// Every endpoint and page.
pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::scope(mock_idp::PATH).configure(endpoints));
}

fn endpoints(app: &mut web::ServiceConfig) {
    app.route("/saml/metadata", endpoint(web::get(), saml::metadata))
        .route("/saml/slo", page(web::get(), saml::slo))
        .route("/oidc/.well-known/openid-configuration", endpoint(web::get(), oidc::discovery))
        .route("/oidc/jwks", endpoint(web::get(), oidc::jwks))
        .route("/submit.js", web::get().to(submit_script));
    for path in ["", "/"] {
        app.route(path, page(web::get(), mock_idp::overview));
    }
    form(app, &["/saml/sso"], saml::sso, saml::take_sso);
    form(app, &["/saml/start"], saml::start, saml::take_start);
    form(app, &["/oidc/authorize"], oidc::authorize, oidc::take_authorize);
    app.service(open("/oidc/token").route(endpoint(web::post(), oidc::token)));
    let resource = open("/oidc/userinfo").route(endpoint(web::get(), oidc::user_info));
    app.service(resource.route(endpoint(web::post(), oidc::user_info)));
}

/// Pages may run no script but that of a file.
async fn submit_script() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/javascript; charset=utf-8")
        .body(mock_idp::SUBMIT_SCRIPT)
}
