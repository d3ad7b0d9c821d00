//! Images that customers give for their pages: what they are by their first bytes, and how they are served.

mod size;

use aws_lc_rs::digest::{SHA256, digest};
use wire::AssetExtensionType;

pub use size::{Size, size_of};

/// What an image is, by its content. None for anything else.
pub fn format_of(bytes: &[u8]) -> Option<AssetExtensionType> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(AssetExtensionType::Png),
        [0xff, 0xd8, 0xff, ..] => Some(AssetExtensionType::Jpeg),
        [0, 0, 1, 0, ..] => Some(AssetExtensionType::Ico),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(AssetExtensionType::Webp),
        _ => is_svg(bytes).then_some(AssetExtensionType::Svg),
    }
}

/// Markup with an `svg` element. Nothing in it is trusted: see how it is served.
fn is_svg(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.trim_start_matches('\u{feff}').trim_start().starts_with('<') && text.contains("<svg")
    })
}

/// The media type of a format.
pub fn content_type(format: AssetExtensionType) -> &'static str {
    match format {
        AssetExtensionType::Ico => "image/x-icon",
        AssetExtensionType::Jpeg => "image/jpeg",
        AssetExtensionType::Png => "image/png",
        AssetExtensionType::Svg => "image/svg+xml",
        AssetExtensionType::Webp => "image/webp",
    }
}

/// A name for a content that changes with it: half of its SHA-256, in hexadecimal digits.
pub fn content_digest(content: &[u8]) -> String {
    digest(&SHA256, content).as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where an image is found, below the place that serves brands. `owner` is the id of an app client, or of a pool for what
/// is shown by all its clients.
pub fn image_path(owner: &str, address: &str) -> String {
    format!("/brand/{owner}/image/{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_the_first_bytes() {
        let known: [(&[u8], AssetExtensionType); 6] = [
            (b"\x89PNG\r\n\x1a\n....", AssetExtensionType::Png),
            (b"\xff\xd8\xff\xe0....", AssetExtensionType::Jpeg),
            (b"\x00\x00\x01\x00\x01", AssetExtensionType::Ico),
            (b"RIFF\x10\x00\x00\x00WEBPVP8 ", AssetExtensionType::Webp),
            (b"<svg/>", AssetExtensionType::Svg),
            (
                "\u{feff}\n<?xml version=\"1.0\"?><!-- logo --><svg viewBox='0 0 1 1'/>".as_bytes(),
                AssetExtensionType::Svg,
            ),
        ];
        for (bytes, format) in known {
            assert_eq!(format_of(bytes), Some(format), "{bytes:?}");
        }
        for bytes in
            [&b""[..], b"GIF89a", b"\x89PNG", b"RIFF\x10\x00\x00\x00WAVE", b"svg", b"<html>", b"\xff<svg"]
        {
            assert_eq!(format_of(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_digest_names_one_content() {
        assert_eq!(content_digest(b""), "e3b0c44298fc1c149afbf4c8996fb924");
        assert_ne!(content_digest(b"a"), content_digest(b"b"));
    }
}
