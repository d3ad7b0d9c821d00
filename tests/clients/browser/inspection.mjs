// Every page once: axe finds nothing, nothing is cut off, no text is missing; in light and dark, narrow and wide.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { check, done, equal } from "./told.mjs";

/** Where pictures of the pages go; none are made without it. */
export const FOLDER = process.env.SCENE_SCREENSHOTS;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 740 };
const SCHEMES = ["light", "dark"];
// Beside what axe checks by itself.
const RULES = { "target-size": { enabled: true } };

const inspected = new Set();

/** Looks at a page as it is now, unless one of this name was seen before. What looks is a script. */
export async function inspect(page, name) {
  if (inspected.has(name) || !page.runsScripts) return;
  inspected.add(name);
  await texts(page, name);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await fits(page, `${name} at ${size.width} pixels`);
      if (FOLDER) await picture(page, `${name}-${size.width}-${colorScheme}`);
    }
    await accessible(page, `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDE);
}

/** Tells how much was looked at. */
export function tellInspected(atLeast) {
  check(inspected.size >= atLeast, `only ${inspected.size} pages were looked at: ${[...inspected].join(", ")}`);
  done(`axe finds nothing on ${inspected.size} pages, in light and dark, and nothing is cut off at 360 pixels`);
}

/** Looks at a page in another language: narrow, where long words show. */
export async function glance(page, name) {
  await texts(page, name);
  await page.setViewportSize(NARROW);
  await fits(page, name);
  if (FOLDER) await picture(page, name);
  await page.setViewportSize(WIDE);
}

async function picture(page, name) {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true, animations: "disabled" });
}

async function accessible(page, what) {
  // Not by a script element: the page's own policy forbids scripts of others.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(`${axe.source}; undefined`);
  const { violations, passes } = await page.evaluate((rules) => axe.run(document, { rules }), RULES);
  check(passes.length > 10, `${what}: axe looked at nothing`);
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target}: ${failureSummary}`),
  );
  equal(`${what}: violations`, found, []);
}

/** Nothing goes beyond the edge, and no text is cut. */
async function fits(page, what) {
  const beyond = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isBeyond = (element) => {
      const { left, right, width: own } = element.getBoundingClientRect();
      // What only readers of screens get is one pixel wide.
      return own > 1 && (right > width + 1 || left < -1);
    };
    const isCut = (element) => element.matches("button, a, label, h1, p, summary") && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && getComputedStyle(element).display !== "inline";
    return [...document.body.querySelectorAll("*")].filter((it) => isBeyond(it) || isCut(it)).map((it) => it.outerHTML.slice(0, 120));
  });
  equal(`${what}: beyond the edge`, beyond, []);
}

/** Whatever people read is there. */
async function texts(page, what) {
  const found = await page.evaluate(() => {
    const named = [...document.querySelectorAll("h1, button, a, label, summary, [role=alert]")];
    const empty = named.filter((it) => !it.hidden && it.offsetParent && !it.textContent.trim());
    return { empty: empty.map((it) => it.outerHTML), text: document.body.innerText, title: document.title };
  });
  equal(`${what}: elements without text`, found.empty, []);
  check(found.title.trim(), `${what}: no title`);
  const broken = `${found.title}\n${found.text}`.match(/\{[^}]*\}|undefined|\bnull\b|\bNaN\b|\[object|&[a-z#0-9]+;/);
  check(!broken, `${what}: ${broken} in\n${found.text}`);
}
