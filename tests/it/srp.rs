//! An SRP client of a test's own, as the SDKs have one: for passwords and for the secrets of devices.
//!
//! Group 15 of RFC 3526, g = 2, SHA-256, with the padding and the key derivation of amazon-cognito-identity-js. It is written
//! beside the server's half and shares no code with it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Odd, U3072};
use serde_json::{Value, json};

use crate::world::{Answer, PASSWORD, World};

const MODULUS: U3072 = U3072::from_be_hex(concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510",
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c",
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
));

/// H(PAD(N) ‖ PAD(g)).
const K: &str = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";

/// The client's secret exponent. The same each time: only the server's must be fresh.
const A: &str = "60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393";

/// Whose secret is proved: what comes before the colon in x, and what is signed first.
pub struct Identity<'a> {
    pub group: &'a str,
    pub name: &'a str,
    pub secret: &'a str,
}

/// `SRP_A`.
pub fn srp_a() -> String {
    hex(&bytes(&power(&U3072::from(2u8), &number(A)))).trim_start_matches('0').to_owned()
}

/// What answers a challenge that came with SALT, SRP_B and SECRET_BLOCK.
pub fn proof(world: &World, identity: &Identity<'_>, parameters: &Value) -> Value {
    let text = |name: &str| parameters[name].as_str().unwrap();
    let b = number(text("SRP_B"));
    let u = sha256(&[padded(&bytes(&number(&srp_a()))), padded(&bytes(&b))].concat());
    let x = exponent(identity, &from_hex(text("SALT")));
    // S = (B − k·g^x)^(a + u·x)
    let group = params();
    let masked =
        FixedMontyForm::new(&number(K), &group) * FixedMontyForm::new(&power(&U3072::from(2u8), &x), &group);
    let base = (FixedMontyForm::new(&b, &group) - masked).retrieve();
    let u_number = number(&hex(&u));
    let shared = power(&base, &number(A).wrapping_add(&u_number.wrapping_mul(&x)));

    let salt = hmac::Key::new(hmac::HMAC_SHA256, &padded(&u));
    let extracted = hmac::sign(&salt, &padded(&bytes(&shared)));
    let expanded =
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), b"Caldera Derived Key\x01");
    let timestamp = world.now().format("%a %b %-d %H:%M:%S UTC %Y").to_string();
    let mut message = format!("{}{}", identity.group, identity.name).into_bytes();
    message.extend(BASE64_STANDARD.decode(text("SECRET_BLOCK")).unwrap());
    message.extend(timestamp.as_bytes());
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &expanded.as_ref()[..16]), &message);
    json!({
        "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"], "TIMESTAMP": timestamp,
        "PASSWORD_CLAIM_SIGNATURE": BASE64_STANDARD.encode(signature), "USERNAME": parameters["USERNAME"],
    })
}

/// `DeviceSecretVerifierConfig` of ConfirmDevice.
pub fn device_verifier(identity: &Identity<'_>) -> Value {
    let salt = [7; 16];
    let verifier = power(&U3072::from(2u8), &exponent(identity, &salt));
    json!({
        "PasswordVerifier": BASE64_STANDARD.encode(padded(&bytes(&verifier))),
        "Salt": BASE64_STANDARD.encode(salt),
    })
}

/// Begins USER_SRP_AUTH; `more` goes into AuthParameters.
pub async fn begin(world: &World, client: &str, username: &str, more: &Value) -> Value {
    let mut parameters = json!({ "USERNAME": username, "SRP_A": srp_a() });
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let request = json!({ "ClientId": client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    world.ok("InitiateAuth", request).await
}

/// Answers PASSWORD_VERIFIER; `more` goes into ChallengeResponses.
pub async fn prove_password(
    world: &World,
    client: &str,
    pool: &str,
    challenge: &Value,
    more: &Value,
) -> Answer {
    prove(world, client, pool, PASSWORD, challenge, more).await
}

/// As [`prove_password`], with this password.
pub async fn prove(
    world: &World,
    client: &str,
    pool: &str,
    password: &str,
    challenge: &Value,
    more: &Value,
) -> Answer {
    let parameters = &challenge["ChallengeParameters"];
    let name = parameters["USER_ID_FOR_SRP"].as_str().unwrap();
    let identity = Identity { group: pool.split_once('_').unwrap().1, name, secret: password };
    let mut answers = proof(world, &identity, parameters);
    answers.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.respond(client, challenge, answers).await
}

/// Signs in by SRP up to what comes after the password.
pub async fn sign_in(world: &World, client: &str, pool: &str, username: &str, more: &Value) -> Value {
    let challenge = begin(world, client, username, &json!({})).await;
    prove_password(world, client, pool, &challenge, more).await.ok()
}

/// x = H(PAD(salt) ‖ H(group ‖ name ‖ ":" ‖ secret))
fn exponent(identity: &Identity<'_>, salt: &[u8]) -> U3072 {
    let Identity { group, name, secret } = identity;
    let inner = sha256(format!("{group}{name}:{secret}").as_bytes());
    number(&hex(&sha256(&[padded(salt), inner].concat())))
}

fn params() -> FixedMontyParams<{ U3072::LIMBS }> {
    FixedMontyParams::new_vartime(Odd::new(MODULUS).unwrap())
}

fn power(base: &U3072, exponent: &U3072) -> U3072 {
    let base = base.rem_vartime(&NonZero::new(MODULUS).unwrap());
    FixedMontyForm::new(&base, &params()).pow(exponent).retrieve()
}

fn number(hex: &str) -> U3072 {
    U3072::from_be_hex(&format!("{:0>768}", hex.trim_start_matches('0').to_ascii_lowercase()))
}

fn bytes(number: &U3072) -> Vec<u8> {
    number.to_be_bytes().as_ref().to_vec()
}

/// The shortest form, with a zero before a byte whose first bit is set.
fn padded(number: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    let zero = significant.first().is_none_or(|byte| *byte >= 0x80);
    std::iter::repeat_n(0, usize::from(zero)).chain(significant).collect()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let even = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    (0..even.len()).step_by(2).map(|at| u8::from_str_radix(&even[at..at + 2], 16).unwrap()).collect()
}
