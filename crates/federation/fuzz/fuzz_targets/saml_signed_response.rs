//! A SAML message that its provider signs, whatever it says. The input is the message without a signature.
#![no_main]

use std::sync::LazyLock;

use federation_fuzz::{PROVIDER, read};
use libfuzzer_sys::fuzz_target;
use saml_rs::crypto::{construct_saml_signature, keys::load_private_key};

const KEY: &str = include_str!("../../testdata/keys/idp.pem");
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

static SIGN: LazyLock<Box<dyn Fn(&str) -> Option<String> + Send + Sync>> = LazyLock::new(|| {
    let key = load_private_key(KEY, None).expect("key");
    let certificate = PROVIDER.signing_certificates[0].clone();
    Box::new(move |xml| {
        construct_saml_signature(xml, true, &key, &certificate, RSA_SHA256, &[], None).ok()
    })
});

fuzz_target!(|xml: &str| {
    if let Some(signed) = SIGN(xml) {
        read(signed.as_bytes());
    }
});
