//! What a verified assertion says, and whether it is meant for us, now: addressed, fresh, and asked for.
//!
//! Each value is read once, from the element that was verified. Not here: signatures and encryption.

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, Utc};
use roxmltree::Node;

use super::message::{expect_issuer, only};
use super::shape::{Response, is_signed};
use super::{ASSERTION, CLOCK_SKEW, Initiation, OLDEST_UNSOLICITED, Provider, SamlError, ServiceProvider};
use crate::xml;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// Who signed in, as the provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The subject.
    pub name_id: NameId,
    /// The provider's session, for logging out of it: that of the first AuthnStatement.
    pub session_index: Option<String>,
    /// Attributes by their `Name`, in the order of the document; the values of one that is given twice are joined.
    pub attributes: Vec<(String, Vec<String>)>,
    /// What must be new.
    pub replay_key: ReplayKey,
}

/// A subject, in the provider's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// What kind of name it is.
    pub format: Option<String>,
    /// The domain in which it is unique.
    pub name_qualifier: Option<String>,
    /// The service provider for which it is unique.
    pub sp_name_qualifier: Option<String>,
}

/// What tells an assertion from all others: whoever brings it a second time is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayKey {
    /// A digest of provider and assertion id, of 64 characters.
    pub key: String,
    /// Until when it has to be remembered: after that the assertion is refused as expired.
    pub until: DateTime<Utc>,
}

/// What an assertion is held against.
pub(super) struct Judge<'a> {
    pub(super) service_provider: &'a ServiceProvider,
    pub(super) provider: &'a Provider,
    pub(super) initiation: Initiation<'a>,
    pub(super) now: DateTime<Utc>,
}

