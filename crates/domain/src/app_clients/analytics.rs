//! `AnalyticsConfiguration`: the Amazon Pinpoint project of a client, by its ARN alone or by its id with a role.

use wire::AnalyticsConfigurationType;

use super::{ClientError, ClientSettings};

/// The name of the service's own role, behind the account in its ARN.
const OWN_ROLE: &str = "role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp";

impl ClientSettings {
    /// A project is named by its ARN alone, or by its id with a role to write to it.
    pub(super) fn check_analytics(&self) -> Result<(), ClientError> {
        let Some(analytics) = &self.analytics_configuration else { return Ok(()) };
        let by_id = [&analytics.application_id, &analytics.role_arn, &analytics.external_id];
        let is_valid = match &analytics.application_arn {
            Some(_) => by_id.iter().all(|member| member.is_none()),
            None => by_id.iter().all(|member| member.is_some()),
        };
        if is_valid {
            return Ok(());
        }
        Err(ClientError::setting(
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, external \
             id> are valid",
        ))
    }
}

/// What a request asks for, without the role that answers show beside an ARN: who sends an answer back, as Terraform does,
/// has not asked for a role.
pub(super) fn asked(mut analytics: AnalyticsConfigurationType) -> AnalyticsConfigurationType {
    let own = analytics.application_arn.as_deref().map(own_role);
    if own.is_some() && analytics.role_arn == own {
        analytics.role_arn = None;
    }
    analytics
}

/// The project as answers show it. With an ARN the service writes by a role of its own in the account of the project
/// (seen by Terraform's acceptance tests).
pub(super) fn shown(mut analytics: AnalyticsConfigurationType) -> AnalyticsConfigurationType {
    if let Some(arn) = &analytics.application_arn {
        analytics.role_arn = Some(own_role(arn));
    }
    analytics
}

/// The ARN of the service's own role, in the partition and the account of a project.
fn own_role(application_arn: &str) -> String {
    let part = |at: usize| application_arn.split(':').nth(at).unwrap_or_default();
    format!("arn:{}:iam::{}:{OWN_ROLE}", part(1), part(4))
}
