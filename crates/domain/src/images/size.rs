//! How large an image is, read from its first bytes. Not from all files: what does not say so has no size.

use wire::AssetExtensionType;

/// Width and height, in pixels or in the units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// The size of an image of this format, if it says one.
pub fn size_of(format: AssetExtensionType, bytes: &[u8]) -> Option<Size> {
    let size = match format {
        AssetExtensionType::Png => png(bytes),
        AssetExtensionType::Jpeg => jpeg(bytes),
        AssetExtensionType::Webp => webp(bytes),
        AssetExtensionType::Ico => ico(bytes),
        AssetExtensionType::Svg => svg(std::str::from_utf8(bytes).ok()?),
    };
    size.filter(|size| size.width > 0.0 && size.height > 0.0)
}

fn of(width: u32, height: u32) -> Size {
    Size { width: width.into(), height: height.into() }
}

/// The chunk IHDR, which is always the first (PNG specification, section 11.2.1).
fn png(bytes: &[u8]) -> Option<Size> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some(of(number(16)?, number(20)?))
}

/// The header of the first frame (ITU-T T.81, B.2.2): a marker `0xC0` to `0xCF` that is no table.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    while *bytes.get(at)? == 0xff {
        match *bytes.get(at + 1)? {
            // A marker may be filled up, and some stand without a segment.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some(of(number(at + 7)?.into(), number(at + 5)?.into()));
            }
            _ => at += 2 + usize::from(number(at + 2)?),
        }
    }
    None
}

/// The first chunk (WebP container specification; RFC 6386, section 9.1, for `VP8 `).
fn webp(bytes: &[u8]) -> Option<Size> {
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at + length)?;
        Some(digits.iter().rev().fold(0, |number: u32, byte| (number << 8) | u32::from(*byte)))
    };
    match bytes.get(12..16)? {
        b"VP8 " => Some(of(number(26, 2)? & 0x3fff, number(28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = number(21, 4)?;
            Some(of((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => Some(of(number(24, 3)? + 1, number(27, 3)? + 1)),
        _ => None,
    }
}

/// The first image of the directory, where 0 stands for 256.
fn ico(bytes: &[u8]) -> Option<Size> {
    let side = |at: usize| bytes.get(at).map(|side| if *side == 0 { 256 } else { u32::from(*side) });
    Some(of(side(6)?, side(7)?))
}

/// `width` and `height` of the first `svg` element where both are lengths, or else its `viewBox` (SVG 2, section 8.2).
fn svg(text: &str) -> Option<Size> {
    let attributes = attributes(svg_tag(text)?);
    let attribute = |name: &str| attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
    let width_and_height =
        || Some(Size { width: length(attribute("width")?)?, height: length(attribute("height")?)? });
    let view_box = || {
        let numbers: Option<Vec<f64>> = attribute("viewBox")?
            .split([' ', ',', '\t', '\n', '\r'])
            .filter(|part| !part.is_empty())
            .map(length)
            .collect();
        let [_, _, width, height] = numbers?[..] else { return None };
        Some(Size { width, height })
    };
    width_and_height().or_else(view_box)
}

/// What follows the name of the first `svg` element that is not in a comment.
fn svg_tag(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')?..];
        if rest.starts_with("<!--") {
            rest = &rest[rest.find("-->")?..];
        } else if let Some(tag) = rest.strip_prefix("<svg")
            && tag.starts_with(|next: char| next.is_whitespace())
        {
            return Some(tag);
        } else {
            rest = &rest[1..];
        }
    }
}

/// Names and values up to the end of a tag. What is not quoted ends them.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut rest = tag;
    let mut found = Vec::new();
    while let Some((name, after)) = rest.split_once('=')
        && !name.contains('>')
        && let Some(quote) = after.trim_start().chars().next().filter(|quote| matches!(quote, '"' | '\''))
        && let Some((value, after)) = after.trim_start()[1..].split_once(quote)
    {
        found.push((name.trim(), value));
        rest = after;
    }
    found
}

/// A number with or without `px`. Other units and shares of the page say nothing of the form.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    text.strip_suffix("px").unwrap_or(text).parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use AssetExtensionType::{Ico, Jpeg, Png, Svg, Webp};

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc4\0\x03x\xff\xc2\0\x11\x08\x02\x3a\x01\xe0\x03";
    const VP8: &[u8] = b"RIFF....WEBPVP8 ....\0\0\0\x9d\x01\x2a\xe0\x41\x3a\x02";
    const VP8L: &[u8] = b"RIFF....WEBPVP8L....\x2f\xdf\x41\x8e\0";
    const VP8X: &[u8] = b"RIFF....WEBPVP8X....\0\0\0\0\xdf\x01\0\x39\x02\0";

    #[test]
    fn a_size_is_read_from_the_first_bytes() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\xe0\0\0\x02\x3a\x08";
        for (format, bytes) in [(Png, &png[..]), (Jpeg, JPEG), (Webp, VP8), (Webp, VP8L), (Webp, VP8X)] {
            assert_eq!(size_of(format, bytes), Some(of(480, 570)), "{format}");
            // Whatever is cut off: no size, and no panic.
            for length in 0..bytes.len() {
                let cut = size_of(format, &bytes[..length]);
                assert!(cut.is_none() || cut == Some(of(480, 570)), "{format} {length} {cut:?}");
            }
        }
        assert_eq!(size_of(Ico, b"\0\0\x01\0\x01\0\x20\0"), Some(of(32, 256)));
        assert_eq!(size_of(Ico, b"\0\0\x01\0"), None);
        assert_eq!(size_of(Png, b"\x89PNG\r\n\x1a\n"), None);
    }

    #[test]
    fn the_size_of_a_drawing_is_what_it_says_of_itself() {
        let wide = Some(Size { width: 30.0, height: 10.5 });
        for (text, size) in [
            ("<svg width='30' height=\"10.5\"/>", wide),
            ("<?xml version='1.0'?>\n<svg\n width = '30px' height='10.5px' viewBox='0 0 1 1'>", wide),
            ("<svg width='100%' height='100%' viewBox='0 0 30 10.5'></svg>", wide),
            ("<svg width='1em' height='1em' viewBox='0,0,30,10.5'/>", wide),
            ("<svg stroke-width='5' viewBox='1 2  30 10.5'/>", wide),
            ("<!-- <svg width='1' height='9'/> --><svg width='30' height='10.5'/>", wide),
            ("<svg aria-label='a > width=\"1\"' width='30' height='10.5'/>", wide),
            ("<svg/><rect width='30' height='10.5'/>", None),
            ("<svgs width='30' height='10.5'/>", None),
            ("<!-- <svg width='30' height='10.5'/>", None),
            ("<svg viewBox='0 0 inf 1'/>", None),
            ("<svg/>", None),
            ("<svg width='30'/>", None),
            ("<svg width=30 height=10/>", None),
            ("<svg viewBox='0 0 30'/>", None),
            ("<svg width='0' height='5'/>", None),
            ("<svg width='NaN' height='inf'/>", None),
            ("<svg width='é", None),
            ("<svg width=\u{a0}'30", None),
        ] {
            assert_eq!(size_of(Svg, text.as_bytes()), size, "{text}");
        }
        assert_eq!(size_of(Svg, b"\xff<svg width='1' height='1'/>"), None);
    }
}
