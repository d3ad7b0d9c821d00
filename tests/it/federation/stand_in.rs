//! What stands in for a provider where the built-in one is too well-behaved: a web server that answers what a test says, and
//! remembers what it was asked; and keys of providers that sign whatever they are given.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use saml_rs::constants::signature_algorithm::RSA_SHA256;
use saml_rs::crypto::{construct_saml_signature, keys::load_private_key};
use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub authorization: Option<String>,
    pub body: String,
}

/// Serves until the test process ends.
#[derive(Clone)]
pub struct StandIn {
    pub url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, (u16, String)>,
    requests: Vec<Request>,
}

impl StandIn {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = serve(stream.unwrap(), &shared); // who hangs up does not wait for an answer
            }
        });
        Self { url, state }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// From now on this is the answer at a path, whatever the query. With 307 the body is the address to go to.
    pub fn answers(&self, path: &str, status: u16, body: impl ToString) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), (status, body.to_string()));
    }

    /// The last request to a path.
    #[track_caller]
    pub fn asked(&self, path: &str) -> Request {
        let requests = &self.state.lock().unwrap().requests;
        requests.iter().rfind(|request| request.target.split('?').next() == Some(path)).unwrap().clone()
    }

    /// How often it was asked at all.
    pub fn count(&self) -> usize {
        self.state.lock().unwrap().requests.len()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let request = read(&mut stream)?;
    let path = request.target.split('?').next().unwrap_or_default().to_owned();
    let (status, body) = {
        let mut state = state.lock().unwrap();
        state.requests.push(request);
        state.answers.get(&path).cloned().unwrap_or((404, "not here".to_owned()))
    };
    let length = body.len();
    let location = if status == 307 { format!("Location: {body}\r\n") } else { String::new() };
    let head = format!("HTTP/1.1 {status} Told\r\n{location}Content-Length: {length}\r\nConnection: close");
    write!(stream, "{head}\r\n\r\n{body}")
}

fn read(stream: &mut TcpStream) -> std::io::Result<Request> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let lines = head.lines().filter_map(|line| line.split_once(": "));
                lines
                    .into_iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.to_owned())
            };
            let length = header("content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                let mut words = head.split(' ');
                let mut word = || words.next().unwrap_or_default().to_owned();
                let (method, target) = (word(), word());
                return Ok(Request {
                    method,
                    target,
                    authorization: header("authorization"),
                    body: body.to_owned(),
                });
            }
        }
        match stream.read(&mut chunk)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            length => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// A provider's key of the curve P-256.
pub struct Key {
    name: &'static str,
    pair: KeyPair,
}

impl Key {
    pub fn new(name: &'static str) -> Self {
        Self { name, pair: KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap() }
    }

    /// The key set with its public part.
    pub fn jwks(&self) -> Value {
        let (x, y) = self.pair.public_key_raw()[1..].split_at(32);
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": self.name, "x": part(x), "y": part(y) }] })
    }

    pub fn pem(&self) -> String {
        self.pair.serialize_pem()
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.name.to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(&self.pair.serialize_der())).unwrap()
    }
}

/// A SAML provider's RSA key, with a certificate that it signs for itself.
pub struct SamlKey {
    pair: KeyPair,
    certificate: String,
}

impl SamlKey {
    pub fn new() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = CertificateParams::default().self_signed(&pair).unwrap();
        Self { pair, certificate: BASE64_STANDARD.encode(certificate.der()) }
    }

    /// The metadata of a provider that has this key beside its own.
    pub fn beside(&self, metadata: &str) -> String {
        let (before, rest) = metadata.split_once("<md:KeyDescriptor").unwrap();
        let (own, after) = rest.split_once("</md:KeyDescriptor>").unwrap();
        let (start, certificate) = own.split_once("X509Certificate>").unwrap();
        let (_, end) = certificate.split_once('<').unwrap();
        let more = format!("{start}X509Certificate>{}<{end}", self.certificate);
        let key = |text: &str| format!("<md:KeyDescriptor{text}</md:KeyDescriptor>");
        format!("{before}{}{}{after}", key(own), key(&more))
    }

    /// A document with a signature over its root, as forms carry it.
    pub fn sign(&self, xml: &str) -> String {
        let key = load_private_key(&self.pair.serialize_pem(), None).unwrap();
        let signed = construct_saml_signature(xml, true, &key, &self.certificate, RSA_SHA256, &[], None);
        BASE64_STANDARD.encode(signed.unwrap())
    }
}
