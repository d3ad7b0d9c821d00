//! Things of signing in, as tests keep them.

use domain::app_clients::AppClient;
use domain::auth_events::AuthEvent;
use domain::devices::Device;
use domain::groups::Group;
use domain::ids::PoolId;
use domain::passkeys::Passkey;
use domain::sign_in::{Challenge, SignIn, Surface};
use domain::software_tokens::SoftwareToken;
use domain::tokens::TokenUse;
use domain::user_sessions::UserSession;
use domain::users::{MfaFactor, User};
use storage::KeptSigningKey;
use uuid::Uuid;
use wire::{ChallengeName, ChallengeResponse, EventResponseType, EventType};

use crate::samples::at;

pub fn software_token(verified: bool) -> SoftwareToken {
    SoftwareToken {
        secret: b"an authenticator's secret".to_vec(),
        verified,
        friendly_name: None,
        last_step: 0,
    }
}

pub fn signing_key(pool_id: &PoolId, token_use: TokenUse, number: u128) -> KeptSigningKey {
    KeptSigningKey {
        kid: format!("{}{number}", token_use.as_str()),
        pool_id: pool_id.clone(),
        token_use,
        private_key: b"a private key".to_vec(),
        public_jwk: "{}".to_owned(),
    }
}

pub fn sign_in(client: &AppClient, user: Option<&User>) -> SignIn {
    SignIn {
        pool_id: client.pool_id.clone(),
        client_id: client.id.clone(),
        user_id: user.map(|user| user.id),
        unknown_name: None,
        username: "bob".to_owned(),
        surface: Surface::Api,
        is_choice_based: false,
        device_key: None,
        has_plain_password: false,
        event_id: Uuid::from_u128(9),
        passed: Vec::new(),
        challenge: Challenge::MfaCode(MfaFactor::Email, "482913".to_owned()),
    }
}

pub fn user_session(client: &AppClient, user: &User, number: u128) -> UserSession {
    UserSession {
        event_id: Uuid::from_u128(1000 + number),
        id: format!("tkn{number:025}"),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client.id.clone(),
        origin_jti: Uuid::from_u128(2000 + number),
        scopes: "aws.cognito.signin.user.admin".to_owned(),
        is_oauth: number.is_multiple_of(2),
        resource: Some("https://api.example.com".to_owned()),
        device_key: Some("us-east-1_x".to_owned()),
        origin_session_id: number.is_multiple_of(2).then(|| "sso1".to_owned()),
        ip: "127.0.0.1".to_owned(),
        device_type: "test".to_owned(),
        auth_time: at(0),
        last_active_at: at(0),
        expires_at: at(3600),
        revoked_at: None,
    }
}

pub fn group(pool_id: &PoolId, name: &str, precedence: Option<i64>) -> Group {
    Group {
        pool_id: pool_id.clone(),
        name: name.to_owned(),
        description: None,
        role_arn: None,
        precedence,
        created_at: at(0),
        modified_at: at(0),
    }
}

pub fn device(user: &User, key: &str) -> Device {
    Device {
        key: key.to_owned(),
        group_key: "-group".to_owned(),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        name: None,
        password: None,
        remembered: false,
        last_ip: "127.0.0.1".to_owned(),
        created_at: at(0),
        modified_at: at(0),
        last_authenticated_at: at(0),
    }
}

pub fn passkey(user: &User, credential_id: &str) -> Passkey {
    Passkey {
        credential_id: credential_id.to_owned(),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        rp_id: "localhost".to_owned(),
        friendly_name: "Passkey 1".to_owned(),
        attachment: Some("platform".to_owned()),
        transports: vec!["internal".to_owned()],
        credential: "{}".to_owned(),
        created_at: at(0),
    }
}

pub fn auth_event(user: &User, number: u128) -> AuthEvent {
    AuthEvent {
        id: Uuid::from_u128(3000 + number),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: None,
        event_type: EventType::SignIn,
        response: EventResponseType::InProgress,
        challenges: vec![(ChallengeName::Password, ChallengeResponse::Success)],
        ip: "127.0.0.1".to_owned(),
        device_name: "test".to_owned(),
        created_at: at(0),
        feedback: None,
    }
}
