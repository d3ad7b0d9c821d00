//! Every document of `testdata/saml`, as its index says.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
pub(super) struct Index {
    pub(super) now: DateTime<Utc>,
    pool_id: String,
    domain: String,
    pub(super) documents: Vec<Entry>,
}

#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) file: String,
    kind: Kind,
    provider: String,
    pub(super) request_id: Option<String>,
    encrypted: bool,
    accepted: Option<Accepted>,
    refused: Option<String>,
    replays: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Response,
    Logout,
}

#[derive(Deserialize)]
struct Accepted {
    name_id: Option<String>,
    session_index: Option<String>,
    #[serde(default)]
    attributes: Vec<(String, Vec<String>)>,
}

/// The name of the error, without what it carries.
fn name(error: &SamlError) -> String {
    format!("{error:?}").split('(').next().unwrap().to_owned()
}

pub(super) struct Corpus {
    pub(super) index: Index,
    pub(super) service_provider: ServiceProvider,
    keys: [PrivateKey; 2],
    pub(super) providers: HashMap<String, Provider>,
}

impl Corpus {
    pub(super) fn load() -> Self {
        let index: Index = serde_json::from_slice(&testdata("saml/index.json")).unwrap();
        let mut providers = HashMap::new();
        for entry in &index.documents {
            providers.entry(entry.provider.clone()).or_insert_with(|| {
                let xml = testdata(&format!("saml/provider_{}.xml", entry.provider));
                Provider::from_metadata(&String::from_utf8(xml).unwrap(), index.now).unwrap()
            });
        }
        let service_provider = ServiceProvider::new(&index.pool_id, &index.domain);
        Self { service_provider, keys: [key("sp"), key("sp_next")], providers, index }
    }

    pub(super) fn field(entry: &Entry) -> String {
        BASE64_STANDARD.encode(testdata(&format!("saml/{}.xml", entry.file)))
    }

    pub(super) fn entry(&self, file: &str) -> &Entry {
        self.index.documents.iter().find(|entry| entry.file == file).unwrap()
    }

    fn read(&self, entry: &Entry) -> Result<Option<Assertion>, SamlError> {
        self.read_at(entry, self.index.now)
    }

    /// What becomes of a document at another time than that of the index.
    pub(super) fn read_at(&self, entry: &Entry, now: DateTime<Utc>) -> Result<Option<Assertion>, SamlError> {
        let provider = &self.providers[&entry.provider];
        let initiation = match &entry.request_id {
            Some(request_id) => Initiation::ServiceProvider { request_id },
            None => Initiation::IdentityProvider,
        };
        let encryption = if entry.encrypted { Encryption::Required(&self.keys) } else { Encryption::Refused };
        let field = Self::field(entry);
        match entry.kind {
            Kind::Response => {
                let expected = Expected { initiation, encryption, now };
                self.service_provider.read_response(provider, &field, &expected).map(Some)
            }
            Kind::Logout => {
                let request_id = entry.request_id.as_deref().unwrap();
                self.service_provider.read_logout_response(provider, &field, request_id).map(|()| None)
            }
        }
    }
}

#[test]
fn every_document_of_the_corpus_is_judged_as_its_index_says() {
    let corpus = Corpus::load();
    let mut wrong = Vec::new();
    let mut replay_keys = BTreeMap::new();
    for entry in &corpus.index.documents {
        let verdict = match (corpus.read(entry), &entry.accepted, &entry.refused) {
            (Ok(None), Some(_), None) => Ok(()),
            (Ok(Some(read)), Some(accepted), None) => {
                let same = accepted.name_id.as_ref() == Some(&read.name_id.value)
                    && accepted.session_index == read.session_index
                    && accepted.attributes == read.attributes;
                replay_keys.insert(&entry.file, read.replay_key.clone());
                if same { Ok(()) } else { Err(format!("read as {read:?}")) }
            }
            (Err(error), None, Some(refused)) if name(&error) == *refused => Ok(()),
            (verdict, _, _) => Err(format!("{verdict:?}")),
        };
        if let Err(verdict) = verdict {
            let verdict: String = verdict.chars().take(300).collect();
            wrong.push(format!("{}: {verdict}, but {:?}", entry.file, entry.refused));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(corpus.index.documents.len() >= 140);

    let replayed =
        corpus.index.documents.iter().filter_map(|entry| Some((&entry.file, entry.replays.as_ref()?)));
    for (file, first) in replayed {
        assert_eq!(replay_keys[file], replay_keys[first], "{file}");
    }
    let mut keys: Vec<_> = replay_keys.values().map(|replay_key| &replay_key.key).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all - 1, "only one assertion is in two documents");
    assert!(keys.iter().all(|key| key.len() == 64));
}
