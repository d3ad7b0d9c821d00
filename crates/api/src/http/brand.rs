//! `/brand/{owner}/…`: the files that the pages of an app client look with. They are no secret, and the same at every host.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::scope::Scope;
use serde::Deserialize;

use super::{Poolhouse, outages};
use crate::error::ApiError;
use crate::managed_login::brand::{self, BrandFile};

/// The files, below a place that serves a domain.
pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.route("/brand/{owner}/style.css", web::get().to(style))
        .route("/brand/{owner}/classic.css", web::get().to(classic_style))
        .route("/brand/{owner}/image/{name}", web::get().to(image));
}

/// What an address names beside the file.
#[derive(Deserialize)]
struct Version {
    /// The content that the page was made for.
    v: Option<String>,
}

async fn style(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    version: web::Query<Version>,
) -> HttpResponse {
    let call = poolhouse.call(&request, Scope::default());
    answer(&poolhouse, brand::style(&call, part(&request, "owner")).await, &version)
}

async fn classic_style(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    version: web::Query<Version>,
) -> HttpResponse {
    let call = poolhouse.call(&request, Scope::default());
    answer(&poolhouse, brand::classic_style(&call, part(&request, "owner")).await, &version)
}

async fn image(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    version: web::Query<Version>,
) -> HttpResponse {
    let call = poolhouse.call(&request, Scope::default());
    answer(&poolhouse, brand::image(&call, part(&request, "owner"), part(&request, "name")).await, &version)
}

fn part<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.match_info().get(name).unwrap_or_default()
}

fn answer(
    poolhouse: &Poolhouse,
    outcome: Result<Option<BrandFile>, ApiError>,
    version: &Version,
) -> HttpResponse {
    match outcome {
        Ok(file) => brand::answer(file, version.v.as_deref()),
        Err(error) => outages::fault(poolhouse, error, "a file of a brand could not be read"),
    }
}
