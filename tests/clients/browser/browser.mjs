// Chromium, and what a person does with it. Nothing here knows a page.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { nextEndpoint } from "../js/checks.mjs";
import { FOLDER } from "./inspection.mjs";
import { check, equal } from "./told.mjs";

const PATIENCE = 10_000;

// Nothing goes out to the network, and root may start it.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Browser {
  static async launch() {
    const browser = new Browser();
    const home = mkdtempSync(join(tmpdir(), "poolhouse-browser-"));
    process.on("exit", () => rmSync(home, { recursive: true, force: true }));
    await trust(home);
    const env = { ...process.env, HOME: home };
    browser.chromium = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS, env });
    browser.faults = [];
    return browser;
  }

  /** Plays a scene for a person with a browser of their own. A failure tells where it was. */
  async play(scene, walk, person, options) {
    const page = await this.visitor(options);
    try {
      return await scene(walk, page, person);
    } catch (error) {
      const where = `in ${scene.name || "a scene"} at ${page.url()}`;
      if (FOLDER) await page.screenshot({ path: join(FOLDER, "failed.png"), fullPage: true });
      error.message += `\n${where}`;
      throw error;
    } finally {
      await page.context().close();
    }
  }

  /** A page of a person with a browser of their own: no cookies of others. */
  async visitor(options = {}) {
    const context = await this.chromium.newContext({ locale: "en-US", ...options });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.runsScripts = options.javaScriptEnabled !== false;
    page.on("pageerror", (error) => this.faults.push(`${page.url()}: ${error}`));
    page.on("console", (message) => this.hear(page, message));
    return page;
  }

  /** What the browser complains of. That a page as such has the status of an error is no fault. */
  hear(page, message) {
    const { url } = message.location();
    if (message.type() === "error" && url !== page.url()) this.faults.push(`${page.url()}: ${message.text()} ${url}`);
  }

  async close() {
    await this.chromium.close();
    equal("what the browser complained of", this.faults, []);
  }
}

/** Imports the CA of the server, as a person does who works with it: into the authorities of browsers. */
async function trust(home) {
  const authority = join(home, "ca.pem");
  writeFileSync(authority, await (await fetch(new URL("/_poolhouse/ca.pem", nextEndpoint()))).text());
  const folder = join(home, ".pki/nssdb");
  mkdirSync(folder, { recursive: true });
  const certutil = (...words) => execFileSync("certutil", ["-d", `sql:${folder}`, ...words]);
  certutil("-N", "--empty-password");
  certutil("-A", "-t", "C,,", "-n", "Poolhouse", "-i", authority);
}

/** What a page is called, once it is there. */
export async function heading(page, text) {
  try {
    await page.getByRole("heading", { level: 1, name: text, exact: true }).waitFor();
  } catch {
    const seen = await page.locator("body").innerText();
    check(false, `no page "${text}", but ${page.url()}\n${seen}`);
  }
}

export const fill = (page, label, text) => page.getByLabel(label, { exact: true }).fill(text);

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

export const follow = (page, name) => page.getByRole("link", { name, exact: true }).click();

/** What went wrong, as it is told: seen, announced, and with the focus where it can be put right. */
export async function told(page, text, field) {
  const alert = page.getByRole("alert");
  await alert.waitFor();
  equal("what is told", await alert.innerText(), text);
  const focused = page.locator(":focus");
  if (field === undefined) {
    equal("what has the focus", await focused.getAttribute("role"), "alert");
    return;
  }
  const input = page.getByLabel(field, { exact: true });
  equal("what has the focus", await focused.getAttribute("id"), await input.getAttribute("id"));
  equal(`${field} is marked`, await input.getAttribute("aria-invalid"), "true");
  const described = (await input.getAttribute("aria-describedby"))?.split(" ") ?? [];
  check(described.includes(await alert.getAttribute("id")), `${field} is not described by what is told`);
}

/** What went well, as it is told. */
export const status = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();
