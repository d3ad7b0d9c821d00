//! `cargo xtask coverage`: writes into README.md which operations are built and which are not.
//!
//! What is built is not decided here: a test holds `tests/coverage/not-implemented.txt` against the running server.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::{Outcome, repository};

const BEGIN: &str = "<!-- coverage:begin -->";
const END: &str = "<!-- coverage:end -->";
const NOTE: &str = "<!-- Written by `cargo xtask coverage` from tests/coverage/not-implemented.txt -->";

/// Every operation of the model, under the resource that it is about.
const RESOURCES: [(&str, &[&str]); 19] = [
    (
        "User pools",
        &[
            "CreateUserPool",
            "DescribeUserPool",
            "ListUserPools",
            "UpdateUserPool",
            "DeleteUserPool",
            "AddCustomAttributes",
            "GetUserPoolMfaConfig",
            "SetUserPoolMfaConfig",
            "TagResource",
            "UntagResource",
            "ListTagsForResource",
            "GetSigningCertificate",
            "GetLogDeliveryConfiguration",
            "SetLogDeliveryConfiguration",
            "DescribeRiskConfiguration",
            "SetRiskConfiguration",
            "GetUserPoolSessionConfiguration",
            "SetUserPoolSessionConfiguration",
            "CreateUserPoolReplica",
            "ListUserPoolReplicas",
            "UpdateUserPoolReplica",
            "DeleteUserPoolReplica",
            "GetProvisionedLimit",
            "UpdateProvisionedLimit",
        ],
    ),
    (
        "App clients",
        &[
            "CreateUserPoolClient",
            "DescribeUserPoolClient",
            "ListUserPoolClients",
            "UpdateUserPoolClient",
            "DeleteUserPoolClient",
            "AddUserPoolClientSecret",
            "ListUserPoolClientSecrets",
            "DeleteUserPoolClientSecret",
            "GetUserPoolClientSessionConfiguration",
            "SetUserPoolClientSessionConfiguration",
        ],
    ),
    (
        "Domains",
        &["CreateUserPoolDomain", "DescribeUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain"],
    ),
    (
        "Resource servers",
        &[
            "CreateResourceServer",
            "DescribeResourceServer",
            "ListResourceServers",
            "UpdateResourceServer",
            "DeleteResourceServer",
        ],
    ),
    (
        "Identity providers",
        &[
            "CreateIdentityProvider",
            "DescribeIdentityProvider",
            "GetIdentityProviderByIdentifier",
            "ListIdentityProviders",
            "UpdateIdentityProvider",
            "DeleteIdentityProvider",
            "AdminLinkProviderForUser",
            "AdminDisableProviderForUser",
        ],
    ),
    ("Signing up", &["SignUp", "ConfirmSignUp", "ResendConfirmationCode", "AdminConfirmSignUp"]),
    (
        "Users",
        &[
            "AdminGetUser",
            "ListUsers",
            "AdminDeleteUser",
            "AdminCreateUser",
            "AdminUpdateUserAttributes",
            "AdminDeleteUserAttributes",
            "AdminEnableUser",
            "AdminDisableUser",
            "AdminSetUserSettings",
            "GetUser",
            "UpdateUserAttributes",
            "DeleteUserAttributes",
            "GetUserAttributeVerificationCode",
            "VerifyUserAttribute",
            "SetUserSettings",
            "DeleteUser",
        ],
    ),
    (
        "Passwords",
        &[
            "ForgotPassword",
            "ConfirmForgotPassword",
            "ChangePassword",
            "AdminSetUserPassword",
            "AdminResetUserPassword",
        ],
    ),
    (
        "Signing in",
        &[
            "InitiateAuth",
            "RespondToAuthChallenge",
            "AdminInitiateAuth",
            "AdminRespondToAuthChallenge",
            "GetUserAuthFactors",
            "AdminGetUserAuthFactors",
        ],
    ),
    (
        "Tokens",
        &[
            "GetTokensFromRefreshToken",
            "RevokeToken",
            "GlobalSignOut",
            "AdminUserGlobalSignOut",
            "GetClientToken",
            "GetDerivedToken",
        ],
    ),
    (
        "Sessions",
        &["ListUserSessions", "RevokeUserSession", "AdminListUserSessions", "AdminRevokeUserSession"],
    ),
    (
        "Second factors",
        &[
            "AssociateSoftwareToken",
            "VerifySoftwareToken",
            "AdminDeleteSoftwareToken",
            "SetUserMFAPreference",
            "AdminSetUserMFAPreference",
        ],
    ),
    (
        "Passkeys",
        &[
            "StartWebAuthnRegistration",
            "CompleteWebAuthnRegistration",
            "ListWebAuthnCredentials",
            "DeleteWebAuthnCredential",
        ],
    ),
    (
        "Groups",
        &[
            "CreateGroup",
            "GetGroup",
            "ListGroups",
            "UpdateGroup",
            "DeleteGroup",
            "AdminAddUserToGroup",
            "AdminRemoveUserFromGroup",
            "AdminListGroupsForUser",
            "ListUsersInGroup",
        ],
    ),
    (
        "Devices",
        &[
            "ConfirmDevice",
            "GetDevice",
            "ListDevices",
            "UpdateDeviceStatus",
            "ForgetDevice",
            "AdminGetDevice",
            "AdminListDevices",
            "AdminUpdateDeviceStatus",
            "AdminForgetDevice",
        ],
    ),
    (
        "Sign-in events",
        &["AdminListUserAuthEvents", "UpdateAuthEventFeedback", "AdminUpdateAuthEventFeedback"],
    ),
    (
        "Branding",
        &[
            "CreateManagedLoginBranding",
            "DescribeManagedLoginBranding",
            "DescribeManagedLoginBrandingByClient",
            "UpdateManagedLoginBranding",
            "DeleteManagedLoginBranding",
            "GetUICustomization",
            "SetUICustomization",
        ],
    ),
    (
        "Terms",
        &["CreateTerms", "DescribeTerms", "DescribeTermsByClient", "ListTerms", "UpdateTerms", "DeleteTerms"],
    ),
    (
        "User import",
        &[
            "CreateUserImportJob",
            "DescribeUserImportJob",
            "ListUserImportJobs",
            "StartUserImportJob",
            "StopUserImportJob",
            "GetCSVHeader",
        ],
    ),
];

