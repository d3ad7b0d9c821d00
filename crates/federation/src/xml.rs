//! XML that others wrote: bounds on its size and shape, no document types, and times. Not what its elements mean.

use chrono::{DateTime, NaiveDateTime, Utc};
use roxmltree::{Document, Node, ParsingOptions};

use crate::endpoint::LARGEST_DOCUMENT;

/// Bounds on the shape, far above real documents; they keep the parser's time and memory in proportion to the size.
const MOST_NODES: u32 = 20_000;
const MOST_NAMESPACE_DECLARATIONS: usize = 1_000;
const MOST_ATTRIBUTES_OF_A_TAG: usize = 4_000;

/// Why a text is not read as XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// More than 1 MiB.
    TooLarge,
    /// More elements, namespaces or attributes than any real document has.
    TooComplex,
    /// A document type declaration, which could define entities.
    Doctype,
    /// Not well-formed.
    NotXml,
}

/// The document in this text.
pub(crate) fn parse(xml: &str) -> Result<Document<'_>, XmlError> {
    refuse_unreasonable_shape(xml)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
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

/// The parser neither recurses nor expands entities here, but it compares every attribute of a tag with the others and
/// copies the namespaces in scope for each declaration: without bounds 1 MiB could cost gigabytes and minutes.
fn refuse_unreasonable_shape(xml: &str) -> Result<(), XmlError> {
    if xml.len() > LARGEST_DOCUMENT {
        return Err(XmlError::TooLarge);
    }
    // A tag lies between two `<`, because an attribute value cannot contain one.
    let crowded = |tag: &str| tag.bytes().filter(|byte| *byte == b'=').count() > MOST_ATTRIBUTES_OF_A_TAG;
    if xml.matches("xmlns").count() > MOST_NAMESPACE_DECLARATIONS || xml.split('<').any(crowded) {
        return Err(XmlError::TooComplex);
    }
    Ok(())
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
