//! An ID token that its provider signs, whatever it says. The input is the claims.
#![no_main]

use std::sync::LazyLock;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use federation::id_token;
use federation_fuzz::{KEYS, der, token_expected};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use libfuzzer_sys::fuzz_target;

static SIGNING: LazyLock<EncodingKey> =
    LazyLock::new(|| EncodingKey::from_ec_der(&der(include_str!("../../testdata/keys/ec.pem"))));

fuzz_target!(|claims: &[u8]| {
    let header = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"e1"}"#);
    let signed = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
    let signature = crypto::sign(signed.as_bytes(), &SIGNING, Algorithm::ES256).expect("signature");
    let _ = id_token::read(&format!("{signed}.{signature}"), &KEYS, &token_expected());
});
