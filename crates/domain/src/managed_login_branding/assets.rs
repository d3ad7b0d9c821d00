//! The images of a style: what each is for, and that it is what it says.

use std::fmt;

use wire::{AssetCategoryType, AssetExtensionType, AssetType, Blob, ColorSchemeModeType};

use super::BrandingError;
use crate::images::{Size, content_digest, format_of, size_of};

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

/// What is wrong with an image. Displays as the service lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct AssetFault {
    /// What the image is for.
    pub category: AssetCategoryType,
    /// The format that it is said to have.
    pub extension: AssetExtensionType,
    /// The color mode.
    pub color_mode: ColorSchemeModeType,
    /// What is wrong.
    pub reason: FaultReason,
}

/// Why an image was refused. The text on the ratio was seen, the others are ours.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FaultReason {
    /// The format is not one that the category takes.
    #[error("Invalid file extension. {extension} is not for assets of category {category}.")]
    Extension {
        /// What the image is for.
        category: AssetCategoryType,
        /// Its format.
        extension: AssetExtensionType,
    },
    /// It is not of the format that its extension says.
    #[error("Invalid file content. The asset is not a valid {0} file.")]
    Content(AssetExtensionType),
    /// It has no bytes, and the style does not have them either.
    #[error("Invalid file content. The asset has no bytes.")]
    NoBytes,
    /// Another image of the request has its place.
    #[error("Duplicate asset. Another one has the same category and color mode.")]
    Repeated,
    /// A logo is too tall or too wide.
    #[error(
        "Invalid file dimension. Assets of SubType LOGO must have a width:height ratio between 1:1 and 4:1. Detected \
         width: {:?}; height: {:?}", .0.width, .0.height
    )]
    Ratio(Size),
}

impl fmt::Display for AssetFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { category, extension, color_mode, reason } = self;
        write!(
            formatter,
            "{{category: {category}, extension: {extension}, colorMode: {color_mode}, errorMessage: \"{reason}\"}}"
        )
    }
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
/// without bytes keeps those of its place. All that is wrong is told at once.
pub(super) fn merged(mut assets: Vec<Asset>, sent: Vec<AssetType>) -> Result<Vec<Asset>, BrandingError> {
    let fault = |(index, asset): (usize, &AssetType)| {
        let reason = reason_against(asset, &sent[..index], &assets)?;
        let AssetType { category, extension, color_mode, .. } = *asset;
        Some(AssetFault { category, extension, color_mode, reason })
    };
    let faults: Vec<AssetFault> = sent.iter().enumerate().filter_map(fault).collect();
    if !faults.is_empty() {
        return Err(BrandingError::Assets(faults));
    }
    for asset in sent {
        let place = assets.iter().position(|before| before.has_place_of(&asset));
        let before = place.map(|place| &assets[place]);
        let asset = kept(asset, before);
        match place {
            Some(place) => assets[place] = asset,
            None => assets.push(asset),
        }
    }
    if assets.len() > MOST { Err(BrandingError::TooManyAssets) } else { Ok(assets) }
}

/// The first thing that is wrong with an image that was sent behind others to a style with these.
fn reason_against(asset: &AssetType, others: &[AssetType], before: &[Asset]) -> Option<FaultReason> {
    let AssetType { category, extension, .. } = *asset;
    let same = |other: &AssetType| {
        (other.category, other.color_mode, &other.resource_id)
            == (asset.category, asset.color_mode, &asset.resource_id)
    };
    if others.iter().any(same) {
        return Some(FaultReason::Repeated);
    }
    if !takes(category, extension) {
        return Some(FaultReason::Extension { category, extension });
    }
    let of_before = || before.iter().find(|before| before.has_place_of(asset)).map(|before| &before.bytes);
    let Some(bytes) = asset.bytes.as_ref().map(|bytes| &bytes.0).or_else(of_before) else {
        return Some(FaultReason::NoBytes);
    };
    if format_of(bytes) != Some(extension) {
        return Some(FaultReason::Content(extension));
    }
    // What does not say its size is taken.
    size_of(extension, bytes)
        .filter(|size| is_logo(category) && !is_form_of_logo(*size))
        .map(FaultReason::Ratio)
}

/// An image without fault as it is kept.
fn kept(sent: AssetType, before: Option<&Asset>) -> Asset {
    let AssetType { category, color_mode, extension, resource_id, bytes } = sent;
    let bytes = bytes.map(|bytes| bytes.0).or_else(|| before.map(|before| before.bytes.clone()));
    let bytes = bytes.unwrap_or_default();
    let digest = content_digest(&bytes);
    Asset { category, color_mode, extension, resource_id, bytes, digest }
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

fn is_logo(category: AssetCategoryType) -> bool {
    use AssetCategoryType::{FormLogo, PageFooterLogo, PageHeaderLogo};
    matches!(category, FormLogo | PageFooterLogo | PageHeaderLogo)
}

/// Between 1:1 and 4:1.
fn is_form_of_logo(size: Size) -> bool {
    size.height <= size.width && size.width <= 4.0 * size.height
}
