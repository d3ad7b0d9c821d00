//! What becomes of each member of an update's request that is left out, as a table.
//!
//! The members come from the model, so a new one fails the test until somebody says what becomes of it.

use std::collections::BTreeSet;

use wire::{Kind, Operation};

/// What becomes of a setting when an update does not name it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// It stays as it was.
    Kept,
    /// It goes back to its default.
    Reset,
    /// The request is refused.
    Required,
    /// Says which thing is changed, and is no setting.
    Key,
    /// Says how this one call is done, and leaves no setting behind.
    Act,
}
pub(super) use Fate::{Act, Kept, Key, Required, Reset};

/// Every operation that changes something, with what becomes of each member of its request that is left out.
pub(super) const FATES: [(Operation, &[(&str, Fate)]); 27] = [
    (
        Operation::AdminSetUserMFAPreference,
        &[
            ("UserPoolId", Key),
            ("Username", Key),
            ("SMSMfaSettings", Kept),
            ("SoftwareTokenMfaSettings", Kept),
            ("EmailMfaSettings", Kept),
            ("WebAuthnMfaSettings", Kept),
        ],
    ),
    (
        Operation::AdminSetUserPassword,
        &[("UserPoolId", Key), ("Username", Key), ("Password", Required), ("Permanent", Act)],
    ),
    (Operation::AdminSetUserSettings, &[("UserPoolId", Key), ("Username", Key), ("MFAOptions", Required)]),
    (
        Operation::AdminUpdateAuthEventFeedback,
        &[("UserPoolId", Key), ("Username", Key), ("EventId", Key), ("FeedbackValue", Required)],
    ),
    (
        Operation::AdminUpdateDeviceStatus,
        &[("UserPoolId", Key), ("Username", Key), ("DeviceKey", Key), ("DeviceRememberedStatus", Kept)],
    ),
    (
        Operation::AdminUpdateUserAttributes,
        &[("UserPoolId", Key), ("Username", Key), ("UserAttributes", Required), ("ClientMetadata", Act)],
    ),
    (Operation::SetLogDeliveryConfiguration, &[("UserPoolId", Key), ("LogConfigurations", Required)]),
    (
        Operation::SetRiskConfiguration,
        &[
            ("UserPoolId", Key),
            ("ClientId", Key),
            ("CompromisedCredentialsRiskConfiguration", Reset),
            ("AccountTakeoverRiskConfiguration", Reset),
            ("RiskExceptionConfiguration", Reset),
        ],
    ),
    (
        Operation::SetUICustomization,
        &[("UserPoolId", Key), ("ClientId", Key), ("CSS", Reset), ("ImageFile", Reset)],
    ),
    (
        Operation::SetUserMFAPreference,
        &[
            ("AccessToken", Key),
            ("SMSMfaSettings", Kept),
            ("SoftwareTokenMfaSettings", Kept),
            ("EmailMfaSettings", Kept),
            ("WebAuthnMfaSettings", Kept),
        ],
    ),
    (
        Operation::SetUserPoolClientSessionConfiguration,
        &[("UserPoolId", Key), ("ClientId", Key), ("SSOSession", Required)],
    ),
    (
        Operation::SetUserPoolMfaConfig,
        &[
            ("UserPoolId", Key),
            // How text messages are sent belongs to the pool, and stays.
            ("SmsMfaConfiguration", Kept),
            ("SoftwareTokenMfaConfiguration", Reset),
            ("EmailMfaConfiguration", Reset),
            ("MfaConfiguration", Reset),
            ("WebAuthnConfiguration", Reset),
        ],
    ),
    (
        Operation::SetUserPoolSessionConfiguration,
        &[("UserPoolId", Key), ("UserSessionTracking", Required), ("TokenSession", Required)],
    ),
    (Operation::SetUserSettings, &[("AccessToken", Key), ("MFAOptions", Required)]),
    (
        Operation::UpdateAuthEventFeedback,
        &[
            ("UserPoolId", Key),
            ("Username", Key),
            ("EventId", Key),
            ("FeedbackToken", Required),
            ("FeedbackValue", Required),
        ],
    ),
    (
        Operation::UpdateDeviceStatus,
        &[("AccessToken", Key), ("DeviceKey", Key), ("DeviceRememberedStatus", Kept)],
    ),
    (
        Operation::UpdateGroup,
        &[
            ("UserPoolId", Key),
            ("GroupName", Key),
            ("Description", Kept),
            ("RoleArn", Kept),
            ("Precedence", Kept),
        ],
    ),
    (
        Operation::UpdateIdentityProvider,
        &[
            ("UserPoolId", Key),
            ("ProviderName", Key),
            ("ProviderDetails", Kept),
            ("AttributeMapping", Kept),
            ("IdpIdentifiers", Kept),
            ("AcrMapping", Kept),
        ],
    ),
    (
        Operation::UpdateManagedLoginBranding,
        &[
            ("UserPoolId", Key),
            ("ManagedLoginBrandingId", Key),
            ("UseCognitoProvidedValues", Kept),
            ("Settings", Kept),
            ("Assets", Kept),
        ],
    ),
    (Operation::UpdateProvisionedLimit, &[("LimitDefinition", Key), ("RequestedLimitValue", Required)]),
    (
        Operation::UpdateResourceServer,
        &[("UserPoolId", Key), ("Identifier", Key), ("Name", Required), ("Scopes", Reset)],
    ),
    (
        Operation::UpdateTerms,
        &[
            ("UserPoolId", Key),
            ("TermsId", Key),
            ("TermsName", Kept),
            ("TermsSource", Kept),
            ("Enforcement", Kept),
            ("Links", Kept),
        ],
    ),
    (
        Operation::UpdateUserAttributes,
        &[("AccessToken", Key), ("UserAttributes", Required), ("ClientMetadata", Act)],
    ),
    (
        Operation::UpdateUserPool,
        &[
            ("UserPoolId", Key),
            ("Policies", Reset),
            ("DeletionProtection", Kept),
            ("LambdaConfig", Reset),
            ("AutoVerifiedAttributes", Reset),
            ("SmsVerificationMessage", Reset),
            ("EmailVerificationMessage", Reset),
            ("EmailVerificationSubject", Reset),
            ("VerificationMessageTemplate", Reset),
            ("SmsAuthenticationMessage", Reset),
            ("UserAttributeUpdateSettings", Reset),
            ("MfaConfiguration", Reset),
            ("DeviceConfiguration", Reset),
            ("EmailConfiguration", Reset),
            ("SmsConfiguration", Reset),
            ("UserPoolTags", Kept),
            ("AdminCreateUserConfig", Reset),
            ("UserPoolAddOns", Reset),
            ("DcrConfiguration", Kept),
            ("AccountRecoverySetting", Reset),
            ("PoolName", Kept),
            ("UserPoolTier", Kept),
            ("KeyConfiguration", Reset),
            ("IssuerConfiguration", Reset),
            ("AcrConfiguration", Reset),
        ],
    ),
    (
        Operation::UpdateUserPoolClient,
        &[
            ("UserPoolId", Key),
            ("ClientId", Key),
            ("ClientName", Kept),
            ("RefreshTokenValidity", Reset),
            ("AccessTokenValidity", Reset),
            ("IdTokenValidity", Reset),
            ("TokenValidityUnits", Reset),
            ("ReadAttributes", Reset),
            ("WriteAttributes", Reset),
            ("ExplicitAuthFlows", Reset),
            ("SupportedIdentityProviders", Reset),
            ("CallbackURLs", Reset),
            ("LogoutURLs", Reset),
            ("DefaultRedirectURI", Reset),
            ("AllowedOAuthFlows", Reset),
            ("AllowedOAuthScopes", Reset),
            ("AllowedOAuthFlowsUserPoolClient", Reset),
            ("AnalyticsConfiguration", Reset),
            ("PreventUserExistenceErrors", Reset),
            ("EnableTokenRevocation", Reset),
            ("EnablePropagateAdditionalUserContextData", Reset),
            ("AuthSessionValidity", Reset),
            ("RefreshTokenRotation", Reset),
        ],
    ),
    (
        Operation::UpdateUserPoolDomain,
        &[
            ("UserPoolId", Key),
            ("Domain", Key),
            ("ManagedLoginVersion", Kept),
            // Custom domains are told by it from prefixes.
            ("CustomDomainConfig", Act),
            ("Routing", Kept),
        ],
    ),
    (Operation::UpdateUserPoolReplica, &[("UserPoolId", Key), ("RegionName", Key), ("Status", Required)]),
];

#[test]
fn every_member_of_an_update_has_its_fate() {
    let updates = |operation: &Operation| {
        let name = operation.name();
        let name = name.strip_prefix("Admin").unwrap_or(name);
        name.starts_with("Update") || name.starts_with("Set")
    };
    let listed: BTreeSet<&str> = FATES.iter().map(|(operation, _)| operation.name()).collect();
    let operations = Operation::ALL.iter().copied().filter(updates);
    assert_eq!(operations.map(Operation::name).collect::<BTreeSet<_>>(), listed);
    for (operation, fates) in FATES {
        let Kind::Structure(members) = operation.input().kind else { panic!("{operation} takes no members") };
        let names: BTreeSet<&str> = members.iter().map(|member| member.name).collect();
        assert_eq!(fates.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), names, "{operation}");
        for member in members {
            let fate = fate(operation, member.name);
            assert!(!member.required || matches!(fate, Key | Required), "{operation} {}", member.name);
            assert!(member.required || fate != Required, "{operation} {}", member.name);
        }
    }
}

pub(super) fn fate(operation: Operation, member: &str) -> Fate {
    let (_, fates) = FATES.iter().find(|(known, _)| *known == operation).unwrap();
    fates.iter().find(|(name, _)| *name == member).unwrap().1
}
