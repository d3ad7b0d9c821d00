// The pages in every language that they speak.

import { heading } from "./browser.mjs";
import { glance, inspect } from "./inspection.mjs";
import { check, equal } from "./told.mjs";

const LANGUAGES = ["de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW"];
const PAGES = ["/login", "/signup", "/forgotPassword"];
/** What is the same in several languages: their own names, and a word or two that are. */
const SHARED = /^(Deutsch|English|Español|Français|Bahasa Indonesia|Italiano|日本語|한국어|Nederlands|Português \(Brasil\)|简体中文|繁體中文|Password)$/;

/** What is read on a page, line by line. */
async function read(page) {
  const lang = await page.locator("html").getAttribute("lang");
  const h1 = await page.getByRole("heading", { level: 1 }).innerText();
  const lines = (await page.locator("body").innerText()).split("\n").map((line) => line.trim()).filter(Boolean);
  return { lang, h1, lines, title: await page.title() };
}

/** Every language says everything in its own words. */
export async function everyLanguage(walk, page) {
  const { application, web } = walk;
  for (const path of PAGES) {
    const seen = {};
    for (const lang of LANGUAGES) {
      await page.goto(application.signIn(web, { lang }, path));
      seen[lang] = await read(page);
      equal(`lang of ${path}`, seen[lang].lang, lang);
      await glance(page, `${path.slice(1)}-${lang}`);
    }
    equal(`headings of ${path} that differ`, new Set(Object.values(seen).map(({ h1 }) => h1)).size, LANGUAGES.length);
    for (const lang of LANGUAGES.filter((lang) => lang !== "en")) {
      equal(`lines of ${path} in ${lang}`, seen[lang].lines.length, seen.en.lines.length);
      const english = seen[lang].lines.filter((line) => seen.en.lines.includes(line) && !SHARED.test(line));
      equal(`English in ${path} in ${lang}`, english, []);
    }
  }
}

/** The language of the browser counts, until another is chosen; then that one stays. */
export async function chooseLanguage(walk, page) {
  const { application, web } = walk;
  const own = await page.context().browser().newContext({ locale: "ja-JP" });
  const japanese = await own.newPage();
  await japanese.goto(application.signIn(web));
  equal("of the browser", (await read(japanese)).lang, "ja");
  await own.close();

  await page.goto(application.signIn(web));
  await page.getByText("Language: English").click();
  const offered = page.getByRole("navigation").getByRole("link");
  equal("languages", await offered.evaluateAll((links) => links.map(({ lang }) => lang)), LANGUAGES);
  await inspect(page, "languages");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await heading(page, "Anmelden");
  check(await page.getByText("Sprache: Deutsch").count(), "the language is not told");
  await page.getByRole("link", { name: "Konto erstellen" }).click();
  equal("on the next page", (await read(page)).lang, "de");
  await page.goto(application.signIn(web));
  equal("the next time", (await read(page)).lang, "de");
}
