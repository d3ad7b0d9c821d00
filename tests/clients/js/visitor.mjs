// A browser without a screen: cookies, redirects within a domain, and forms as they stand in the page.

import { check } from "./checks.mjs";
import { fetchByTurns } from "./turns.mjs";

export class Visitor {
  /** `cookies`: those of an earlier visitor. */
  constructor(cookies = {}) {
    this.cookies = cookies;
  }

  /** The page that a URL leads to, or the URL outside the domain to which it leads: the application's. */
  async open(url, options = {}) {
    const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...options.headers, ...(cookie && { cookie }) };
    const answer = await fetchByTurns(url, { ...options, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split("; ");
      const [name, value] = pair.split(/=(.*)/s);
      if (attributes.includes("Max-Age=0")) delete this.cookies[name];
      else this.cookies[name] = value;
    }
    const location = answer.headers.get("location");
    if (!location) return { url, status: answer.status, text: await answer.text() };
    const next = new URL(location, url);
    return next.host === new URL(url).host ? this.open(next) : { left: next };
  }

  /** Sends the page's form with these fields filled in. */
  async send({ url, text }, fields) {
    const [, action] = text.match(/<form method="post" action="([^"]*)"/) ?? [];
    const [, csrf] = text.match(/name="_csrf" value="([^"]*)"/) ?? [];
    check(action !== undefined && csrf, `a page without a form: ${text}`);
    const to = new URL(action.replaceAll("&#38;", "&").replaceAll("&amp;", "&"), url);
    return this.open(to, {
      method: "POST",
      headers: { origin: to.origin },
      body: new URLSearchParams({ _csrf: csrf, ...fields }),
    });
  }
}
