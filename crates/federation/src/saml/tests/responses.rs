//! What the corpus does not say: the edges of times and sizes, and what comes with an assertion.

use super::corpus::Corpus;
use super::*;

#[test]
fn an_assertion_is_good_from_its_first_second_to_its_last() {
    let corpus = Corpus::load();
    let verdict_at = |file, seconds| {
        corpus.read_at(corpus.entry(file), corpus.index.now + TimeDelta::seconds(seconds)).map(|_| ())
    };
    // Issued at the moment of the index, valid until five minutes later, and a skew of five minutes on both sides.
    for (file, seconds, verdict) in [
        ("good_assertion_signed", -301, Err(SamlError::NotYetValid)),
        ("good_assertion_signed", -300, Ok(())),
        ("good_assertion_signed", 599, Ok(())),
        ("good_assertion_signed", 600, Err(SamlError::Expired)),
        // Issued five minutes before, and good for six.
        ("good_unsolicited", 60, Ok(())),
        ("good_unsolicited", 61, Err(SamlError::TooOld)),
    ] {
        assert_eq!(verdict_at(file, seconds), verdict, "{file} after {seconds} s");
    }
}

#[test]
fn an_assertion_is_remembered_until_it_is_refused_as_expired() {
    let corpus = Corpus::load();
    for (file, minutes) in [("good_assertion_signed", 10), ("good_expired_within_skew", 1)] {
        let read = corpus.read_at(corpus.entry(file), corpus.index.now).unwrap().unwrap();
        let until = read.replay_key.until;
        assert_eq!(until, corpus.index.now + TimeDelta::minutes(minutes), "{file}");
        assert_eq!(corpus.read_at(corpus.entry(file), until).err(), Some(SamlError::Expired), "{file}");
    }
}

#[test]
fn the_name_comes_with_its_format() {
    let corpus = Corpus::load();
    let read = corpus.read_at(corpus.entry("good_assertion_signed"), corpus.index.now).unwrap().unwrap();
    let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    assert_eq!(
        read.name_id,
        NameId {
            value: "alice@example.com".into(),
            format: Some(format.into()),
            name_qualifier: None,
            sp_name_qualifier: None,
        }
    );
}

#[test]
fn the_status_of_the_provider_is_told() {
    let corpus = Corpus::load();
    for file in ["status_denied", "status_denied_with_assertion"] {
        let status = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed (Wrong password)";
        let verdict = corpus.read_at(corpus.entry(file), corpus.index.now);
        assert_eq!(verdict.err(), Some(SamlError::Status(status.into())), "{file}");
    }
}

#[test]
fn the_field_may_be_broken_over_lines_and_has_a_length() {
    let corpus = Corpus::load();
    let read = |field: &str| {
        let expected = Expected {
            initiation: Initiation::ServiceProvider { request_id: "_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10" },
            encryption: Encryption::Refused,
            now: corpus.index.now,
        };
        corpus.service_provider.read_response(&corpus.providers["plain"], field, &expected).map(|_| ())
    };
    let field = Corpus::field(corpus.entry("good_assertion_signed"));
    let lines: Vec<_> = field.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
    assert_eq!(read(&lines.join("\r\n")), Ok(()));
    assert_eq!(read(&field.replace('=', "")), Err(SamlError::Unreadable), "no padding");
    assert_eq!(read(&field.replacen('P', "%", 1)), Err(SamlError::Unreadable), "no base64");
    assert_eq!(read(""), Err(SamlError::Unreadable));
    assert_eq!(read(&"A".repeat(LONGEST_RESPONSE)), Err(SamlError::Unreadable));
    assert_eq!(read(&"A".repeat(LONGEST_RESPONSE + 1)), Err(SamlError::TooLarge));
}

#[test]
fn no_change_of_a_byte_makes_a_signed_assertion_say_something_else() {
    let corpus = Corpus::load();
    let entry = corpus.entry("good_both_signed");
    let genuine = corpus.read_at(entry, corpus.index.now).unwrap().unwrap();
    let xml = testdata("saml/good_both_signed.xml");
    let expected = Expected {
        initiation: Initiation::ServiceProvider { request_id: "_4fee3b04-6a3c-4a8f-9d3a-0c2f7c1d5e10" },
        encryption: Encryption::Refused,
        now: corpus.index.now,
    };
    for position in (0..xml.len()).step_by(11) {
        let mut changed = xml.clone();
        changed[position] ^= 1;
        let field = BASE64_STANDARD.encode(changed);
        let read = corpus.service_provider.read_response(&corpus.providers["plain"], &field, &expected);
        // A change that no signature covers is that of its own white space or of a name of a prefix.
        assert!(read.is_err() || read == Ok(genuine.clone()), "byte {position}: {read:?}");
    }
}