/// Brings the section of README.md up to date, or with `check` only says whether it is. Fails with a text for the
/// terminal.
pub(crate) fn run(check: bool) -> Outcome {
    let readme = repository().join("README.md");
    let text = read(&readme)?;
    let model = read(&repository().join("model/cognito-idp.json"))?;
    let missing = read(&repository().join("tests/coverage/not-implemented.txt"))?;

    let missing = missing.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let section = section(&operations(&model)?, &missing)?;
    let fresh = with_section(&text, &section).ok_or_else(|| format!("README.md lacks {BEGIN} or {END}"))?;

    if fresh == text {
        return Ok(());
    }
    if check {
        return Err("README.md does not say what is built; run `cargo xtask coverage`".into());
    }
    std::fs::write(&readme, fresh).map_err(|error| format!("{}: {error}", readme.display()).into())
}

fn operations(model: &str) -> Result<BTreeSet<String>, String> {
    let model: Value = serde_json::from_str(model).map_err(|error| format!("cognito-idp.json: {error}"))?;
    let operations = model["operations"].as_object().ok_or("cognito-idp.json has no operations")?;
    Ok(operations.keys().cloned().collect())
}

fn section(operations: &BTreeSet<String>, missing: &BTreeSet<String>) -> Result<String, String> {
    check_resources(operations, missing)?;
    let built = operations.len() - missing.len();
    let mut text = format!(
        "{NOTE}\n\n{built} of the {} operations of the API are built. The other {} answer HTTP 501 with\n\
         `NotImplementedException` and their name.\n\n| About | Built | Not built |\n|---|---|---|\n",
        operations.len(),
        missing.len(),
    );
    for (resource, names) in RESOURCES {
        let (not_built, built): (Vec<&str>, Vec<&str>) =
            names.iter().copied().partition(|name| missing.contains(*name));
        text += &format!("| {resource} | {} | {} |\n", listed(&built), listed(&not_built));
    }
    Ok(text)
}

/// [`RESOURCES`] is written by hand, so that it may forget or repeat an operation.
fn check_resources(operations: &BTreeSet<String>, missing: &BTreeSet<String>) -> Result<(), String> {
    let mut grouped = BTreeSet::new();
    for name in RESOURCES.iter().flat_map(|(_, names)| *names) {
        if !grouped.insert((*name).to_owned()) {
            return Err(format!("coverage.rs names {name} twice"));
        }
    }
    let strays: Vec<&str> = grouped
        .symmetric_difference(operations)
        .chain(missing.difference(operations))
        .map(String::as_str)
        .collect();
    if strays.is_empty() {
        return Ok(());
    }
    Err(format!("not in the model, or not in coverage.rs: {}", strays.join(", ")))
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

fn with_section(text: &str, section: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{section}{END}{after}"))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_is_written() {
        let text = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let fresh = with_section(&text, "new\n").unwrap();
        assert_eq!(fresh, format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert_eq!(with_section(&fresh, "new\n").as_ref(), Some(&fresh));
        assert_eq!(with_section("no markers", "new\n"), None);
    }
}
