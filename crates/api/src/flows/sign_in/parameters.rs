//! What a client sent with a step: `AuthParameters` or `ChallengeResponses`.

use std::collections::BTreeMap;

use domain::secret_hash;
use storage::ClientWithPool;

use crate::error::ApiError;

/// Names and values, as they came.
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(crate) fn new(given: Option<BTreeMap<String, String>>) -> Self {
        Self(given.unwrap_or_default())
    }

    /// A value, if it was given and is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// InvalidParameterException that names it.
    pub(crate) fn require(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name)
            .ok_or_else(|| ApiError::invalid_parameter(format!("Missing required parameter {name}")))
    }

    /// All of them.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Checks `SECRET_HASH` over this username.
    ///
    /// # Errors
    /// NotAuthorizedException for a missing or wrong hash.
    pub(crate) fn check_secret_hash(&self, client: &ClientWithPool, username: &str) -> Result<(), ApiError> {
        let secrets: Vec<String> = client.secrets.iter().map(|secret| secret.value.clone()).collect();
        Ok(secret_hash::verify(&client.client.id, &secrets, username, self.get("SECRET_HASH"))?)
    }
}
