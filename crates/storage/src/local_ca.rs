//! The one row of `local_ca`: the certificate authority of Poolhouse's own server certificates. Its private key is sealed.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};

/// A certificate authority as it is kept.
#[derive(Clone, PartialEq)]
pub struct KeptLocalCa {
    /// PEM.
    pub certificate: String,
    /// PKCS#8.
    pub private_key: Vec<u8>,
}

/// With the certificate, so that a key opens for its own one only.
fn context(certificate: &str) -> String {
    format!("local_ca/{certificate}")
}

fn local_ca(row: &Row, sealer: &Sealer) -> Result<KeptLocalCa> {
    let certificate: String = row.get("certificate")?;
    let private_key = sealer.open(&context(&certificate), &row.get::<Vec<u8>>("sealed_private_key")?)?;
    Ok(KeptLocalCa { certificate, private_key })
}

impl Reader {
    /// The CA; none before TLS was first used.
    pub async fn local_ca(&mut self) -> Result<Option<KeptLocalCa>> {
        let sealer = self.sealer();
        let row = self.query("SELECT certificate, sealed_private_key FROM local_ca WHERE id = 1");
        row.optional().await?.map(|row| local_ca(&row, &sealer)).transpose()
    }
}

impl Tx {
    /// Keeps a CA, unless there is one already.
    pub async fn insert_local_ca(&mut self, ca: &KeptLocalCa, now: DateTime<Utc>) -> Result<()> {
        let sealed = self.sealer().seal(&context(&ca.certificate), &ca.private_key);
        self.query(
            "INSERT INTO local_ca (id, certificate, sealed_private_key, created_at)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(ca.certificate.as_str())
        .bind(sealed)
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }
}
