//! What every page has, whatever it asks.

use super::assets::{ASSET_PATH, script_name, stylesheet_path};
use super::{Language, Texts};

/// What every page has.
pub(crate) struct Frame {
    /// The texts in `language`.
    pub(crate) texts: &'static Texts,
    /// The language of the page.
    pub(crate) language: Language,
    /// The languages to choose from, each with the address of this page in it. Empty for no choice.
    pub(crate) languages: Vec<(Language, String)>,
    /// What every form posts as `_csrf`.
    pub(crate) csrf: String,
    /// Where the forms of the page post to.
    pub(crate) action: String,
    /// What comes before the paths of assets: nothing, or a path without a slash at its end.
    pub(crate) base: String,
    /// How the app client wants its pages to look.
    pub(crate) brand: Brand,
    /// Whether the pages are the classic ones, which have no dark mode.
    pub(crate) is_classic: bool,
}

/// How an app client wants its pages to look: addresses of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brand {
    /// A stylesheet that is read after ours. `assets/managed_login/style.css` says what it can set.
    pub(crate) stylesheet: Option<String>,
    /// An image above the page.
    pub(crate) logo: Option<String>,
    /// The icon of the browser's tab.
    pub(crate) favicon: Option<String>,
}

impl Frame {
    /// The address of our stylesheet.
    pub(super) fn stylesheet(&self) -> String {
        format!("{}{}", self.base, stylesheet_path())
    }

    /// The address of our script.
    pub(super) fn script(&self) -> String {
        format!("{}{ASSET_PATH}/{}", self.base, script_name())
    }

    /// The icon of the browser's tab. Without one of the brand it is empty, or browsers would ask for `/favicon.ico`.
    pub(super) fn favicon(&self) -> &str {
        self.brand.favicon.as_deref().unwrap_or("data:,")
    }
}
