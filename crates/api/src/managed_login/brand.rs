//! What the pages of an app client look like and link to, and the files that they look so with.
//!
//! Not here: the pages. A file's address ends in a hash of its content, so that browsers may keep it for good.

use actix_web::HttpResponse;
use actix_web::http::header;
use domain::ids::{ClientId, PoolId};
use domain::images::{content_digest, content_type, format_of, image_path};
use domain::managed_login_branding::{Look, LookImage};
use domain::terms::{PRIVACY_POLICY, TERMS_OF_USE};
use domain::ui_customization::{Logo, UiCustomization};
use storage::{ClientWithPool, Reader};

use super::view::Brand;
use crate::call::Call;
use crate::error::ApiError;

/// The brand of a client on pages of this version: 1 is the classic ones, 2 managed login. Addresses begin with `base`. None
/// when the client has no managed login style: then it has no pages.
pub(crate) async fn brand(
    call: &Call,
    client: &ClientWithPool,
    managed_login_version: i32,
    base: &str,
) -> Result<Option<Brand>, ApiError> {
    let (pool_id, client_id) = (&client.pool.id, &client.client.id);
    let mut read = call.store.read_latest().await?;
    if managed_login_version == 1 {
        let set = read.ui_customization_of_client(pool_id, client_id).await?;
        return Ok(Some(set.map(|set| classic(&set, client_id, base)).unwrap_or_default()));
    }
    let look = read.managed_login_look(client_id).await?;
    Ok(look.map(|look| managed(&look, client_id, base)))
}

fn classic(set: &UiCustomization, client_id: &ClientId, base: &str) -> Brand {
    let stylesheet =
        |css: &String| format!("{base}/brand/{client_id}/classic.css?v={}", content_digest(css.as_bytes()));
    let logo = |logo: &Logo| format!("{base}{}", image_path(client_id.as_str(), &logo.address()));
    Brand { stylesheet: set.css.as_ref().map(stylesheet), logo: set.image.as_ref().map(logo), favicon: None }
}

fn managed(look: &Look, client_id: &ClientId, base: &str) -> Brand {
    let digest = content_digest(look.stylesheet().as_bytes());
    let image = |image: &LookImage| format!("{base}{}", image_path(client_id.as_str(), &image.address()));
    Brand {
        stylesheet: Some(format!("{base}/brand/{client_id}/style.css?v={digest}")),
        logo: look.logo().map(image),
        favicon: look.favicon().map(image),
    }
}

/// Links to the terms of use and the privacy policy of a client, in the first of these languages that each has. None unless
/// there are both.
pub(crate) async fn terms_links(
    call: &Call,
    client: &ClientWithPool,
    language_keys: &[&str],
) -> Result<Option<(String, String)>, ApiError> {
    let terms = call.store.read_latest().await?.terms_of_client(&client.client.id).await?;

    let link = |name: &str| {
        let terms = terms.iter().find(|terms| terms.name == name)?;
        terms.link(language_keys).map(str::to_owned)
    };
    Ok(link(TERMS_OF_USE).zip(link(PRIVACY_POLICY)))
}

/// A file of a brand.
#[derive(Debug)]
pub(crate) struct BrandFile {
    content_type: &'static str,
    bytes: Vec<u8>,
    digest: String,
}

impl BrandFile {
    fn stylesheet(css: String) -> Self {
        Self {
            content_type: "text/css; charset=utf-8",
            digest: content_digest(css.as_bytes()),
            bytes: css.into(),
        }
    }

    /// An image that was checked when it was set.
    fn image(bytes: Vec<u8>, digest: String) -> Self {
        let content_type = format_of(&bytes).map_or("application/octet-stream", content_type);
        Self { content_type, bytes, digest }
    }
}

/// `{base}/brand/{client_id}/style.css`: the stylesheet of a managed login style. None for strangers.
pub(crate) async fn style(call: &Call, client_id: &str) -> Result<Option<BrandFile>, ApiError> {
    let client_id = ClientId::from(client_id.to_owned());
    let look = call.store.read_latest().await?.managed_login_look(&client_id).await?;

    Ok(look.map(|look| BrandFile::stylesheet(look.stylesheet())))
}

/// `{base}/brand/{client_id}/classic.css`: the stylesheet of classic pages. None for strangers.
pub(crate) async fn classic_style(call: &Call, client_id: &str) -> Result<Option<BrandFile>, ApiError> {
    let mut read = call.store.read_latest().await?;
    let set = classic_of(&mut read, client_id).await?;

    Ok(set.and_then(|set| set.css).map(BrandFile::stylesheet))
}

/// `{base}/brand/{owner}/image/{name}`: an image of either kind of pages. None for strangers. The owner is a client or, of
/// what all clients of a pool show, the pool.
pub(crate) async fn image(call: &Call, owner: &str, name: &str) -> Result<Option<BrandFile>, ApiError> {
    let mut read = call.store.read_latest().await?;
    let client_id = ClientId::from(owner.to_owned());
    if let Some(look) = read.managed_login_look(&client_id).await?
        && let Some(image) = look.image_named(name)
    {
        let bytes = read.managed_login_image(&client_id, image).await?;
        return Ok(bytes.map(|bytes| BrandFile::image(bytes, image.digest.clone())));
    }
    let logo = classic_of(&mut read, owner).await?.and_then(|set| set.image);

    let logo = logo.filter(|logo| logo.name() == name);
    Ok(logo.map(|logo| BrandFile::image(logo.bytes().to_vec(), logo.digest())))
}

/// What holds for the classic pages of a client, or of all clients of a pool.
async fn classic_of(read: &mut Reader, owner: &str) -> Result<Option<UiCustomization>, ApiError> {
    let client_id = ClientId::from(owner.to_owned());
    Ok(match read.client_with_pool(&client_id).await? {
        Some(client) => read.ui_customization_of_client(&client.pool.id, &client_id).await?,
        None => read.ui_customization(&PoolId::from(owner.to_owned()), None).await?,
    })
}

/// What a browser may do in an SVG that it is shown by itself: no script, no form, nothing from elsewhere.
const SVG_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The answer to a request for a file, with `v` of its query. A browser keeps the file for good when it asked for this
/// content, and asks again otherwise.
pub(crate) fn answer(file: Option<BrandFile>, v: Option<&str>) -> HttpResponse {
    let Some(file) = file else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("Not found\n");
    };
    let is_this = v == Some(file.digest.as_str());
    let caching = if is_this { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(file.content_type);
    if file.content_type == content_type(wire::AssetExtensionType::Svg) {
        response.insert_header((header::CONTENT_SECURITY_POLICY, SVG_POLICY));
    }
    response.body(file.bytes)
}
