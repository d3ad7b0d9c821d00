//! A style as pages show it: which of its images go where, and the stylesheet that its settings become.
//!
//! Nothing of a settings document comes into the stylesheet as it is: values are read as colors, numbers and words, and
//! what is none of these counts as left out.

mod stylesheet;

use serde_json::Value;
use wire::{AssetCategoryType, AssetExtensionType, ColorSchemeModeType};

use super::settings;

/// A style without the bytes of its images.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    settings: Value,
    images: Vec<LookImage>,
}

/// What pages need to know of an image to refer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct LookImage {
    /// What it is for.
    pub category: AssetCategoryType,
    /// The color mode in which it is shown.
    pub color_mode: ColorSchemeModeType,
    /// Its format.
    pub extension: AssetExtensionType,
    /// What names its bytes.
    pub digest: String,
}

impl LookImage {
    /// Its name in addresses: `page-background-dark.png`.
    pub fn name(&self) -> String {
        let name = format!("{}-{}.{}", self.category, self.color_mode, self.extension);
        name.to_ascii_lowercase().replace('_', "-")
    }

    /// The address that changes with its bytes, relative to where images are.
    pub fn address(&self) -> String {
        format!("{}?v={}", self.name(), self.digest)
    }
}

/// What a page looks like in: the colors of one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Light,
    Dark,
}

impl Mode {
    /// Its member in settings.
    fn member(self) -> &'static str {
        match self {
            Self::Light => "lightMode",
            Self::Dark => "darkMode",
        }
    }

    /// Its images.
    fn of_images(self) -> ColorSchemeModeType {
        match self {
            Self::Light => ColorSchemeModeType::Light,
            Self::Dark => ColorSchemeModeType::Dark,
        }
    }
}

impl Look {
    /// The look of settings as they were sent, with these images.
    pub fn new(settings: Option<&Value>, images: Vec<LookImage>) -> Self {
        Self { settings: settings::merged(settings), images }
    }

    /// The logo over the form. Those of the page's header and footer are in the stylesheet.
    pub fn logo(&self) -> Option<&LookImage> {
        let logo = self.image(AssetCategoryType::FormLogo, self.first_mode());
        logo.filter(|_| self.is_on("/components/form/logo/enabled"))
    }

    /// The icon of the browser's tab; drawn rather than in dots, where there are both.
    pub fn favicon(&self) -> Option<&LookImage> {
        let enabled = self.settings.pointer("/components/favicon/enabledTypes").and_then(Value::as_array);
        let is_enabled = |kind: &str| enabled.is_some_and(|kinds| kinds.iter().any(|one| one == kind));
        let icon = |kind, category| self.image(category, self.first_mode()).filter(|_| is_enabled(kind));
        icon("SVG", AssetCategoryType::FaviconSvg).or_else(|| icon("ICO", AssetCategoryType::FaviconIco))
    }

    /// The image of this name in addresses.
    pub fn image_named(&self, name: &str) -> Option<&LookImage> {
        self.images.iter().find(|image| image.name() == name)
    }

    /// The stylesheet, next to which the images are in `image/`.
    pub fn stylesheet(&self) -> String {
        stylesheet::stylesheet(self)
    }

    /// The image of a category for a mode, or for both.
    fn image(&self, category: AssetCategoryType, mode: Mode) -> Option<&LookImage> {
        let of = |color_mode| {
            self.images.iter().find(|image| image.category == category && image.color_mode == color_mode)
        };
        of(mode.of_images()).or_else(|| of(ColorSchemeModeType::Dynamic))
    }

    /// Which color modes pages have.
    fn scheme(&self) -> ColorSchemeModeType {
        let scheme = self.settings.pointer("/categories/global/colorSchemeMode").and_then(Value::as_str);
        let known = ColorSchemeModeType::ALL.iter().find(|known| Some(known.as_str()) == scheme);
        known.copied().unwrap_or(ColorSchemeModeType::Light)
    }

    /// The mode of pages in browsers that prefer none.
    fn first_mode(&self) -> Mode {
        match self.scheme() {
            ColorSchemeModeType::Light | ColorSchemeModeType::Dynamic => Mode::Light,
            ColorSchemeModeType::Dark => Mode::Dark,
        }
    }

    fn is_on(&self, pointer: &str) -> bool {
        self.settings.pointer(pointer) == Some(&Value::Bool(true))
    }
}

#[cfg(test)]
mod tests;
