//! Auth events: what happened to an account, for the people who look after it.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{
    AuthEventType, ChallengeName, ChallengeResponse, ChallengeResponseType, EventContextDataType,
    EventFeedbackType, EventResponseType, EventRiskType, EventType, FeedbackValueType, RiskDecisionType,
};

use crate::ids::{ClientId, PoolId};

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthEvent {
    /// Its id; of a sign-in that led to tokens, their claim `event_id`.
    pub id: Uuid,
    /// The pool.
    pub pool_id: PoolId,
    /// The user. What is tried with a name that nobody has is no event: nobody could be shown it.
    pub user_id: Uuid,
    /// The client, where there was one.
    pub client_id: Option<ClientId>,
    /// What was tried.
    pub event_type: EventType,
    /// What came of it.
    pub response: EventResponseType,
    /// The challenges on the way, and how each ended.
    pub challenges: Vec<(ChallengeName, ChallengeResponse)>,
    /// Where it came from.
    pub ip: String,
    /// The user agent.
    pub device_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What somebody said of it later.
    pub feedback: Option<Feedback>,
}

/// Whether it was the user, as somebody says.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback {
    /// `Valid` or `Invalid`.
    pub value: FeedbackValueType,
    /// Who says so: `Admin` or `User`.
    pub provider: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl AuthEvent {
    /// The event as the API shows it. Poolhouse does not judge risks: it sees none.
    pub fn described(&self) -> AuthEventType {
        AuthEventType {
            event_id: Some(self.id.to_string()),
            event_type: Some(self.event_type),
            creation_date: Some(self.created_at.into()),
            event_response: Some(self.response),
            event_risk: Some(EventRiskType {
                risk_decision: Some(RiskDecisionType::NoRisk),
                compromised_credentials_detected: Some(false),
                ..EventRiskType::default()
            }),
            challenge_responses: Some(
                self.challenges
                    .iter()
                    .map(|(name, response)| ChallengeResponseType {
                        challenge_name: Some(*name),
                        challenge_response: Some(*response),
                    })
                    .collect(),
            ),
            event_context_data: Some(EventContextDataType {
                ip_address: Some(self.ip.clone()),
                device_name: Some(self.device_name.clone()),
                ..EventContextDataType::default()
            }),
            event_feedback: self.feedback.as_ref().map(|feedback| EventFeedbackType {
                feedback_value: feedback.value,
                provider: feedback.provider.clone(),
                feedback_date: Some(feedback.at.into()),
            }),
        }
    }
}
