//! Rows of signing in by other providers.

use domain::federation::SamlSubject;
use storage::{PoolCertificate, ProviderDocument};

use crate::samples::at;

/// How a provider calls somebody, with every part that it may have.
pub fn saml_subject(name_id: &str) -> SamlSubject {
    SamlSubject {
        name_id: name_id.to_owned(),
        format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned()),
        name_qualifier: Some("https://idp".to_owned()),
        sp_name_qualifier: None,
        session_index: Some("_session".to_owned()),
    }
}

/// Metadata as it was fetched at a second.
pub fn document(url: &str, second: i64) -> ProviderDocument {
    ProviderDocument {
        url: url.to_owned(),
        document: format!("<at-{second}/>"),
        fetched_at: at(second),
        tried_at: at(second + 1),
    }
}

/// A key and its certificate; neither is one.
pub fn pool_certificate(number: u32) -> PoolCertificate {
    PoolCertificate {
        certificate: format!("certificate {number}"),
        private_key: format!("key {number}").into_bytes(),
    }
}
