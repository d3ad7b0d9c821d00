// An OpenID Connect provider that other companies could run too: `oidc-provider` from npm, with a page that asks who is there.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import http from "node:http";
import { Provider } from "oidc-provider";

const HOUR = 3600;

/** A key that signs, as a JWK. */
function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
}

const page = (title, body) =>
  `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>${body}`;

const question = ({ login_hint = "" }) =>
  page(
    "Partner",
    `<form method="post"><p><label>Subject <input name="subject" value="${login_hint.replace(/[<"&]/g, "")}"></label></p>
    <button name="act" value="Sign in">Sign in</button><button name="act" value="Cancel">Cancel</button></form>`,
  );

export class OidcProvider {
  /** Starts to listen; `port` 0 is any free one. `clients` are as in dynamic registration, `key` is one of an earlier time. */
  static async listen(port, clients, key = newKey()) {
    const provider = new OidcProvider();
    provider.server = http.createServer((request, response) => provider.answer(request, response));
    await new Promise((resolve, reject) => provider.server.on("error", reject).listen(port, "127.0.0.1", resolve));
    provider.server.unref();
    provider.issuer = `http://127.0.0.1:${provider.server.address().port}`;
    provider.clients = clients;
    /** What is known of people, by their subjects: claims. */
    provider.people = new Map();
    provider.open(key);
    return provider;
  }

  /** All anew, as after a restart: sessions are forgotten, and another key signs. */
  restart() {
    this.open(newKey());
  }

  open(key) {
    this.key = key;
    this.provider = new Provider(this.issuer, {
      clients: this.clients.map((client) => ({ token_endpoint_auth_method: "client_secret_post", ...client })),
      jwks: { keys: [key] },
      cookies: { keys: [randomUUID()] },
      ttl: { AccessToken: HOUR, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, Session: HOUR },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "department"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, subject) => ({ accountId: subject, claims: () => ({ sub: subject, ...this.people.get(subject) }) }),
      loadExistingGrant: grant,
    });
    this.provider.on("server_error", (_, error) => console.error(`the OpenID Connect provider: ${error.stack}`));
    this.handle = this.provider.callback();
  }

  async answer(request, response) {
    if (!request.url.startsWith("/interaction/")) return this.handle(request, response);
    if (request.method === "GET") {
      const { params } = await this.provider.interactionDetails(request, response);
      return response.writeHead(200, { "content-type": "text/html;charset=UTF-8" }).end(question(params));
    }
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const said =
      form.get("act") === "Cancel"
        ? { error: "access_denied", error_description: "The person said no" }
        : { login: { accountId: form.get("subject") } };
    await this.provider.interactionFinished(request, response, said);
  }
}

/** What the client asks for it gets: nobody is asked for consent. */
async function grant({ oidc: { client, session, provider, requestParamScopes } }) {
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope([...requestParamScopes].join(" "));
  await grant.save();
  return grant;
}
