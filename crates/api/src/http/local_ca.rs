//! `GET /_poolhouse/ca.pem`: the certificate of the local CA, for those who are to trust it. It is no secret.

use actix_web::{HttpResponse, web};

use crate::tls::Tls;

/// What there is to trust.
#[derive(Clone)]
pub(super) enum CaCertificate {
    /// The local CA's (PEM).
    Local(String),
    /// None of ours: the server's certificate is that of the configuration.
    OfFiles,
    /// None: HTTPS is not served.
    Off,
}

impl CaCertificate {
    pub(super) fn of(tls: Option<&Tls>) -> Self {
        match tls {
            Some(tls) => {
                tls.ca_certificate().map_or(Self::OfFiles, |certificate| Self::Local(certificate.to_owned()))
            }
            None => Self::Off,
        }
    }
}

pub(super) async fn get(certificate: web::Data<CaCertificate>) -> HttpResponse {
    let missing = |text| HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(text);
    match &**certificate {
        CaCertificate::Local(pem) => {
            HttpResponse::Ok().content_type("application/x-pem-file").body(pem.clone())
        }
        CaCertificate::OfFiles => {
            missing("There is no local CA: this server has its certificate from tls_cert_file.\n")
        }
        CaCertificate::Off => missing("There is no local CA: this server was started without --tls.\n"),
    }
}
