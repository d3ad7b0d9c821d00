//! Terms: links to the terms of use and the privacy policy of an app client, by language.
//!
//! Sign-up pages show them when a client has both.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{
    CreateTermsRequest, TermsDescriptionType, TermsEnforcementType, TermsSourceType, TermsType,
    UpdateTermsRequest,
};

use crate::ids::{ClientId, PoolId};
use crate::random::{self, Random};

/// The name of terms of use.
pub const TERMS_OF_USE: &str = "terms-of-use";
/// The name of a privacy policy.
pub const PRIVACY_POLICY: &str = "privacy-policy";
/// The language whose link stands for those that have none.
const DEFAULT_LANGUAGE: &str = "cognito:default";

/// One of the two documents of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Its id.
    pub id: Uuid,
    /// The pool.
    pub pool_id: PoolId,
    /// The client; never changes.
    pub client_id: ClientId,
    /// Which of the two it is; a client has each once.
    pub name: String,
    /// Where the document comes from.
    pub source: TermsSourceType,
    /// Whether users have to agree.
    pub enforcement: TermsEnforcementType,
    /// Where it is, by language.
    pub links: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// Why terms were refused. The texts are ours, after those of managed login branding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The client has terms of this name. TermsExistsException.
    #[error("Terms {name} already exists for client {client_id}")]
    Exists {
        /// The name.
        name: String,
        /// The client.
        client_id: ClientId,
    },
    /// No terms of the pool have this id. ResourceNotFoundException.
    #[error("Terms does not exist.")]
    Unknown,
    /// The client has no terms of this name. ResourceNotFoundException.
    #[error("Terms {name} for client {client_id} does not exist.")]
    NoneOfClient {
        /// The name.
        name: String,
        /// The client.
        client_id: ClientId,
    },
    /// A link leads to no page.
    #[error("The link {0} is not an HTTP or HTTPS URL.")]
    Link(String),
}

impl Terms {
    /// New terms of a client.
    ///
    /// # Errors
    /// [`TermsError::Link`].
    pub fn new(
        request: CreateTermsRequest,
        pool_id: PoolId,
        client_id: ClientId,
        now: DateTime<Utc>,
        random: &dyn Random,
    ) -> Result<Self, TermsError> {
        Ok(Self {
            id: random::uuid(random),
            pool_id,
            client_id,
            name: request.terms_name,
            source: request.terms_source,
            enforcement: request.enforcement,
            links: checked(request.links.unwrap_or_default())?,
            created_at: now,
            modified_at: now,
            version: 1,
        })
    }

    /// The terms after an update; what the request omits stays. Links are replaced as a whole.
    ///
    /// # Errors
    /// [`TermsError::Link`].
    pub fn updated(self, request: UpdateTermsRequest, now: DateTime<Utc>) -> Result<Self, TermsError> {
        Ok(Self {
            name: request.terms_name.unwrap_or(self.name),
            source: request.terms_source.unwrap_or(self.source),
            enforcement: request.enforcement.unwrap_or(self.enforcement),
            links: request.links.map(checked).transpose()?.unwrap_or(self.links),
            modified_at: now,
            ..self
        })
    }

    /// What to say when the client has terms of this name.
    pub fn taken(&self) -> TermsError {
        TermsError::Exists { name: self.name.clone(), client_id: self.client_id.clone() }
    }

    /// The link for a reader of these languages, the preferred one first.
    pub fn link(&self, languages: &[&str]) -> Option<&str> {
        let mut keys = languages.iter().copied().chain([DEFAULT_LANGUAGE]);
        keys.find_map(|key| self.links.get(key)).map(String::as_str)
    }

    /// The terms as the API describes them.
    pub fn describe(&self) -> TermsType {
        TermsType {
            terms_id: self.id.to_string(),
            user_pool_id: self.pool_id.to_string(),
            client_id: self.client_id.to_string(),
            terms_name: self.name.clone(),
            terms_source: self.source,
            enforcement: self.enforcement,
            links: self.links.clone(),
            creation_date: self.created_at.into(),
            last_modified_date: self.modified_at.into(),
        }
    }

    /// The terms as lists show them.
    pub fn summarize(&self) -> TermsDescriptionType {
        TermsDescriptionType {
            terms_id: self.id.to_string(),
            terms_name: self.name.clone(),
            enforcement: self.enforcement,
            creation_date: self.created_at.into(),
            last_modified_date: self.modified_at.into(),
        }
    }
}

/// A page shows these as links: nothing else than the address of a page may stand there.
fn checked(links: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, TermsError> {
    let is_page = |link: &str| {
        url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    match links.values().find(|link| !is_page(link)) {
        Some(link) => Err(TermsError::Link(link.clone())),
        None => Ok(links),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::tests::Counting;
    use crate::testing::now;
    use serde_json::{Value, json};
    use std::sync::atomic::AtomicU8;

    fn created(links: &Value) -> Result<Terms, TermsError> {
        let request = json!({
            "UserPoolId": "us-east-1_a", "ClientId": "c", "TermsName": TERMS_OF_USE, "TermsSource": "LINK",
            "Enforcement": "NONE", "Links": links,
        });
        let (pool, client) = (PoolId::from("us-east-1_a".to_owned()), ClientId::from("c".to_owned()));
        let request = serde_json::from_value(request).unwrap();
        Terms::new(request, pool, client, now(), &Counting(AtomicU8::new(0)))
    }

    #[test]
    fn links_lead_to_pages() {
        for (link, is_taken) in [
            ("https://example.com/terms", true),
            ("http://localhost:3000/terms#1", true),
            ("javascript:alert(1)", false),
            ("JAVASCRIPT://example.com/%0aalert(1)", false),
            ("data:text/html,x", false),
            ("/terms", false),
            ("example.com", false),
        ] {
            let outcome = created(&json!({ "cognito:default": link }));
            let expected = if is_taken { None } else { Some(TermsError::Link(link.to_owned())) };
            assert_eq!(outcome.err(), expected, "{link}");
        }
    }

    #[test]
    fn a_link_is_in_the_first_language_that_there_is() {
        let terms =
            created(&json!({ "cognito:default": "https://x/", "cognito:french": "https://x/fr" })).unwrap();
        assert_eq!(terms.link(&["cognito:german", "cognito:french"]), Some("https://x/fr"));
        assert_eq!(terms.link(&["cognito:german"]), Some("https://x/"));
        let french = created(&json!({ "cognito:french": "https://x/fr" })).unwrap();
        assert_eq!(french.link(&["cognito:german"]), None);
    }

    #[test]
    fn an_update_keeps_what_it_omits_and_replaces_links() {
        let terms =
            created(&json!({ "cognito:default": "https://x/", "cognito:french": "https://x/fr" })).unwrap();
        let update = |request: Value| {
            let mut request = request;
            request["TermsId"] = json!(terms.id);
            request["UserPoolId"] = json!("us-east-1_a");
            terms.clone().updated(serde_json::from_value(request).unwrap(), now())
        };
        assert_eq!(update(json!({})), Ok(terms.clone()));
        let renamed = update(json!({ "TermsName": PRIVACY_POLICY })).unwrap();
        assert_eq!((renamed.name.as_str(), &renamed.links), (PRIVACY_POLICY, &terms.links));
        let replaced = update(json!({ "Links": { "cognito:german": "https://x/de" } })).unwrap();
        assert_eq!(replaced.links.keys().collect::<Vec<_>>(), ["cognito:german"]);
        assert!(update(json!({ "Links": { "cognito:german": "mailto:x" } })).is_err());
    }
}
