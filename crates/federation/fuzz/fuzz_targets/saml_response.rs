//! A SAML message as anybody can send it. Nothing that was not in the corpus may be believed: it is signed by a key that
//! the fuzzer does not have.
#![no_main]

use base64::{Engine as _, prelude::BASE64_STANDARD};
use federation::saml::{Encryption, Expected, Initiation};
use federation_fuzz::{PROVIDER, REQUEST_ID, SERVICE_PROVIDER, now, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|xml: &[u8]| {
    read(xml);

    let initiation = Initiation::ServiceProvider { request_id: REQUEST_ID };
    let expected = Expected { initiation, encryption: Encryption::Refused, now: now() };
    let field = BASE64_STANDARD.encode(xml);
    if let Ok(assertion) = SERVICE_PROVIDER.read_response(&PROVIDER, &field, &expected) {
        let names = ["alice@example.com", "admin@example.com.evil.test"];
        assert!(names.contains(&assertion.name_id.value.as_str()), "{assertion:?}");
    }
});
