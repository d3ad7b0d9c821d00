//! Authenticator apps: time-based one-time passwords (RFC 6238, six digits, thirty seconds, HMAC-SHA-1).

use chrono::{DateTime, Utc};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::random::{self, Random};

/// Bytes of a secret: 52 characters in Base32.
const SECRET_BYTES: usize = 32;

/// The authenticator app of a user.
#[derive(Clone, PartialEq, Eq)]
pub struct SoftwareToken {
    /// What the app and the server share.
    pub secret: Vec<u8>,
    /// Whether the app has shown a right code. Before, it is no factor.
    pub verified: bool,
    /// What the user calls it.
    pub friendly_name: Option<String>,
    /// The period of the code used last. It is not taken again, nor one before it.
    pub last_step: i64,
}

/// Why a code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SoftwareTokenError {
    /// Not a code of now, of the period before, or of the one after.
    #[error("the code is another one")]
    Mismatch,
    /// The code was used before.
    #[error("the code was used before")]
    Used,
}

impl SoftwareToken {
    /// A new secret.
    pub fn generate(random: &dyn Random) -> Self {
        let secret = random::bytes::<SECRET_BYTES>(random).to_vec();
        Self { secret, verified: false, friendly_name: None, last_step: 0 }
    }

    /// The secret as people type it into an app: Base32.
    pub fn secret_code(&self) -> String {
        Secret::from(self.secret.clone()).to_base32()
    }

    /// The period of a code that is right now.
    ///
    /// # Errors
    /// [`SoftwareTokenError`].
    pub fn check(&self, code: &str, now: DateTime<Utc>) -> Result<i64, SoftwareTokenError> {
        let now = u64::try_from(now.timestamp()).map_err(|_| SoftwareTokenError::Mismatch)?;
        let step = self.totp().check(code, now).and_then(|step| i64::try_from(step).ok());
        match step {
            None => Err(SoftwareTokenError::Mismatch),
            Some(step) if step <= self.last_step => Err(SoftwareTokenError::Used),
            Some(step) => Ok(step),
        }
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(self.secret.clone())
            .build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the SHA-1 vectors, and the last six digits of each.
    #[test]
    fn codes_are_those_of_the_standard() {
        let token = SoftwareToken {
            secret: b"12345678901234567890".to_vec(),
            verified: true,
            friendly_name: None,
            last_step: 0,
        };
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(token.check(code, at(seconds)), Ok(seconds / 30), "{code}");
            assert_eq!(token.check(code, at(seconds + 30)), Ok(seconds / 30), "{code}");
            assert_eq!(token.check(code, at(seconds + 60)), Err(SoftwareTokenError::Mismatch), "{code}");
            let used = SoftwareToken { last_step: seconds / 30, ..token.clone() };
            assert_eq!(used.check(code, at(seconds)), Err(SoftwareTokenError::Used), "{code}");
        }
        for nonsense in ["", "28708", "2870820", "abcdef", "２８７０８２"] {
            let at = DateTime::from_timestamp(59, 0).unwrap();
            assert_eq!(token.check(nonsense, at), Err(SoftwareTokenError::Mismatch), "{nonsense}");
        }
    }

    #[test]
    fn a_secret_has_52_characters() {
        let token = SoftwareToken::generate(&crate::random::tests::Counting(0.into()));
        assert_eq!(token.secret_code().len(), 52);
    }
}
