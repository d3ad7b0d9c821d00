//! UI customization: stylesheet and logo of the classic pages, for one app client or for all of a pool.
//!
//! Not here: managed login, whose styles are `managed_login_branding`.

mod css;

use chrono::{DateTime, Utc};
use wire::{AssetExtensionType, SetUICustomizationRequest, UICustomizationType};

use crate::ids::{ClientId, PoolId};
use crate::images::{content_digest, format_of};

/// What was set for a client, or for all clients of a pool that have nothing of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct UiCustomization {
    /// The pool.
    pub pool_id: PoolId,
    /// The client; none: all of them.
    pub client_id: Option<ClientId>,
    /// A stylesheet for the classes of the pages.
    pub css: Option<String>,
    /// The logo over the form.
    pub image: Option<Logo>,
    /// When something was set first.
    pub created_at: DateTime<Utc>,
    /// When it was set last.
    pub modified_at: DateTime<Utc>,
}

/// The logo of classic pages: a PNG or JPEG image.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo(Vec<u8>);

/// Why a customization was refused. Texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UiCustomizationError {
    /// Without a domain there are no pages.
    #[error("A domain must be associated with this user pool.")]
    NoDomain,
    /// A selector of the stylesheet is not one of those for customers.
    #[error("The CSS class {0} is not in the list of allowed classes.")]
    Class(String),
    /// An at-rule, a function that could load something, or a script. The text is ours.
    #[error("The CSS contains {0}, which is not allowed.")]
    NotAllowed(String),
    /// No stylesheet. The text is ours.
    #[error("The CSS is not valid.")]
    Malformed,
    /// The logo is neither PNG nor JPEG. The text is ours.
    #[error("The image file should be a PNG or JPEG file.")]
    ImageFormat,
    /// The logo has more than 100 KB. The text is ours.
    #[error("The image file should be no larger than 100 KB.")]
    ImageSize,
    /// Logo and stylesheet together (developer guide, "Customizing hosted UI (classic) branding").
    #[error("request parameters too large")]
    TooLarge,
}

/// What stands for all clients in requests and answers.
pub const ALL: &str = "ALL";
/// Most bytes of a logo.
const MOST_IMAGE_BYTES: usize = 100 * 1024;
/// Most bytes of a request, in which the logo stands in base64.
const MOST_BYTES: usize = 135 * 1024;

impl UiCustomization {
    /// What a request sets, in place of all that was set before. None when it sets nothing: that is how a customization is
    /// taken back.
    ///
    /// # Errors
    /// [`UiCustomizationError`] for the first rule that the request breaks.
    pub fn new(
        request: SetUICustomizationRequest,
        pool_id: PoolId,
        client_id: Option<ClientId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, UiCustomizationError> {
        let css = request.css.filter(|css| !css.trim().is_empty());
        let image = request.image_file.map(|image| image.0).filter(|image| !image.is_empty());
        if let Some(css) = &css {
            css::check(css)?;
        }
        let in_base64 = image.as_ref().map_or(0, |image| image.len().div_ceil(3) * 4);
        let image = image.map(Logo::new).transpose()?;
        if in_base64 + css.as_ref().map_or(0, String::len) > MOST_BYTES {
            return Err(UiCustomizationError::TooLarge);
        }
        if css.is_none() && image.is_none() {
            return Ok(None);
        }
        Ok(Some(Self { pool_id, client_id, css, image, created_at: now, modified_at: now }))
    }

    /// The customization as the API shows it; the logo is found at `image_url`.
    pub fn describe(&self, image_url: Option<String>) -> UICustomizationType {
        UICustomizationType {
            user_pool_id: Some(self.pool_id.to_string()),
            client_id: Some(self.client_id.as_ref().map_or(ALL, ClientId::as_str).to_owned()),
            image_url,
            css: self.css.clone(),
            css_version: Some(self.modified_at.format("%Y%m%d%H%M%S").to_string()),
            last_modified_date: Some(self.modified_at.into()),
            creation_date: Some(self.created_at.into()),
        }
    }
}

impl Logo {
    fn new(bytes: Vec<u8>) -> Result<Self, UiCustomizationError> {
        match format_of(&bytes) {
            Some(AssetExtensionType::Png | AssetExtensionType::Jpeg) => {}
            Some(AssetExtensionType::Ico | AssetExtensionType::Svg | AssetExtensionType::Webp) | None => {
                return Err(UiCustomizationError::ImageFormat);
            }
        }
        if bytes.len() > MOST_IMAGE_BYTES { Err(UiCustomizationError::ImageSize) } else { Ok(Self(bytes)) }
    }

    /// A logo that was kept.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its format.
    pub fn format(&self) -> AssetExtensionType {
        // No other is taken.
        format_of(&self.0).unwrap_or(AssetExtensionType::Png)
    }

    /// What names its bytes.
    pub fn digest(&self) -> String {
        content_digest(&self.0)
    }

    /// Its name in addresses: `ui-customization.png`.
    pub fn name(&self) -> String {
        format!("ui-customization.{}", self.format().as_str().to_ascii_lowercase())
    }

    /// The address that changes with its bytes, relative to where images are.
    pub fn address(&self) -> String {
        format!("{}?v={}", self.name(), self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn set(
        css: Option<String>,
        image: Option<Vec<u8>>,
    ) -> Result<Option<UiCustomization>, UiCustomizationError> {
        let request =
            SetUICustomizationRequest { css, image_file: image.map(Into::into), ..Default::default() };
        UiCustomization::new(request, PoolId::from("us-east-1_a".to_owned()), None, crate::testing::now())
    }

    fn png(bytes: usize) -> Option<Vec<u8>> {
        let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
        image.resize(bytes, 0);
        Some(image)
    }

    #[test]
    fn a_request_that_sets_nothing_takes_back() {
        for (css, image) in [(None, None), (Some(" \n".to_owned()), Some(Vec::new()))] {
            assert_eq!(set(css, image), Ok(None));
        }
        assert!(set(Some(".banner-customizable {}".to_owned()), None).unwrap().is_some());
        assert!(set(None, png(9)).unwrap().is_some());
    }

    #[test]
    fn a_logo_is_a_small_png_or_jpeg() {
        for (image, outcome) in [
            (png(MOST_IMAGE_BYTES), None),
            (png(MOST_IMAGE_BYTES + 1), Some(UiCustomizationError::ImageSize)),
            (Some(b"\xff\xd8\xff\xe0".to_vec()), None),
            (Some(b"<svg/>".to_vec()), Some(UiCustomizationError::ImageFormat)),
            (Some(b"GIF89a".to_vec()), Some(UiCustomizationError::ImageFormat)),
        ] {
            assert_eq!(set(None, image).err(), outcome);
        }
        let css = format!(".banner-customizable {{ color: {} }}", "a".repeat(4000));
        assert_eq!(set(Some(css.clone()), None).err(), None);
        assert_eq!(set(Some(css), png(MOST_IMAGE_BYTES)), Err(UiCustomizationError::TooLarge));
    }

    #[test]
    fn all_clients_are_told_as_all_and_the_version_is_a_time() {
        let set = set(Some(".banner-customizable {}".to_owned()), None).unwrap().unwrap();
        let described: Value = serde_json::to_value(set.describe(None)).unwrap();
        let expected = json!({
            "UserPoolId": "us-east-1_a", "ClientId": "ALL", "CSS": ".banner-customizable {}",
            "CSSVersion": "20270115080000", "LastModifiedDate": 1_800_000_000, "CreationDate": 1_800_000_000,
        });
        assert_eq!(described, expected);
    }
}
