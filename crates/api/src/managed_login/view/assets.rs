//! The stylesheet and the script of the pages. Their names change with their content, so browsers may keep them forever.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};

/// The folder that the assets of pages are in, below the base of the pages.
pub(crate) const ASSET_PATH: &str = "/assets";

const STYLE: &[u8] = include_bytes!("../../../assets/managed_login/style.css");
const SCRIPT: &[u8] = include_bytes!("../../../assets/managed_login/script.js");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| format!("style.{}.css", hash(STYLE)));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| format!("script.{}.js", hash(SCRIPT)));

/// A file that pages need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    /// The content.
    pub(crate) bytes: &'static [u8],
    /// `Content-Type`.
    pub(crate) content_type: &'static str,
}

/// The asset of this name. A name with another hash is none: what it stood for is gone.
pub(crate) fn asset(name: &str) -> Option<Asset> {
    if name == style_name() {
        Some(Asset { bytes: STYLE, content_type: "text/css; charset=utf-8" })
    } else if name == script_name() {
        Some(Asset { bytes: SCRIPT, content_type: "text/javascript; charset=utf-8" })
    } else {
        None
    }
}

/// Where the stylesheet is, below the base of the pages.
pub(crate) fn stylesheet_path() -> String {
    format!("{ASSET_PATH}/{}", style_name())
}

pub(super) fn style_name() -> &'static str {
    &STYLE_NAME
}

pub(super) fn script_name() -> &'static str {
    &SCRIPT_NAME
}

/// The first four bytes of SHA-256, in hexadecimal digits.
fn hash(content: &[u8]) -> String {
    digest(&SHA256, content).as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_has_a_name_with_its_hash_and_no_other() {
        for (name, start, end, content_type) in [
            (style_name(), "style.", ".css", "text/css; charset=utf-8"),
            (script_name(), "script.", ".js", "text/javascript; charset=utf-8"),
        ] {
            let digits = name.strip_prefix(start).and_then(|name| name.strip_suffix(end)).unwrap();
            assert_eq!(digits.len(), 8, "{name}");
            assert!(digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{name}");
            let asset = asset(name).unwrap();
            assert_eq!(asset.content_type, content_type);
            assert!(std::str::from_utf8(asset.bytes).is_ok());
        }
        for name in ["", "style.css", "style.00000000.css", "../style.css", "script.js"] {
            assert_eq!(asset(name), None, "{name}");
        }
        assert_eq!(hash(b"abc"), "ba7816bf");
    }

    #[test]
    fn assets_are_small() {
        assert!(STYLE.len() + SCRIPT.len() < 20 * 1024, "{} bytes", STYLE.len() + SCRIPT.len());
    }
}
