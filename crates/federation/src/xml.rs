//! XML that others wrote: bounds on its size and shape, no document types, and times. Not what its elements mean.

use chrono::{DateTime, NaiveDateTime, Utc};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use roxmltree::{Document, Node, ParsingOptions};

use crate::endpoint::LARGEST_DOCUMENT;

/// Bounds on the shape of a document, above real ones. The parsers compare each attribute of an element with the others, and
/// each namespace in scope with the others wherever one is declared: without bounds that costs the square and the cube.
struct Bounds {
    bytes: usize,
    elements: usize,
    /// Verifiers walk the tree by recursion.
    depth: usize,
    /// Of one element, declarations of namespaces among them.
    attributes: usize,
    namespaces: usize,
    namespaces_in_scope: usize,
}

/// Metadata has some ten elements deep, and at most some hundred declarations of namespaces, on siblings (ADFS).
const METADATA: Bounds = Bounds {
    bytes: LARGEST_DOCUMENT,
    elements: 10_000,
    depth: 64,
    attributes: 64,
    namespaces: 1_000,
    namespaces_in_scope: 64,
};

/// Messages are twelve deep, with a dozen namespaces; one with a thousand groups has a thousand elements and some.
const MESSAGE: Bounds = Bounds {
    bytes: 100_000,
    elements: 3_000,
    depth: 64,
    attributes: 64,
    namespaces: 200,
    namespaces_in_scope: 32,
};

/// Why a text is not read as XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlError {
    /// More bytes than any real document has.
    TooLarge,
    /// More elements, deeper, or more namespaces or attributes than any real document has.
    TooComplex,
    /// A document type declaration, which could define entities.
    Doctype,
    /// Not well-formed.
    NotXml,
}

/// The metadata in this text.
pub(crate) fn parse_metadata(xml: &str) -> Result<Document<'_>, XmlError> {
    parse(xml, &METADATA)
}

/// The SAML request or response in this text.
///
/// # Errors
/// [`XmlError`] for a text that is no XML, or larger or more complex than any message.
pub fn parse_message(xml: &str) -> Result<Document<'_>, XmlError> {
    parse(xml, &MESSAGE)
}

fn parse<'x>(xml: &'x str, bounds: &Bounds) -> Result<Document<'x>, XmlError> {
    if xml.len() > bounds.bytes {
        return Err(XmlError::TooLarge);
    }
    check_shape(xml, bounds)?;
    let nodes = u32::try_from(bounds.elements * 4).unwrap_or(u32::MAX); // texts and comments between the elements
    let options = ParsingOptions { allow_dtd: false, nodes_limit: nodes, ..ParsingOptions::default() };
    Document::parse_with_options(xml, options).map_err(|error| {
        if error == roxmltree::Error::DtdDetected {
            XmlError::Doctype
        } else if error == roxmltree::Error::NodesLimitReached {
            XmlError::TooComplex
        } else {
            XmlError::NotXml
        }
    })
}

/// Walks over the tags, at a cost in proportion to the size, before anything is built of them. Whether the document is
/// well-formed is for the parser: up to where it is, both see the same tags, and no further does the parser go.
fn check_shape(xml: &str, bounds: &Bounds) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut elements = 0;
    let mut namespaces = 0;
    // Namespaces that each of the open elements declares.
    let mut open: Vec<usize> = Vec::new();
    let mut in_scope = 0;
    loop {
        let (tag, is_open) = match reader.read_event().map_err(|_| XmlError::NotXml)? {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                in_scope -= open.pop().unwrap_or(0);
                continue;
            }
            Event::DocType(_) if elements == 0 => return Err(XmlError::Doctype),
            Event::DocType(_) => return Err(XmlError::NotXml),
            Event::Eof => return Ok(()),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => continue,
        };
        let declared = namespaces_of(&tag, bounds.attributes)?;
        elements += 1;
        namespaces += declared;
        let is_too_complex = elements > bounds.elements
            || namespaces > bounds.namespaces
            || open.len() >= bounds.depth
            || in_scope + declared > bounds.namespaces_in_scope;
        if is_too_complex {
            return Err(XmlError::TooComplex);
        }
        if is_open {
            open.push(declared);
            in_scope += declared;
        }
    }
}

