//! Every token of `testdata/id_tokens.json`, as it says there.

use std::collections::HashMap;

use super::*;

#[derive(Deserialize)]
struct Corpus {
    expected: Identity,
    key_sets: HashMap<String, Value>,
    tokens: Vec<Entry>,
}

#[derive(Deserialize)]
struct Identity {
    issuer: String,
    client_id: String,
    nonce: String,
    sub: String,
    now: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    token: String,
    keys: String,
    refused: Option<String>,
}

impl Corpus {
    fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/id_tokens.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn expected(&self) -> Expected<'_> {
        let Identity { issuer, client_id, nonce, now, .. } = &self.expected;
        Expected { issuer, client_id, nonce: Some(nonce), now: *now }
    }

    fn keys(&self, name: &str) -> KeySet {
        KeySet::from_json(self.key_sets[name].to_string().as_bytes()).unwrap()
    }

    fn token(&self, name: &str) -> &str {
        &self.tokens.iter().find(|entry| entry.name == name).unwrap().token
    }
}

#[test]
fn every_token_of_the_corpus_is_judged_as_it_says() {
    let corpus = Corpus::load();
    let mut wrong = Vec::new();
    for entry in &corpus.tokens {
        let verdict = read(&entry.token, &corpus.keys(&entry.keys), &corpus.expected());
        let right = match (&verdict, &entry.refused) {
            (Ok(claims), None) => claims["sub"] == corpus.expected.sub.as_str(),
            (Err(error), Some(refused)) => format!("{error:?}") == *refused,
            (Ok(_), Some(_)) | (Err(_), None) => false,
        };
        if !right {
            wrong.push(format!("{}: {verdict:?}, but {:?}", entry.name, entry.refused));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(corpus.tokens.len() >= 70);
}

#[test]
fn claims_come_as_the_provider_wrote_them() {
    let corpus = Corpus::load();
    let claims = read(corpus.token("good_rs256"), &corpus.keys("one"), &corpus.expected()).unwrap();
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["address"]["country"], "DE");
    assert_eq!(claims["groups"], serde_json::json!(["dev", "ops"]));
}

#[test]
fn a_token_answers_the_request_it_was_made_for() {
    let corpus = Corpus::load();
    let mut expected = corpus.expected();
    let mut read_as = |nonce| {
        expected.nonce = nonce;
        read(corpus.token("good_rs256"), &corpus.keys("one"), &expected).map(|_| ())
    };
    assert_eq!(read_as(Some("other")), Err(IdTokenError::Nonce));
    assert_eq!(read_as(Some("")), Err(IdTokenError::Nonce));
    assert_eq!(read_as(None), Ok(()), "no nonce went with the request");
}

#[test]
fn a_token_is_good_from_its_first_second_to_its_last() {
    let corpus = Corpus::load();
    let mut expected = corpus.expected();
    let issued = expected.now;
    let mut read_at = |seconds| {
        expected.now = issued + TimeDelta::seconds(seconds);
        read(corpus.token("good_rs256"), &corpus.keys("one"), &expected).map(|_| ())
    };
    for (seconds, verdict) in [
        (-61, Err(IdTokenError::NotYetValid)),
        (-60, Ok(())),
        (0, Ok(())),
        (359, Ok(())),
        (360, Err(IdTokenError::Expired)),
    ] {
        assert_eq!(read_at(seconds), verdict, "{seconds}");
    }
}

#[test]
fn what_is_too_large_is_not_looked_at() {
    let corpus = Corpus::load();
    let keys = corpus.keys("one");
    let at = |length| read(&"a".repeat(length), &keys, &corpus.expected()).err();
    assert_eq!(at(LONGEST_TOKEN), Some(IdTokenError::Unreadable));
    assert_eq!(at(LONGEST_TOKEN + 1), Some(IdTokenError::TooLarge));
}

#[test]
fn a_key_set_is_an_object_with_keys() {
    for (json, readable) in [
        (r#"{"keys":[]}"#, true),
        (r#"{"keys":[{}]}"#, true),
        (r#"{"keys":[{"kty":"RSA","n":"!","e":"AQAB"}]}"#, true),
        (r#"{"keys":[],"more":1}"#, true),
        (r#"{"keys":{}}"#, false),
        ("{}", false),
        ("[]", false),
        ("", false),
        ("<html></html>", false),
    ] {
        assert_eq!(KeySet::from_json(json.as_bytes()).is_ok(), readable, "{json}");
    }
    let large = format!(r#"{{"keys":[],"x":"{}"}}"#, " ".repeat(LARGEST));
    assert!(KeySet::from_json(large.as_bytes()).is_err());
}

const LARGEST: usize = crate::endpoint::LARGEST_DOCUMENT;
