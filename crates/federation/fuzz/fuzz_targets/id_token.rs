//! An ID token as anybody can send it. Nothing that was not in the corpus may be believed.
#![no_main]

use federation::id_token::{self, KeySet};
use federation_fuzz::{KEYS, token_expected};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|token: &str| {
    if let Ok(claims) = id_token::read(token, &KEYS, &token_expected()) {
        assert_eq!(claims["sub"], "248289761001");
    }
    // A set of keys is what a provider says, so it is hostile too.
    let _ = KeySet::from_json(token.as_bytes());
});