impl Judge<'_> {
    pub(super) fn read(&self, response: &Response<'_, '_>) -> Result<Assertion, SamlError> {
        let assertion = response.assertion;
        self.check_envelope(response.root)?;
        only(assertion, (ASSERTION, "Issuer")).ok_or(SamlError::Issuer)?;
        expect_issuer(assertion, &self.provider.entity_id)?;
        self.check_age(assertion)?;
        self.check_conditions(assertion)?;
        self.check_sessions(assertion)?;
        let subject = only(assertion, (ASSERTION, "Subject")).ok_or(SamlError::NoNameId)?;
        let until = self.confirmed_until(subject)?;
        let read = Assertion {
            name_id: name_id(subject)?,
            session_index: session_index(assertion),
            attributes: attributes(assertion)?,
            replay_key: ReplayKey { key: self.replay_key(assertion)?, until },
        };
        refuse_four_byte_characters(&read)?;
        Ok(read)
    }

    /// The Response around the assertion. It may be unsigned, so that it can only add reasons to refuse.
    fn check_envelope(&self, root: Node<'_, '_>) -> Result<(), SamlError> {
        expect_issuer(root, &self.provider.entity_id)?;
        // A signed message has to say where it goes (saml-bindings-2.0-os, 3.5.5.2).
        match root.attribute("Destination") {
            Some(destination) if destination == self.service_provider.acs_url => {}
            None if !is_signed(root) => {}
            Some(_) | None => return Err(SamlError::Destination),
        }
        self.check_in_response_to(root)
    }

    fn check_in_response_to(&self, element: Node<'_, '_>) -> Result<(), SamlError> {
        match (self.initiation, element.attribute("InResponseTo")) {
            (Initiation::ServiceProvider { request_id }, Some(answered)) if answered == request_id => Ok(()),
            (Initiation::ServiceProvider { .. }, _) => Err(SamlError::OtherRequest),
            (Initiation::IdentityProvider, None) => Ok(()),
            (Initiation::IdentityProvider, Some(_)) => Err(SamlError::Solicited),
        }
    }

    fn check_age(&self, assertion: Node<'_, '_>) -> Result<(), SamlError> {
        let issued = time(assertion, "IssueInstant")?.ok_or(SamlError::Unreadable)?;
        self.check_begun(Some(issued))?;
        match self.initiation {
            Initiation::IdentityProvider if issued < self.now - OLDEST_UNSOLICITED => Err(SamlError::TooOld),
            Initiation::IdentityProvider | Initiation::ServiceProvider { .. } => Ok(()),
        }
    }

    /// The skew is taken from the present, because a time in a document may be at the end of all time.
    fn check_begun(&self, start: Option<DateTime<Utc>>) -> Result<(), SamlError> {
        if start.is_some_and(|start| start > self.now + CLOCK_SKEW) {
            return Err(SamlError::NotYetValid);
        }
        Ok(())
    }

    fn check_not_over(&self, end: Option<DateTime<Utc>>) -> Result<(), SamlError> {
        if end.is_some_and(|end| end <= self.now - CLOCK_SKEW) { Err(SamlError::Expired) } else { Ok(()) }
    }

    fn check_conditions(&self, assertion: Node<'_, '_>) -> Result<(), SamlError> {
        let conditions = only(assertion, (ASSERTION, "Conditions")).ok_or(SamlError::Audience)?;
        self.check_begun(time(conditions, "NotBefore")?)?;
        self.check_not_over(time(conditions, "NotOnOrAfter")?)?;
        let mut for_us = false;
        for condition in conditions.children().filter(Node::is_element) {
            if condition.has_tag_name((ASSERTION, "AudienceRestriction")) {
                // Each restriction has to be met, by any of its audiences (saml-core-2.0-os, 2.5.1.4).
                let mut audiences =
                    condition.children().filter(|child| child.has_tag_name((ASSERTION, "Audience")));
                if !audiences.any(|audience| xml::text(audience).trim() == self.service_provider.entity_id) {
                    return Err(SamlError::Audience);
                }
                for_us = true;
            } else if !condition.has_tag_name((ASSERTION, "OneTimeUse"))
                && !condition.has_tag_name((ASSERTION, "ProxyRestriction"))
            {
                return Err(SamlError::UnknownCondition);
            }
        }
        if for_us { Ok(()) } else { Err(SamlError::Audience) }
    }

    fn check_sessions(&self, assertion: Node<'_, '_>) -> Result<(), SamlError> {
        for statement in statements(assertion) {
            self.check_not_over(time(statement, "SessionNotOnOrAfter")?)?;
        }
        Ok(())
    }

    /// Until when the assertion could be used, if a bearer may use it here and now (saml-profiles-2.0-os, 4.1.4.3).
    fn confirmed_until(&self, subject: Node<'_, '_>) -> Result<DateTime<Utc>, SamlError> {
        let mut until = None;
        let mut verdict = Err(SamlError::NoBearer);
        for confirmation in children(subject, "SubjectConfirmation") {
            let data = only(confirmation, (ASSERTION, "SubjectConfirmationData"));
            if let (Initiation::IdentityProvider, Some(data)) = (self.initiation, data) {
                self.check_in_response_to(data)?;
            }
            if confirmation.attribute("Method") != Some(BEARER) {
                continue;
            }
            let end = data.map(|data| time(data, "NotOnOrAfter")).transpose()?.flatten();
            until = until.max(end);
            if verdict.is_err() {
                verdict = data.ok_or(SamlError::NoBearer).and_then(|data| self.check_bearer(data, end));
            }
        }
        verdict?;
        let until = until.ok_or(SamlError::NoBearer)?;
        Ok(until.checked_add_signed(CLOCK_SKEW).unwrap_or(until))
    }

    fn check_bearer(&self, data: Node<'_, '_>, end: Option<DateTime<Utc>>) -> Result<(), SamlError> {
        if data.attribute("Recipient") != Some(&self.service_provider.acs_url) {
            return Err(SamlError::Recipient);
        }
        self.check_in_response_to(data)?;
        self.check_begun(time(data, "NotBefore")?)?;
        self.check_not_over(Some(end.ok_or(SamlError::NoBearer)?))
    }

    fn replay_key(&self, assertion: Node<'_, '_>) -> Result<String, SamlError> {
        let id = assertion.attribute("ID").filter(|id| !id.is_empty()).ok_or(SamlError::Unreadable)?;
        let mut context = Context::new(&SHA256);
        // An entity id has no line break in XML, so that no two pairs read alike.
        for part in [self.provider.entity_id.as_str(), "\n", id] {
            context.update(part.as_bytes());
        }
        Ok(context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

fn children<'a, 'x>(parent: Node<'a, 'x>, name: &'static str) -> impl Iterator<Item = Node<'a, 'x>> {
    parent.children().filter(move |child| child.has_tag_name((ASSERTION, name)))
}

fn statements<'a, 'x>(assertion: Node<'a, 'x>) -> impl Iterator<Item = Node<'a, 'x>> {
    children(assertion, "AuthnStatement")
}

fn time(element: Node<'_, '_>, attribute: &str) -> Result<Option<DateTime<Utc>>, SamlError> {
    element.attribute(attribute).map(|text| xml::date_time(text).ok_or(SamlError::Unreadable)).transpose()
}

fn name_id(subject: Node<'_, '_>) -> Result<NameId, SamlError> {
    let name_id = only(subject, (ASSERTION, "NameID")).ok_or(SamlError::NoNameId)?;
    let value = xml::text(name_id);
    if value.trim().is_empty() || name_id.children().any(|child| child.is_element()) {
        return Err(SamlError::NoNameId);
    }
    let attribute = |name| name_id.attribute(name).map(str::to_owned);
    Ok(NameId {
        value,
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    })
}

fn session_index(assertion: Node<'_, '_>) -> Option<String> {
    statements(assertion).next().and_then(|first| first.attribute("SessionIndex")).map(str::to_owned)
}

fn attributes(assertion: Node<'_, '_>) -> Result<Vec<(String, Vec<String>)>, SamlError> {
    let mut attributes: Vec<(String, Vec<String>)> = Vec::new();
    for attribute in children(assertion, "AttributeStatement").flat_map(|all| children(all, "Attribute")) {
        let name = attribute.attribute("Name").ok_or(SamlError::Unreadable)?;
        let values = children(attribute, "AttributeValue").map(xml::text);
        match attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.extend(values),
            None => attributes.push((name.to_owned(), values.collect())),
        }
    }
    Ok(attributes)
}

fn refuse_four_byte_characters(assertion: &Assertion) -> Result<(), SamlError> {
    let attributes = assertion.attributes.iter().flat_map(|(name, values)| [name].into_iter().chain(values));
    let mut texts = attributes.chain([&assertion.name_id.value]);
    if texts.any(|text| text.chars().any(|character| character.len_utf8() == 4)) {
        return Err(SamlError::FourByteCharacter);
    }
    Ok(())
}
