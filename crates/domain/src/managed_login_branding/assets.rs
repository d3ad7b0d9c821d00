//! The images of a style: what each is for, and that it is what it says.

use wire::{AssetCategoryType, AssetExtensionType, AssetType, Blob, ColorSchemeModeType};

use super::BrandingError;
use crate::images::{content_digest, format_of};

/// An image of a style.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// What it is for.
    pub category: AssetCategoryType,
    /// The color mode in which it is shown; DYNAMIC is for both.
    pub color_mode: ColorSchemeModeType,
    /// Its format.
    pub extension: AssetExtensionType,
    /// What tells images of one category and color mode apart.
    pub resource_id: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What names its bytes.
    pub digest: String,
}

/// Most images of a style: `AssetListType` in the model.
const MOST: usize = 40;

impl Asset {
    /// The image as the API shows it.
    pub(super) fn describe(&self) -> AssetType {
        AssetType {
            category: self.category,
            color_mode: self.color_mode,
            extension: self.extension,
            bytes: Some(Blob(self.bytes.clone())),
            resource_id: self.resource_id.clone(),
        }
    }

    fn has_place_of(&self, sent: &AssetType) -> bool {
        self.category == sent.category
            && self.color_mode == sent.color_mode
            && self.resource_id == sent.resource_id
    }
}

/// The images of a style after some were sent. One that has the place of another replaces it, the rest stay; what is sent
/// without bytes keeps those of its place.
pub(super) fn merged(mut assets: Vec<Asset>, sent: Vec<AssetType>) -> Result<Vec<Asset>, BrandingError> {
    for (index, asset) in sent.iter().enumerate() {
        let same = |other: &AssetType| {
            (other.category, other.color_mode, &other.resource_id)
                == (asset.category, asset.color_mode, &asset.resource_id)
        };
        if sent[..index].iter().any(same) {
            return Err(BrandingError::Repeated { category: asset.category, color_mode: asset.color_mode });
        }
    }
    for asset in sent {
        let place = assets.iter().position(|before| before.has_place_of(&asset));
        let before = place.map(|place| &assets[place]);
        let asset = checked(asset, before)?;
        match place {
            Some(place) => assets[place] = asset,
            None => assets.push(asset),
        }
    }
    if assets.len() > MOST { Err(BrandingError::TooManyAssets) } else { Ok(assets) }
}

fn checked(sent: AssetType, before: Option<&Asset>) -> Result<Asset, BrandingError> {
    let AssetType { category, color_mode, extension, resource_id, .. } = sent;
    let bytes = match (sent.bytes, before) {
        (Some(bytes), _) => bytes.0,
        (None, Some(before)) => before.bytes.clone(),
        (None, None) => return Err(BrandingError::NoBytes { category, color_mode }),
    };
    if !takes(category, extension) {
        return Err(BrandingError::Extension { category, extension });
    }
    if format_of(&bytes) != Some(extension) {
        return Err(BrandingError::Content { category, color_mode, extension });
    }
    let digest = content_digest(&bytes);
    Ok(Asset { category, color_mode, extension, resource_id, bytes, digest })
}

/// The two kinds of favicon have a format each, and ICO is for nothing else.
fn takes(category: AssetCategoryType, extension: AssetExtensionType) -> bool {
    match category {
        AssetCategoryType::FaviconIco => extension == AssetExtensionType::Ico,
        AssetCategoryType::FaviconSvg => extension == AssetExtensionType::Svg,
        AssetCategoryType::EmailGraphic
        | AssetCategoryType::SmsGraphic
        | AssetCategoryType::AuthAppGraphic
        | AssetCategoryType::PasswordGraphic
        | AssetCategoryType::PasskeyGraphic
        | AssetCategoryType::PageHeaderLogo
        | AssetCategoryType::PageHeaderBackground
        | AssetCategoryType::PageFooterLogo
        | AssetCategoryType::PageFooterBackground
        | AssetCategoryType::PageBackground
        | AssetCategoryType::FormBackground
        | AssetCategoryType::FormLogo
        | AssetCategoryType::IdpButtonIcon => extension != AssetExtensionType::Ico,
    }
}
