// The application that people sign in to: it sends them to the domain, and fetches tokens for the code they come back with.
// No framework, one page for each outcome, plain enough for a reader of screens.

import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { check, nextEndpoint } from "../js/checks.mjs";
import { fetchByTurns } from "../js/turns.mjs";
import { claimsOf } from "../js/verifiers.mjs";

const page = (title, body = "") =>
  `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>${body}`;

export class Application {
  constructor(port) {
    this.origin = `http://localhost:${port}`;
    this.callback = `${this.origin}/callback`;
    this.signedOut = `${this.origin}/signed-out`;
    /** What the pages of libraries load, by path: HTML or a script. */
    this.files = new Map();
    this.asked = new Map();
    this.received = new Map();
  }

  /** Starts to listen; `port` 0 is any free one. */
  static async listen(port) {
    const server = http.createServer((request, response) => application.answer(request, response));
    const application = new Application(await listening(server, port));
    return application;
  }

  /** The URL that a link of the application leads to. `more` are further parameters of the request. */
  signIn({ url, client, scope = "openid email profile" }, more = {}, path = "/oauth2/authorize") {
    const [state, nonce, verifier] = [random(), random(), random()];
    this.asked.set(state, { url, client, nonce, verifier });
    const query = new URLSearchParams({
      client_id: client,
      redirect_uri: this.callback,
      response_type: "code",
      scope,
      state,
      nonce,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...more,
    });
    return `${url}${path}?${query}`;
  }

  /** From here on it takes a code that nobody asked for, for this client: from whom a provider sends unasked. */
  expectUnasked({ url, client }) {
    this.asked.set(null, { url, client });
  }

  /** Where a person signs out. */
  signOut({ url, client }) {
    return `${url}/logout?${new URLSearchParams({ client_id: client, logout_uri: this.signedOut })}`;
  }

  /** What came back with a browser that is at the application again: claims and tokens. */
  receivedBy(page) {
    return this.received.get(new URL(page.url()).searchParams.get("state"));
  }

  async answer(request, response) {
    const url = new URL(request.url, this.origin);
    const tell = (status, type, text) => response.writeHead(status, { "content-type": `${type};charset=UTF-8` }).end(text);
    const file = this.files.get(url.pathname);
    if (file) return tell(200, file.type, file.text);
    if (url.pathname === "/signed-out") return tell(200, "text/html", page("Good bye"));
    if (url.pathname !== "/callback") return tell(404, "text/html", page("Nothing here"));
    try {
      tell(200, "text/html", await this.comeBack(url.searchParams));
    } catch (problem) {
      tell(500, "text/html", page("Fault in the application", `<pre>${problem.message}</pre>`));
    }
  }

  async comeBack(query) {
    const state = query.get("state");
    // A page of the domain that leads here without an answer, such as "Not now".
    if (!query.has("code") && !query.has("error")) return page("Application");
    const asked = this.asked.get(state);
    check(asked, `nobody asked with the state ${state}`);
    if (query.has("error")) return page(`Refused: ${query.get("error")}`);
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: asked.client,
      code: query.get("code"),
      redirect_uri: this.callback,
      ...(asked.verifier && { code_verifier: asked.verifier }),
    });
    const answer = await fetchByTurns(`${asked.url}/oauth2/token`, { method: "POST", body });
    const tokens = await answer.json();
    check(answer.ok, `the token endpoint says ${answer.status} ${JSON.stringify(tokens)}`);
    const claims = claimsOf(tokens.id_token);
    // Who comes unasked has one that the pool made up.
    check(!asked.nonce || claims.nonce === asked.nonce, "the nonce is another one");
    this.received.set(state, { tokens, claims });
    return page("Signed in", `<p>Hello, <output>${claims["cognito:username"]}</output></p>`);
  }
}

/** In front of the replicas: every request goes to the next one. Browsers find all of them at one address. */
export async function balancer(port) {
  const server = http.createServer((request, response) => {
    const { hostname, port } = nextEndpoint();
    const { method, url: path, headers } = request;
    const onward = http.request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  return listening(server, port);
}

/** The same by TLS, which ends at the replicas: every connection goes to the next one. */
export async function tlsBalancer() {
  const replicas = process.env.POOLHOUSE_TLS_ENDPOINT.split(",").map((url) => new URL(url));
  let turn = 0;
  const server = net.createServer((socket) => {
    const { hostname, port } = replicas[turn++ % replicas.length];
    const onward = net.connect(Number(port), hostname);
    socket.pipe(onward).pipe(socket);
    for (const [one, other] of [[socket, onward], [onward, socket]]) one.on("error", () => other.destroy());
  });
  return listening(server, 0);
}

async function listening(server, port) {
  await new Promise((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", resolve));
  // Nothing waits for a browser that keeps its connection.
  server.unref();
  return server.address().port;
}

const random = () => randomBytes(32).toString("base64url");
