//! Decrypting an assertion (XML Encryption 1.1): RSA-OAEP for the key, AES for the content.
//!
//! Anyone can encrypt for a user pool, so this says nothing of who wrote the assertion.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{self, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use roxmltree::Node;

use super::message::only;
use super::{ENCRYPTION, PrivateKey, SIGNATURE, SamlError};
use crate::xml;

const ENCRYPTION_11: &str = "http://www.w3.org/2009/xmlenc11#";
/// A key for each recipient; one of them is us.
const MOST_RECIPIENTS: usize = 4;

/// How the content is encrypted.
enum Cipher {
    Gcm(&'static aead::Algorithm),
    Cbc(&'static cipher::Algorithm),
}

/// Whether somebody could have changed the content without knowing it, and learn from what happens then: CBC.
pub(super) fn is_malleable(encrypted_assertion: Node<'_, '_>) -> Result<bool, SamlError> {
    Ok(matches!(cipher_of(data_of(encrypted_assertion)?)?, Cipher::Cbc(_)))
}

/// The text of the assertion, with the first of the keys that fits.
pub(super) fn decrypted(encrypted_assertion: Node<'_, '_>, keys: &[PrivateKey]) -> Result<String, SamlError> {
    let data = data_of(encrypted_assertion)?;
    let cipher = cipher_of(data)?;
    let ciphertext = cipher_value(data)?;
    let wrapped_keys: Vec<_> = [only(data, (SIGNATURE, "KeyInfo")), Some(encrypted_assertion)]
        .into_iter()
        .flatten()
        .flat_map(|parent| parent.children())
        .filter(|child| child.has_tag_name((ENCRYPTION, "EncryptedKey")))
        .collect();
    if wrapped_keys.len() > MOST_RECIPIENTS {
        return Err(SamlError::Undecryptable);
    }

    for private in keys {
        for wrapped in &wrapped_keys {
            if let Some(content_key) = unwrapped(*wrapped, private)?
                && let Some(plaintext) = opened(&cipher, &content_key, &ciphertext)
            {
                return String::from_utf8(plaintext).map_err(|_| SamlError::Undecryptable);
            }
        }
    }
    Err(SamlError::Undecryptable)
}

fn data_of<'a, 'x>(encrypted_assertion: Node<'a, 'x>) -> Result<Node<'a, 'x>, SamlError> {
    only(encrypted_assertion, (ENCRYPTION, "EncryptedData")).ok_or(SamlError::Undecryptable)
}

fn method_of<'a, 'x>(parent: Node<'a, 'x>) -> Result<Node<'a, 'x>, SamlError> {
    only(parent, (ENCRYPTION, "EncryptionMethod")).ok_or(SamlError::Undecryptable)
}

fn cipher_value(parent: Node<'_, '_>) -> Result<Vec<u8>, SamlError> {
    let value = only(parent, (ENCRYPTION, "CipherData"))
        .and_then(|data| only(data, (ENCRYPTION, "CipherValue")))
        .ok_or(SamlError::Undecryptable)?;
    base64(value)
}

fn base64(element: Node<'_, '_>) -> Result<Vec<u8>, SamlError> {
    let text: String = xml::text(element).split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|_| SamlError::Undecryptable)
}

fn cipher_of(data: Node<'_, '_>) -> Result<Cipher, SamlError> {
    Ok(match method_of(data)?.attribute("Algorithm").unwrap_or_default() {
        "http://www.w3.org/2009/xmlenc11#aes128-gcm" => Cipher::Gcm(&aead::AES_128_GCM),
        "http://www.w3.org/2009/xmlenc11#aes192-gcm" => Cipher::Gcm(&aead::AES_192_GCM),
        "http://www.w3.org/2009/xmlenc11#aes256-gcm" => Cipher::Gcm(&aead::AES_256_GCM),
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => Cipher::Cbc(&cipher::AES_128),
        "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => Cipher::Cbc(&cipher::AES_192),
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => Cipher::Cbc(&cipher::AES_256),
        _ => return Err(SamlError::Undecryptable),
    })
}

/// The key of the content, if it was encrypted for this private key.
fn unwrapped(wrapped: Node<'_, '_>, private: &PrivateKey) -> Result<Option<Vec<u8>>, SamlError> {
    let method = method_of(wrapped)?;
    let algorithm = oaep_of(method)?;
    let label = only(method, (ENCRYPTION, "OAEPparams")).map(base64).transpose()?;
    let ciphertext = cipher_value(wrapped)?;
    let private = private.for_decryption()?;
    let mut buffer = vec![0; private.min_output_size()];
    let key = private.decrypt(algorithm, &ciphertext, &mut buffer, label.as_deref());
    Ok(key.ok().map(|key| key.to_vec()))
}

/// The digest and the mask of OAEP. They may differ in a document, but not in the library.
fn oaep_of(method: Node<'_, '_>) -> Result<&'static OaepAlgorithm, SamlError> {
    let algorithm_of = |name| only(method, name).and_then(|element| element.attribute("Algorithm"));
    let digest =
        algorithm_of((SIGNATURE, "DigestMethod")).unwrap_or("http://www.w3.org/2000/09/xmldsig#sha1");
    let default_mask = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
    let mask = match method.attribute("Algorithm").unwrap_or_default() {
        "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p" => default_mask,
        "http://www.w3.org/2009/xmlenc11#rsa-oaep" => {
            algorithm_of((ENCRYPTION_11, "MGF")).unwrap_or(default_mask)
        }
        _ => return Err(SamlError::Undecryptable),
    };
    Ok(match (digest, mask) {
        ("http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2009/xmlenc11#mgf1sha1") => {
            &OAEP_SHA1_MGF1SHA1
        }
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2009/xmlenc11#mgf1sha256") => {
            &OAEP_SHA256_MGF1SHA256
        }
        ("http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2009/xmlenc11#mgf1sha384") => {
            &OAEP_SHA384_MGF1SHA384
        }
        ("http://www.w3.org/2001/04/xmlenc#sha512", "http://www.w3.org/2009/xmlenc11#mgf1sha512") => {
            &OAEP_SHA512_MGF1SHA512
        }
        _ => return Err(SamlError::Undecryptable),
    })
}

/// The content, which begins with the initialization vector.
fn opened(cipher: &Cipher, key: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    match cipher {
        Cipher::Gcm(algorithm) => {
            let (nonce, rest) = ciphertext.split_first_chunk()?;
            let mut content = rest.to_vec();
            let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let length = key.open_in_place(nonce, Aad::empty(), &mut content).ok()?.len();
            content.truncate(length);
            Some(content)
        }
        Cipher::Cbc(algorithm) => {
            let (vector, rest) = ciphertext.split_first_chunk()?;
            let mut content = rest.to_vec();
            let key = UnboundCipherKey::new(algorithm, key).ok()?;
            let key = PaddedBlockDecryptingKey::cbc_iso10126(key).ok()?;
            let context = DecryptionContext::Iv128(FixedLength::from(*vector));
            let length = key.decrypt(&mut content, context).ok()?.len();
            content.truncate(length);
            Some(content)
        }
    }
}
