//! SAML at a domain: the request that goes out, and what the crate `federation` makes of the answer, with the provider's
//! metadata and the pool's keys.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use domain::federation::{ExternalIdentity, SamlSubject};
use domain::identity_providers::IdentityProvider;
use federation::saml::{
    Assertion, Encryption, Expected, Initiation, LogoutRequest, NameId, PrivateKey, Provider, ReplayKey,
    SamlError, ServiceProvider, SignInRequest,
};

use super::judged::Judged;
use super::metadata::{Freshness, MetadataError, metadata};
use super::pool_certificate::pool_certificate;
use crate::apart::apart;
use crate::call::Call;
use crate::error::ApiError;

/// A SAML provider, and the URL of the domain under which it knows the pool.
pub(crate) struct SamlParties<'a> {
    /// The request that is answered.
    pub(crate) call: &'a Call,
    /// The provider.
    pub(crate) provider: &'a IdentityProvider,
    /// The domain.
    pub(crate) domain: String,
}

/// Whether a switch of a provider is on.
pub(crate) fn is_on(provider: &IdentityProvider, switch: &str) -> bool {
    provider.details.get(switch).is_some_and(|value| value == "true")
}

/// Why an answer came to nothing.
pub(crate) enum SamlRefusal {
    /// What is wrong with it.
    Invalid(SamlError),
    /// It cannot be judged.
    Fault(ApiError),
}

impl From<SamlError> for SamlRefusal {
    fn from(error: SamlError) -> Self {
        Self::Invalid(error)
    }
}

