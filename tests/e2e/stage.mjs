// Sets the stage for a visit: the demo site as `make demo` lays it out, a browser, a collector for each test, and what a test asks of the
// page. It does not know what is tested.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium as installed } from "../../pkg-config/tools/need.mjs";
import { root, run, target } from "../../pkg-config/tools/steps.mjs";
import { startCollector } from "./collector.mjs";

const require = createRequire(join(root, "pkg-config/package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(target, "screenshots");

/** The longest that anything may take on a busy machine, in milliseconds. Nothing waits for it to pass. */
const PATIENCE = 60_000;

/** Every page of the site on which visits are scored. */
export const PAGES = [
  "/", "/product/", "/pricing/", "/shop/", "/cart/", "/contact/", "/careers/", "/privacy/", "/resources/",
  "/resources/how-much-air/", "/resources/five-minutes/", "/resources/what-we-do-not-measure/", "/resources/fresh-air-at-work.html",
  "/blog/", "/blog/the-meeting-that-moved/", "/blog/four-weeks-of-one-window/", "/blog/why-the-letter-is-weekly/", "/webinar/", "/newsletter/", "/trial/",
  "/careers/firmware-engineer/", "/careers/customer-support/", "/strict/",
];

/** The page whose policy forbids WebAssembly. */
export const UNSCORED = "/strict/without-wasm/";

let browser;
before(async () => {
  await run(process.execPath, [join(root, "pkg-config/tools/site.mjs")]);
  mkdirSync(pictures, { recursive: true });
  const { browser: executablePath } = await installed();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"] });
});
after(() => browser?.close());

/** A test with a collector and a browser profile of its own. `expected` may be on the console, nothing else; the other options are Playwright's for a context. */
export function scene(name, { expected, ...options }, play) {
  test(name, { timeout: 4 * PATIENCE }, async () => {
    const collector = await startCollector();
    const context = await browser.newContext({ baseURL: collector.address, viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
    context.setDefaultTimeout(PATIENCE);
    const complaints = [];
    context.on("weberror", (error) => complaints.push(String(error.error())));
    // A network that is gone is reported by the browser itself; everything else on the console is our fault.
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !message.text().includes("net::ERR_") && !expected?.test(message.text())) complaints.push(message.text());
    });
    try {
      await play({ context, collector, posted: listen(context) });
      assert.deepEqual(complaints, [], "the console is silent");
    } catch (error) {
      for (const [index, page] of context.pages().entries()) await page.screenshot({ path: join(pictures, `failed-${name.replace(/\W+/g, "-")}-${index}.png`) }).catch(() => {});
      throw error;
    } finally {
      await context.close();
      await collector.end();
    }
  });
}

/** The requests to the collector's batch address, as they go out. */
function listen(context) {
  const posted = [];
  context.on("request", (request) => { if (new URL(request.url()).pathname === "/v1/batch") posted.push(request); });
  return posted;
}

/** Opens a page and waits until the visit is being scored. */
export async function open(context, path = "/") {
  const page = await context.newPage();
  await page.goto(path);
  await state(page);
  return page;
}

/** What the tab says: the client's own account, once it is running. */
export async function state(page) {
  const said = await page.evaluate(async () => {
    const client = await (await import("/js/lead.js")).loaded;
    const { status, error, visitor, assessment, consentGiven, queue } = client;
    return { status, error: error && `${error.code}: ${error.message}`, visitor, assessment, consentGiven, queue };
  });
  assert.deepEqual([said.status, said.error], ["running", null]);
  return said;
}

/** The visitor's events that the browser has stored, and those of them that wait to be sent. */
export function stored(page) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("warmlead");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const names = ["history", "waiting"];
      const transaction = opening.result.transaction(names);
      const [history, waiting] = names.map((name) => transaction.objectStore(name).getAll());
      transaction.oncomplete = () => {
        opening.result.close();
        resolve({ history: history.result.map(({ event }) => event), waiting: waiting.result.map(({ event }) => event) });
      };
    };
  }));
}

/** Everything that the browser keeps for the site. */
export async function kept(page) {
  const here = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    caches: await caches.keys(),
  }));
  return { ...here, cookies: await page.context().cookies() };
}

export const NOTHING = { databases: [], local: [], session: [], caches: [], cookies: [] };

/** Waits until `claim` no longer throws; its last error is told if that never comes. Gives back what `claim` does. */
export async function eventually(claim, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await claim();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resume) => setTimeout(resume, 150));
  }
}

/** Waits until the collector has acknowledged everything; what the tab says then. */
export function drained(page) {
  return eventually(async () => {
    const said = await state(page);
    assert.equal(said.queue.waiting, 0, `${said.queue.waiting} events wait`);
    assert.ok(said.queue.acknowledged > 0, "nothing was sent");
    return said;
  });
}

/** Moves to a page of the site by `act`, and stays long enough to be seen there. */
export async function arrive(page, path, act) {
  const before = (await state(page)).assessment.events;
  await act();
  await page.waitForURL(`**${path}`);
  await eventually(async () => assert.ok((await state(page)).assessment.events > before, `the view of ${path} is not recorded`));
}

/** Follows a link of the site's header. */
export async function visit(page, name) {
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
  await arrive(page, await link.getAttribute("href"), () => link.click());
}

/** Reads a guide. */
export async function read(page, guide) {
  if (!page.url().endsWith("/resources/")) await visit(page, "Guides");
  await arrive(page, `/resources/${guide}/`, () => page.getByRole("main").locator(`h3 a[href="/resources/${guide}/"]`).click());
}

/** A button of the bar that asks for consent: "Accept" or "Decline". */
export const choice = (page, name) => page.getByRole("region", { name: "Privacy choice" }).getByRole("button", { name });

/** The button that puts a product into the cart. */
export const product = (page, name) => page.getByRole("button", { name: new RegExp(`Add to cart.*${name}`) });

/** Keeps a picture of the window, or with `fullPage` of the whole page. */
export async function picture(page, name, options = {}) {
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", ...options });
}

/** What axe finds wrong with the page, as short lines. */
export async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // What is still fading in has not the contrast that it will have.
    const roots = [document, ...[...document.querySelectorAll("*")].map((host) => host.shadowRoot).filter(Boolean)];
    const passing = roots.flatMap((root) => root.getAnimations()).filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.all(passing.map((animation) => animation.finished.catch(() => {})));
    const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help} (${node.target.flat().join(" ")})`));
  });
}
