// A page whose library is Amplify. SETTINGS stands in the page before this script.

import { Amplify } from "aws-amplify";
import { fetchAuthSession, getCurrentUser, signInWithRedirect, signOut } from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { Hub } from "aws-amplify/utils";

const { pool, client, endpoint, domain, signed_out } = globalThis.SETTINGS;
const oauth = {
  domain,
  scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
  redirectSignIn: [`${location.origin}/amplify`],
  redirectSignOut: [signed_out],
  responseType: "code",
};
const show = (what) => (document.querySelector("output").textContent = JSON.stringify(what));
const on = (id, act) =>
  document.getElementById(id).addEventListener("click", () => act().catch((fault) => show({ fault: fault.message })));

Hub.listen("auth", async ({ payload: { event, data } }) => {
  if (event === "signInWithRedirect_failure") show({ fault: data?.error?.message ?? "failure" });
  if (event !== "signInWithRedirect") return;
  const { tokens } = await fetchAuthSession();
  const { username } = await getCurrentUser();
  show({ username, email: tokens.idToken.payload.email, scope: tokens.accessToken.payload.scope });
});
Amplify.configure({
  Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: endpoint, loginWith: { oauth } } },
});

on("sign-in", () => signInWithRedirect());
on("renew", async () => {
  const before = (await fetchAuthSession()).tokens.accessToken.toString();
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  show({ renewed: tokens.accessToken.toString() !== before, email: tokens.idToken.payload.email });
});
on("sign-out", () => signOut());