impl From<MetadataError> for SamlRefusal {
    fn from(error: MetadataError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<ApiError> for SamlRefusal {
    fn from(error: ApiError) -> Self {
        Self::Fault(error)
    }
}

impl SamlParties<'_> {
    fn pool(&self) -> ServiceProvider {
        ServiceProvider::new(self.provider.pool_id.as_str(), &self.domain)
    }

    async fn signing_key(&self) -> Result<PrivateKey, ApiError> {
        let certificate = pool_certificate(self.call, &self.provider.pool_id).await?;
        Ok(PrivateKey::from_pkcs8(certificate.private_key))
    }

    /// Where the browser goes to sign in, although it may have a session there if `force_authn`.
    ///
    /// # Errors
    /// When the provider's metadata cannot be had, and for faults.
    pub(crate) async fn sign_in_url(
        &self,
        request_id: &str,
        relay_state: &str,
        force_authn: bool,
    ) -> Result<String, ApiError> {
        let metadata = metadata(self.call, self.provider, Freshness::Kept).await?;
        let signing_key = match self.provider.details.get("RequestSigningAlgorithm") {
            Some(_) => Some(self.signing_key().await?),
            None => None,
        };
        let asked = SignInRequest {
            id: request_id,
            issued_at: self.call.now(),
            relay_state,
            force_authn,
            signing_key: signing_key.as_ref(),
        };
        self.pool().authn_request(&metadata, &asked).map_err(ApiError::internal)
    }

    /// Judges an answer. One that is signed by a key that is not known is held against metadata fetched anew: providers change
    /// their keys.
    ///
    /// # Errors
    /// [`SamlRefusal`].
    pub(crate) async fn judge(
        &self,
        response: &str,
        initiation: Initiation<'_>,
    ) -> Result<(Judged, ReplayKey), SamlRefusal> {
        let key = self.provider.encryption_key().map(|key| BASE64_STANDARD.decode(key.private_key));
        let key = key.transpose().map_err(|error| SamlRefusal::Fault(ApiError::internal(error)))?;
        let message = Message {
            pool: self.pool(),
            response: response.to_owned(),
            request_id: match initiation {
                Initiation::ServiceProvider { request_id } => Some(request_id.to_owned()),
                Initiation::IdentityProvider => None,
            },
            is_encrypted: is_on(self.provider, "EncryptedResponses"),
            keys: key.map(PrivateKey::from_pkcs8).into_iter().collect(),
            now: self.call.now(),
        };
        let kept = metadata(self.call, self.provider, Freshness::Kept).await?;
        let (assertion, metadata) = match message.read(&kept).await? {
            Err(SamlError::Signature) => {
                let new = metadata(self.call, self.provider, Freshness::New).await?;
                (message.read(&new).await??, new)
            }
            outcome => (outcome?, kept),
        };
        let replay_key = assertion.replay_key.clone();
        Ok((judged(self.provider, &metadata, assertion), replay_key))
    }

    /// Where the browser goes to end its session at the provider too. None when the provider has no place for it.
    ///
    /// # Errors
    /// As [`Self::sign_in_url`].
    pub(crate) async fn logout_url(
        &self,
        subject: SamlSubject,
        request_id: &str,
        relay_state: &str,
    ) -> Result<Option<String>, ApiError> {
        let metadata = metadata(self.call, self.provider, Freshness::Kept).await?;
        let name_id = NameId {
            value: subject.name_id,
            format: subject.format,
            name_qualifier: subject.name_qualifier,
            sp_name_qualifier: subject.sp_name_qualifier,
        };
        let asked = LogoutRequest {
            id: request_id,
            issued_at: self.call.now(),
            relay_state,
            name_id: &name_id,
            session_index: subject.session_index.as_deref(),
            signing_key: &self.signing_key().await?,
        };
        match self.pool().logout_request(&metadata, &asked) {
            Ok(url) => Ok(Some(url)),
            Err(SamlError::NoLogoutEndpoint) => Ok(None),
            Err(error) => Err(ApiError::internal(error)),
        }
    }

    /// Reads what the provider answers to a logout request.
    ///
    /// # Errors
    /// [`SamlRefusal`]; [`SamlError::Status`] in it is the provider's own word that it did not sign out.
    pub(crate) async fn read_logout(&self, response: &str, request_id: &str) -> Result<(), SamlRefusal> {
        let kept = metadata(self.call, self.provider, Freshness::Kept).await?;
        match self.read_logout_with(kept, response, request_id).await? {
            Err(SamlError::Signature) => {
                let new = metadata(self.call, self.provider, Freshness::New).await?;
                Ok(self.read_logout_with(new, response, request_id).await??)
            }
            outcome => Ok(outcome?),
        }
    }

    /// The inner error is what is wrong with the response.
    async fn read_logout_with(
        &self,
        provider: Provider,
        response: &str,
        request_id: &str,
    ) -> Result<Result<(), SamlError>, ApiError> {
        let (pool, response, request_id) = (self.pool(), response.to_owned(), request_id.to_owned());
        apart(move || pool.read_logout_response(&provider, &response, &request_id)).await
    }
}

/// An answer with all that is needed to judge it, so that it can be read on another thread.
#[derive(Clone)]
struct Message {
    pool: ServiceProvider,
    response: String,
    /// What it answers; none: nobody asked.
    request_id: Option<String>,
    is_encrypted: bool,
    keys: Vec<PrivateKey>,
    now: DateTime<Utc>,
}

impl Message {
    /// The inner error is what is wrong with the answer.
    async fn read(&self, provider: &Provider) -> Result<Result<Assertion, SamlError>, ApiError> {
        let (message, provider) = (self.clone(), provider.clone());
        apart(move || {
            let encryption = match message.is_encrypted {
                true => Encryption::Required(&message.keys),
                false => Encryption::Refused,
            };
            let initiation = match &message.request_id {
                Some(request_id) => Initiation::ServiceProvider { request_id },
                None => Initiation::IdentityProvider,
            };
            let expected = Expected { initiation, encryption, now: message.now };
            message.pool.read_response(&provider, &message.response, &expected)
        })
        .await
    }
}

fn judged(provider: &IdentityProvider, metadata: &Provider, assertion: Assertion) -> Judged {
    let NameId { value, format, name_qualifier, sp_name_qualifier } = assertion.name_id;
    Judged {
        identity: ExternalIdentity {
            provider_name: provider.name.clone(),
            provider_type: provider.kind,
            issuer: Some(metadata.entity_id.clone()),
            subject: value.clone(),
            claims: assertion.attributes.into_iter().collect(),
        },
        saml_subject: Some(SamlSubject {
            name_id: value,
            format,
            name_qualifier,
            sp_name_qualifier,
            session_index: assertion.session_index,
        }),
    }
}
