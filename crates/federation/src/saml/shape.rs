//! The shape of a message: where signatures and assertions may stand, and what a signature must say of itself.
//!
//! Signature wrapping lives on the difference between what was signed and what is read. A message that leaves room for
//! it is refused before any cryptography, in the tree that is read later. Not here: whether the signature is right.

use std::collections::HashSet;

use roxmltree::{Document, Node};

use super::message::{expect_name, expect_success, only};
use super::{ASSERTION, SIGNATURE, SamlError};

/// Real messages go some twelve deep. The verifier walks the tree by recursion.
const DEEPEST: usize = 64;
/// Attributes by which verifiers find the element of a reference.
const IDS: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA2: [&str; 3] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];
const SHA2: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// A Response that says success and has one assertion, in clear or encrypted, with nothing of either kind elsewhere.
pub(super) struct Response<'a, 'x> {
    /// The Response.
    pub root: Node<'a, 'x>,
    /// Its Assertion or EncryptedAssertion.
    pub assertion: Node<'a, 'x>,
}

impl<'a, 'x> Response<'a, 'x> {
    pub(super) fn of(document: &'a Document<'x>) -> Result<Self, SamlError> {
        let root = document.root_element();
        expect_name(root, "Response")?;
        refuse_ambiguity(document)?;
        expect_success(root)?;
        let mut assertions = root.children().filter(|child| is_assertion(*child));
        let assertion = assertions.next().ok_or(SamlError::NoAssertion)?;
        if assertions.next().is_some() {
            return Err(SamlError::SeveralAssertions);
        }
        Ok(Self { root, assertion })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.assertion.has_tag_name((ASSERTION, "EncryptedAssertion"))
    }
}

/// Whether an element carries a signature of its own.
pub(super) fn is_signed(element: Node<'_, '_>) -> bool {
    element.children().any(|child| child.has_tag_name((SIGNATURE, "Signature")))
}

fn is_assertion(node: Node<'_, '_>) -> bool {
    node.has_tag_name((ASSERTION, "Assertion")) || node.has_tag_name((ASSERTION, "EncryptedAssertion"))
}

/// Refuses what could be read in two ways: an id given twice, a message, assertion or signature anywhere but in its
/// place, a signature over anything but the element around it.
pub(super) fn refuse_ambiguity(document: &Document<'_>) -> Result<(), SamlError> {
    if document.root().children().any(|node| node.is_pi()) {
        return Err(SamlError::Unreadable);
    }
    check(document.root_element(), 1, &mut HashSet::new())
}

fn check<'a>(element: Node<'a, '_>, depth: usize, ids: &mut HashSet<&'a str>) -> Result<(), SamlError> {
    if depth > DEEPEST {
        return Err(SamlError::TooComplex);
    }
    for attribute in element.attributes().filter(|attribute| IDS.contains(&attribute.name())) {
        if attribute.namespace().is_some() || !ids.insert(attribute.value()) {
            return Err(SamlError::Wrapping);
        }
    }
    check_place(element)?;
    for child in element.children() {
        if child.is_pi() {
            return Err(SamlError::Unreadable);
        }
        if child.is_element() {
            check(child, depth + 1, ids)?;
        }
    }
    Ok(())
}

/// By local names, whatever the namespace: some readers look no further.
fn check_place(element: Node<'_, '_>) -> Result<(), SamlError> {
    let root = element.document().root_element();
    let parent = element.parent_element();
    let in_place = match element.tag_name().name() {
        "Response" | "LogoutResponse" => element == root,
        "Assertion" | "EncryptedAssertion" => is_assertion(element) && parent == Some(root),
        "Signature" => {
            let signed = parent.filter(|parent| *parent == root || is_assertion(*parent));
            let signed = signed.filter(|signed| only(*signed, (SIGNATURE, "Signature")) == Some(element));
            return check_signature(element, signed.ok_or(SamlError::Wrapping)?);
        }
        "Object" | "Manifest" => element.tag_name().namespace() != Some(SIGNATURE),
        _ => true,
    };
    if in_place { Ok(()) } else { Err(SamlError::Wrapping) }
}

/// One reference, to the element around the signature, with algorithms that leave its content as it is.
fn check_signature(signature: Node<'_, '_>, signed: Node<'_, '_>) -> Result<(), SamlError> {
    let child = |node, name| only(node, (SIGNATURE, name)).ok_or(SamlError::Wrapping);
    let info = child(signature, "SignedInfo")?;
    let reference = child(info, "Reference")?;
    let id = signed.attribute("ID").filter(|id| !id.is_empty()).ok_or(SamlError::Wrapping)?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(SamlError::Wrapping);
    }

    let transforms = reference.children().filter(|child| child.has_tag_name((SIGNATURE, "Transforms")));
    let mut transforms = transforms.flat_map(|transforms| transforms.children()).filter(Node::is_element);
    let algorithms_allowed = is_one_of(child(info, "CanonicalizationMethod")?, &[EXCLUSIVE])
        && is_one_of(child(info, "SignatureMethod")?, &RSA_SHA2)
        && is_one_of(child(reference, "DigestMethod")?, &SHA2)
        && transforms.all(|transform| {
            transform.has_tag_name((SIGNATURE, "Transform")) && is_one_of(transform, &[ENVELOPED, EXCLUSIVE])
        });
    if algorithms_allowed { Ok(()) } else { Err(SamlError::WeakSignature) }
}

fn is_one_of(method: Node<'_, '_>, algorithms: &[&str]) -> bool {
    method.attribute("Algorithm").is_some_and(|algorithm| algorithms.contains(&algorithm))
}
