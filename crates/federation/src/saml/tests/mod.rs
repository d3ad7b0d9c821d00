//! Reading responses, with the corpus of `testdata/saml`, and making requests.

mod corpus;
mod cost;
mod requests;
mod responses;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;

fn testdata(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/testdata/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    let pem = String::from_utf8(testdata(&format!("keys/{name}.pem"))).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    PrivateKey::from_pkcs8(BASE64_STANDARD.decode(base64).unwrap())
}
