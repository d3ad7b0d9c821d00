//! Rows of `mock_idp_key` and `mock_idp_codes`: what the built-in identity provider keeps. No row of a pool is near them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::columns::{from_json, json};
use crate::error::Result;
use crate::hashed::hash;
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};

/// The key of the provider as it is kept.
#[derive(Clone, PartialEq)]
pub struct KeptMockIdpKey {
    /// DER in base64.
    pub certificate: String,
    /// PKCS#8.
    pub private_key: Vec<u8>,
}

/// A sign-in that waits for its client. The code itself is known to the client alone.
#[derive(Clone, Debug, PartialEq)]
pub struct MockIdpCode {
    /// The client that asked, which alone may exchange it.
    pub client_id: String,
    /// Where the browser was sent.
    pub redirect_uri: String,
    /// Claim `nonce` of the ID token.
    pub nonce: Option<String>,
    /// What is said of the person.
    pub claims: Map<String, Value>,
    /// When somebody chose this person.
    pub auth_time: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// With the certificate, so that a key opens for its own one only.
fn context(certificate: &str) -> String {
    format!("mock_idp_key/{certificate}")
}

fn key(row: &Row, sealer: &Sealer) -> Result<KeptMockIdpKey> {
    let certificate: String = row.get("certificate")?;
    let private_key = sealer.open(&context(&certificate), &row.get::<Vec<u8>>("sealed_private_key")?)?;
    Ok(KeptMockIdpKey { certificate, private_key })
}

impl Reader {
    /// The key; none before the provider was first asked.
    pub async fn mock_idp_key(&mut self) -> Result<Option<KeptMockIdpKey>> {
        let sealer = self.sealer();
        let row = self.query("SELECT certificate, sealed_private_key FROM mock_idp_key WHERE id = 1");
        row.optional().await?.map(|row| key(&row, &sealer)).transpose()
    }

    /// What a code stands for, used or not, ended or not.
    pub async fn mock_idp_code(&mut self, code: &str) -> Result<Option<MockIdpCode>> {
        self.query("SELECT * FROM mock_idp_codes WHERE code_hash = $1")
            .bind(hash(code))
            .optional()
            .await?
            .map(|row| {
                Ok(MockIdpCode {
                    client_id: row.get("client_id")?,
                    redirect_uri: row.get("redirect_uri")?,
                    nonce: row.get("nonce")?,
                    claims: from_json(&row, "claims")?,
                    auth_time: row.get("auth_time")?,
                    expires_at: row.get("expires_at")?,
                })
            })
            .transpose()
    }
}

impl Tx {
    /// Keeps a key, unless there is one already.
    pub async fn insert_mock_idp_key(&mut self, key: &KeptMockIdpKey, now: DateTime<Utc>) -> Result<()> {
        let sealed = self.sealer().seal(&context(&key.certificate), &key.private_key);
        self.query(
            "INSERT INTO mock_idp_key (id, certificate, sealed_private_key, created_at)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(key.certificate.as_str())
        .bind(sealed)
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps a sign-in under its code.
    pub async fn insert_mock_idp_code(&mut self, code: &str, kept: &MockIdpCode) -> Result<()> {
        self.query(
            "INSERT INTO mock_idp_codes (code_hash, client_id, redirect_uri, nonce, claims, auth_time, expires_at, used)
             VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE)",
        )
        .bind(hash(code))
        .bind(kept.client_id.as_str())
        .bind(kept.redirect_uri.as_str())
        .bind(kept.nonce.clone())
        .bind(json(&kept.claims))
        .bind(kept.auth_time)
        .bind(kept.expires_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Uses a code up. False when it has ended, or somebody else did so first, on whichever replica.
    pub async fn use_mock_idp_code(&mut self, code: &str, now: DateTime<Utc>) -> Result<bool> {
        let used = self
            .query(
                "UPDATE mock_idp_codes SET used = TRUE
                  WHERE code_hash = $1 AND used = FALSE AND expires_at > $2",
            )
            .bind(hash(code))
            .bind(now)
            .execute()
            .await?;
        Ok(used == 1)
    }

    /// Deletes codes that have ended, at most so many.
    pub async fn delete_ended_mock_idp_codes(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM mock_idp_codes WHERE code_hash IN
                 (SELECT code_hash FROM mock_idp_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}
