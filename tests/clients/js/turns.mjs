// fetch for names below `localhost`, which Node.js does not resolve everywhere; requests take turns between the replicas.

import http from "node:http";
import { nextEndpoint } from "./checks.mjs";

/** Follows no redirect. Whatever the URL's host is, it goes into the Host header, and the request to a replica. */
export function fetchByTurns(input, { method = "GET", headers, body } = {}) {
  const { host, pathname, search } = new URL(input);
  const bytes = body instanceof URLSearchParams ? body.toString() : body;
  const type = body instanceof URLSearchParams ? { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" } : {};
  const { hostname, port } = nextEndpoint();
  const options = {
    hostname,
    port,
    agent: false, // a connection that is kept may be closed just when it is used again
    method,
    path: pathname + search,
    headers: { ...type, ...Object.fromEntries(new Headers(headers)), host },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(options, async (answer) => {
      const chunks = await answer.toArray();
      const told = new Headers();
      for (let i = 0; i < answer.rawHeaders.length; i += 2) told.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
      const content = [204, 304].includes(answer.statusCode) ? null : Buffer.concat(chunks);
      resolve(new Response(content, { status: answer.statusCode, headers: told }));
    });
    request.on("error", reject);
    request.end(bytes ?? undefined);
  });
}
