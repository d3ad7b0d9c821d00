//! Which authentication flows a client allows: `ALLOW_` names, the older names, and the default of neither.
//!
//! Source: CreateUserPoolClient, `ExplicitAuthFlows`.

use wire::ExplicitAuthFlowsType as Flow;

use super::{ClientContext, ClientError, ClientSettings};
use crate::user_pools::Feature;

impl ClientSettings {
    /// Whether the client allows a flow; an older name asks for the flow that it stands for.
    ///
    /// Rotation of refresh tokens is another question: see [`Self::rotates_refresh_tokens`].
    pub fn allows_auth_flow(&self, flow: Flow) -> bool {
        let flow = current_name(flow);
        let always = [Flow::AllowRefreshTokenAuth, Flow::AllowUserSrpAuth, Flow::AllowCustomAuth];
        let Some(explicit) = &self.explicit_auth_flows else { return always.contains(&flow) };
        let named = explicit.iter().any(|allowed| current_name(*allowed) == flow);
        if !explicit.iter().copied().any(is_legacy) {
            return named;
        }
        // The older names add to what every client could do, except the one that leaves custom authentication alone.
        if explicit.contains(&Flow::CustomAuthFlowOnly) {
            return named || flow == Flow::AllowRefreshTokenAuth;
        }
        named || always.contains(&flow)
    }

    pub(super) fn check_auth_flows(&self, context: &ClientContext<'_>) -> Result<(), ClientError> {
        let Some(flows) = &self.explicit_auth_flows else { return Ok(()) };
        let legacy = flows.iter().filter(|flow| is_legacy(**flow)).count();
        if legacy == flows.len() {
            return Ok(());
        }
        if legacy > 0 {
            return Err(ClientError::setting(
                "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
            ));
        }
        if flows.contains(&Flow::AllowClientTokenAuth) {
            return check_client_token_flow(flows, context.has_secret);
        }
        let refreshes = flows.contains(&Flow::AllowRefreshTokenAuth);
        if self.rotates_refresh_tokens() && refreshes {
            return Err(ClientError::setting(
                "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled together with refresh token rotation.",
            ));
        }
        if !self.rotates_refresh_tokens() && !refreshes {
            return Err(ClientError::setting("REFRESH_TOKEN_AUTH should always be allowed."));
        }
        if flows.contains(&Flow::AllowUserAuth) {
            context.pool.settings.check_available(Feature::ChoiceBasedSignIn)?;
        }
        Ok(())
    }
}

/// A client that gets its own tokens has no users: the flow stands alone. It proves itself by a secret; the text of that is
/// ours.
fn check_client_token_flow(flows: &[Flow], has_secret: bool) -> Result<(), ClientError> {
    if flows.iter().any(|flow| *flow != Flow::AllowClientTokenAuth) {
        return Err(ClientError::setting(
            "ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flow names.",
        ));
    }
    if !has_secret {
        return Err(ClientError::setting("ALLOW_CLIENT_TOKEN_AUTH requires a client secret."));
    }
    Ok(())
}

fn is_legacy(flow: Flow) -> bool {
    flow != current_name(flow)
}

fn current_name(flow: Flow) -> Flow {
    match flow {
        Flow::AdminNoSrpAuth => Flow::AllowAdminUserPasswordAuth,
        Flow::CustomAuthFlowOnly => Flow::AllowCustomAuth,
        Flow::UserPasswordAuth => Flow::AllowUserPasswordAuth,
        Flow::AllowAdminUserPasswordAuth
        | Flow::AllowCustomAuth
        | Flow::AllowUserPasswordAuth
        | Flow::AllowUserSrpAuth
        | Flow::AllowRefreshTokenAuth
        | Flow::AllowUserAuth
        | Flow::AllowTokenExchangeDelegation
        | Flow::AllowTokenExchangeImpersonation
        | Flow::AllowClientTokenAuth => flow,
    }
}
