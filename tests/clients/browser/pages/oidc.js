// A page whose library is oidc-client-ts. SETTINGS stands in the page before this script.

import { UserManager } from "oidc-client-ts";

const { authority, client_id, signed_out } = globalThis.SETTINGS;
const users = new UserManager({
  authority,
  client_id,
  redirect_uri: `${location.origin}/oidc`,
  response_type: "code",
  scope: "openid email",
  loadUserInfo: true,
});
const show = (what) => (document.querySelector("output").textContent = JSON.stringify(what));
const on = (id, act) =>
  document.getElementById(id).addEventListener("click", () => act().catch((fault) => show({ fault: fault.message })));

on("sign-in", () => users.signinRedirect({ state: { from: "here" } }));
on("renew", async () => {
  const before = (await users.getUser()).access_token;
  const user = await users.signinSilent();
  show({ renewed: user.access_token !== before, email: user.profile.email });
});
on("revoke", async () => {
  await users.revokeTokens(["refresh_token"]);
  show({ revoked: true });
});
// The service wants names of its own at its end-session endpoint.
on("sign-out", () => users.signoutRedirect({ extraQueryParams: { client_id, logout_uri: signed_out } }));

// In a frame of this same page, where the library asks without a question, it gives no user.
if (new URLSearchParams(location.search).has("state")) {
  users
    .signinCallback()
    .then((user) => user && show({ profile: user.profile, state: user.state, expires_in: user.expires_in }))
    .catch((fault) => show({ fault: fault.message }));
}