/// How many namespaces a tag declares, if it has no more than so many attributes.
fn namespaces_of(tag: &BytesStart<'_>, most: usize) -> Result<usize, XmlError> {
    let mut declared = 0;
    for (index, attribute) in tag.attributes().with_checks(false).enumerate() {
        if index == most {
            return Err(XmlError::TooComplex);
        }
        let attribute = attribute.map_err(|_| XmlError::NotXml)?;
        declared += usize::from(attribute.key.as_namespace_binding().is_some());
    }
    Ok(declared)
}

/// An `xs:dateTime`. SAML writes UTC (saml-core-2.0-os, 1.3.3), so a missing zone means that.
pub(crate) fn date_time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .or_else(|_| text.parse::<NaiveDateTime>().map(|time| time.and_utc()))
        .ok()
}

/// The text in an element and in what it contains, without comments: a comment in a name must not cut it short.
pub(crate) fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_reached_and_not_passed() {
        let names = |count: usize| (0..count).map(|n| format!(" xmlns:n{n}='u'")).collect::<String>();
        let attributes = |count: usize| (0..count).map(|n| format!(" a{n}='>'")).collect::<String>();
        let nested = |count: usize| format!("{}{}", "<a>".repeat(count), "</a>".repeat(count));
        let siblings = |count: usize, tag: &str| format!("<a>{}</a>", tag.repeat(count));
        for (name, at, beyond) in [
            ("elements", siblings(2_999, "<a/>"), siblings(3_000, "<a/>")),
            ("depth", nested(64), nested(65)),
            ("attributes", format!("<a{}/>", attributes(64)), format!("<a{}/>", attributes(65))),
            ("in scope", format!("<a{}/>", names(32)), format!("<a{}/>", names(33))),
            (
                "in scope, nested",
                format!("<a{}><a xmlns='u'/><a xmlns='v'/></a>", names(31)),
                format!("<a{}><a xmlns='u'><a xmlns='v'/></a></a>", names(31)),
            ),
            ("namespaces", siblings(200, "<a xmlns='u'/>"), siblings(201, "<a xmlns='u'/>")),
            ("bytes", format!("<a>{}</a>", "x".repeat(99_993)), format!("<a>{}</a>", "x".repeat(99_994))),
        ] {
            assert!(parse_message(&at).is_ok(), "{name}: {:?}", parse_message(&at).err());
            let error = if name == "bytes" { XmlError::TooLarge } else { XmlError::TooComplex };
            assert_eq!(parse_message(&beyond).err(), Some(error), "{name}");
        }
    }

    #[test]
    fn nothing_hides_a_tag_from_the_bounds() {
        let nested = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
        for hidden in [
            format!("<r b='-->'><!-- </r> -->{nested}</r>"),
            format!("<r b=\"'\" c='\"'>{nested}</r>"),
            format!("<r><![CDATA[<!--]]>{nested}<!--]]>--></r>"),
            format!("<r><?p <!-- ?>{nested}<?p --> ?></r>"),
            format!("<r><!-- </a></a></a> -->{nested}</r>"),
            format!("<r><![CDATA[</a></a>]]>{nested}</r>"),
            format!("<r b='</a></a>'/>{nested}"),
        ] {
            assert_ne!(parse_message(&hidden).ok().map(|_| ()), Some(()), "{hidden}");
        }
        for shown in
            ["<r b='>'><!-- <a> --><![CDATA[<a><a>]]><?p <a> ?></r>", "\u{feff}<r/>", "<r>&lt;a&gt;</r>"]
        {
            assert!(parse_message(shown).is_ok(), "{shown}");
        }
        for (refused, error) in [
            ("<!DOCTYPE a><a/>", XmlError::Doctype),
            ("<a b=c/>", XmlError::NotXml),
            ("<a></b>", XmlError::NotXml),
            ("</a>", XmlError::NotXml),
            ("<a", XmlError::NotXml),
            ("", XmlError::NotXml),
        ] {
            assert_eq!(parse_message(refused).err(), Some(error), "{refused}");
        }
    }
}
