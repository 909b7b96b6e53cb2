// The demo site in a browser, without Warmlead: a stand-in records what the site would record. Navigation, forms, cart, planner, consent,
// accessibility, small screens, no scripts, and a site whose client cannot be loaded. The real client on this site is tests/e2e/'s matter.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium as installed } from "../../pkg-config/tools/need.mjs";

const require = createRequire(new URL("../../pkg-config/package.json", import.meta.url));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const www = fileURLToPath(new URL("../../www/", import.meta.url));
const client = readFileSync(new URL("client.js", import.meta.url), "utf8");
const SITE = "https://roomlark.example";
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const PAGES = ["/", "/product/", "/pricing/", "/shop/", "/cart/", "/resources/", "/resources/how-much-air/", "/resources/five-minutes/",
  "/resources/what-we-do-not-measure/", "/resources/fresh-air-at-work.html", "/blog/", "/blog/the-meeting-that-moved/", "/blog/four-weeks-of-one-window/",
  "/blog/why-the-letter-is-weekly/", "/webinar/", "/newsletter/", "/trial/", "/contact/", "/careers/", "/careers/firmware-engineer/",
  "/careers/customer-support/", "/privacy/", "/strict/", "/strict/without-wasm/"];

let browser;
before(async () => {
  const { browser: executablePath } = await installed();
  browser = await require("playwright-core").chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
});
after(() => browser?.close());

/** A fresh visitor on a page. `client: false` is a site whose client cannot be loaded; `setUp` is done before the page is there. */
async function visit(path, { client: there = true, setUp, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  await context.route("**", serve(there));
  await setUp?.(page);
  await page.goto(SITE + path);
  await alive(page);
  return page;
}

/** Waits until the page's scripts have done their work. */
const alive = (page) => page.waitForFunction(() => document.querySelector("footer fieldset")?.disabled !== true);

/** Answers a request from the folder of the site; `there`: with the stand-in for the client. */
const serve = (there) => (route) => {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/warmlead/browser.js" && there) return route.fulfill({ contentType: "text/javascript", body: client });
  let file = join(www, pathname);
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
  if (!existsSync(file)) return route.fulfill({ status: 404, contentType: "text/html", body: "Not found" });
  route.fulfill({ contentType: TYPES[extname(file)], headers: { "content-security-policy": POLICY }, body: readFileSync(file) });
};

/** Follows a link and waits until the page is there. */
async function follow(page, selector, heading) {
  await page.click(selector);
  await page.waitForFunction((text) => document.querySelector("h1")?.textContent === text, heading);
}

/** What was recorded: types, or all of one type. */
const recorded = (page, type) => page.evaluate((wanted) => {
  const events = globalThis.recorded ?? [];
  return wanted ? events.filter((event) => event.type === wanted) : events.map((event) => event.type);
}, type);

/** Controls of less than 44 px, links within a sentence aside, which the guidelines exempt. */
function small() {
  const found = [];
  for (const control of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    const { width, height } = control.matches("[type=radio], [type=checkbox]") ? control.closest("label").getBoundingClientRect() : control.getBoundingClientRect();
    const inText = control.matches("a") && getComputedStyle(control).display === "inline";
    if (control.checkVisibility() && !control.matches(".skip") && !inText && (width < 43.9 || height < 43.9)) found.push(`${control.outerHTML.slice(0, 80)}: ${width} × ${height}`);
  }
  return found;
}

const EVERYTHING = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
for (const [name, runOnly, options] of [
  ["a wide light screen", EVERYTHING, {}],
  ["a dark screen", { type: "rule", values: ["color-contrast"] }, { colorScheme: "dark" }],
  ["a phone of 320 px", { type: "rule", values: ["target-size", "scrollable-region-focusable", "color-contrast"] }, { viewport: { width: 320, height: 640 } }],
]) {
  test(`on ${name} no page has an accessibility problem or a sideways scroll`, async () => {
    const page = await visit("/", { ...options, bypassCSP: true });
    for (const path of PAGES) {
      await page.goto(SITE + path);
      await alive(page);
      await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is too wide`);
      if (options.viewport) assert.deepEqual(await page.evaluate(small), [], `${path}: too small to be touched`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), runOnly);
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`), [], path);
      assert.deepEqual(page.errors, [], path);
    }
    await page.context().close();
  });
}

test("links swap the page without a reload, with address, title, focus and position as a browser would leave them", async () => {
  const page = await visit("/");
  await page.evaluate(() => { globalThis.same = true; scrollTo(0, 600); });
  await page.waitForTimeout(300);
  await page.evaluate(() => document.querySelector('#try a[href="/pricing/"]').click());
  await page.waitForURL("**/pricing/");
  const state = () => page.evaluate(() => ({
    title: document.title, focus: document.activeElement.tagName, top: Math.round(scrollY),
    here: [...document.querySelectorAll("header [aria-current]")].map((link) => link.textContent.trim()), same: globalThis.same,
  }));
  await page.waitForFunction(() => document.title.startsWith("Pricing"));
  assert.deepEqual(await state(), { title: "Pricing: Roomlark", focus: "H1", top: 0, here: ["Pricing"], same: true });
  await page.goBack();
  await page.waitForFunction(() => document.title.startsWith("Roomlark"));
  assert.deepEqual(await state(), { title: "Roomlark: know when a room runs out of air", focus: "H1", top: 600, here: ["Roomlark"], same: true });
  await page.goForward();
  await page.waitForFunction(() => document.title.startsWith("Pricing"));
  await follow(page, 'header a[href="/contact/"]', "Ask a person");
  assert.deepEqual(page.errors, []);
});

test("a page that is not there, and a click with a modifier, are left to the browser", async () => {
  const page = await visit("/");
  await page.evaluate(() => { globalThis.same = true; document.querySelector("main a").href = "/gone/"; });
  await page.click("main a");
  await page.waitForURL("**/gone/");
  assert.equal(await page.evaluate(() => globalThis.same), undefined);
  const other = await visit("/");
  const [tab] = await Promise.all([other.context().waitForEvent("page"), other.click('header a[href="/shop/"]', { modifiers: ["Control"] })]);
  await tab.waitForLoadState();
  assert.equal(new URL(other.url()).pathname, "/");
});

test("an arrival from an ad is recorded, and only that", async () => {
  const ad = await visit("/?utm_source=google&utm_medium=cpc&utm_campaign=fresh-air");
  assert.deepEqual((await recorded(ad, "ad_click")).map(({ properties }) => properties), [{ source: "google", campaign: "fresh-air" }]);
  assert.deepEqual(await recorded(await visit("/?utm_source=x&utm_medium=email"), "ad_click"), []);
});

test("nothing is stored before and without consent; with it the cart outlasts a reload; taken back, it is wiped", async () => {
  const page = await visit("/shop/");
  const stored = () => page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]);
  await page.click("[data-add=kit]");
  assert.deepEqual(await stored(), [0, 0, ""]);
  await page.click("[data-consent] [data-consent-choice=decline]");
  assert.ok(await page.isHidden("[data-consent]"));
  await page.click("[data-add=kit]");
  assert.deepEqual(await stored(), [0, 0, ""]);
  await page.click("[data-privacy-choices]");
  await page.click("[data-consent] [data-consent-choice=accept]");
  assert.equal((await stored())[0], 1);
  await page.reload();
  assert.equal(await page.textContent("[data-cart-count]"), "2");
  await follow(page, 'footer a[href="/privacy/"]', "What happens to your visit");
  await page.click("main [data-consent-choice=decline]");
  assert.match(await page.textContent("[data-consent-state]"), /declined/);
  assert.deepEqual(await stored(), [0, 0, ""]);
  const choices = (await recorded(page, "consent")).map(({ properties }) => properties);
  assert.deepEqual(choices, [{ analytics: false, marketing: false }]);
});

test("the cart adds, takes away, sums up and orders, and says with each step what it has recorded", async () => {
  const page = await visit("/shop/");
  for (const item of ["kit", "kit", "sensor"]) await page.click(`[data-add=${item}]`);
  assert.equal(await page.textContent("[data-cart-said]"), "Room sensor is in the cart. 3 in all, €1,587.");
  await follow(page, ".cart-link", "Your cart");
  await page.click('[aria-label="One fewer: One-floor kit"]');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Remove: One-floor kit");
  await page.click('[aria-label="Remove: Room sensor"]');
  assert.equal(await page.textContent("[data-cart-grand]"), "€749");
  await page.fill("#order-email", "kim@acme.example");
  await page.fill("#order-company", "Acme");
  await page.fill("#order-size", "140");
  await page.selectOption("#order-country", "DE");
  await page.click("[data-form=order] .button");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Thank you");
  assert.equal(await page.textContent("[data-cart-count]"), "");
  assert.deepEqual((await recorded(page, "add_to_cart")).map(({ properties: { item, value, cart_size } }) => [item, value, cart_size]), [["kit", 749, 1], ["kit", 749, 2], ["sensor", 89, 3]]);
  assert.deepEqual((await recorded(page, "remove_from_cart")).map(({ properties: { item, value, cart_size } }) => [item, value, cart_size]), [["kit", 749, 2], ["sensor", 89, 1]]);
  assert.deepEqual((await recorded(page, "form_submit"))[0].traits, { email: "kim@acme.example", company: { name: "Acme", size: 140 }, country: "DE" });
  assert.equal((await recorded(page, "purchase"))[0].properties.value, 749);
  const types = await recorded(page);
  for (const type of ["view_cart", "form_start", "begin_checkout"]) assert.equal(types.filter((other) => other === type).length, 1, type);
});

test("a form says in place what is wrong, takes it back when it is mended, and sends nothing before", async () => {
  const page = await visit("/contact/");
  await page.fill("#contact-email", "kim");
  await page.click("[data-form=contact] .button");
  assert.equal(await page.evaluate(() => document.activeElement.id), "contact-name");
  assert.equal(await page.textContent("#contact-email-error"), "This should look like name@company.com.");
  assert.equal(await page.getAttribute("#contact-email", "aria-describedby"), "contact-email-error");
  await page.fill("#contact-email", "kim@acme.example");
  assert.equal(await page.textContent("#contact-email-error"), "");
  assert.deepEqual(await recorded(page, "form_submit"), []);
  await page.fill("#contact-name", "Kim");
  await page.fill("#contact-company", "Acme");
  await page.fill("#contact-site", "https://www.Acme.example/about");
  await page.fill("#contact-size", "0");
  await page.fill("#contact-message", "How much for 40 rooms?");
  await page.click("[data-form=contact] .button");
  assert.equal(await page.textContent("#contact-size-error"), "This should be a whole number, 1 or more.");
  await page.fill("#contact-size", "140");
  await page.click("[data-form=contact] .button");
  const [{ properties, traits }] = await recorded(page, "form_submit");
  assert.deepEqual(traits, { name: "Kim", email: "kim@acme.example", company: { name: "Acme", domain: "acme.example", size: 140 } });
  assert.deepEqual(properties, { form: "contact", topic: "sales", message: "How much for 40 rooms?" });
  assert.deepEqual((await recorded(page, "contact_request"))[0].properties, properties);
});

test("the guide comes after its form, and its download is recorded", async () => {
  const page = await visit("/resources/");
  await page.fill("#ebook-email", "kim@acme.example");
  await page.selectOption("#ebook-role", "Facilities");
  await page.selectOption("#ebook-country", "DE");
  await page.keyboard.press("Tab");
  await page.focus("[data-form=ebook] .button");
  await page.keyboard.press("Enter");
  const [guide] = await Promise.all([page.context().waitForEvent("page"), page.click("[data-download]")]);
  await guide.waitForLoadState();
  assert.equal(await guide.title(), "Fresh air at work");
  assert.equal((await recorded(page, "file_download"))[0].properties.file, "fresh-air-at-work");
  await page.bringToFront();
  await follow(page, 'header a[href="/contact/"]', "Ask a person");
  assert.equal(await page.inputValue("#contact-email"), "kim@acme.example", "nobody writes twice what they have said");
});

test("the planner works by keyboard, and records each part that is tried once", async () => {
  const page = await visit("/product/");
  const verdict = () => page.textContent("[data-verdict]");
  assert.match(await verdict(), /^5 people sit in stale air for 4 h 43 min, first at 9:17/);
  await page.focus("#people");
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowLeft");
  assert.match(await verdict(), /^One person sits/);
  await page.focus("[data-hour='9']");
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await page.focus("[name=room]:checked");
  await page.keyboard.press("ArrowDown");
  assert.match(await verdict(), /^26 people/);
  await page.focus("[data-advice-try]");
  await page.keyboard.press("Enter");
  assert.match(await verdict(), /good air all day/);
  assert.ok(await page.evaluate(() => document.activeElement !== document.body), "focus stays in the planner");
  assert.deepEqual((await recorded(page, "demo_use")).map(({ properties }) => properties.feature), ["people", "day", "room", "advice"]);
});

test("the site works when the client cannot be loaded", async () => {
  const page = await visit("/shop/", { client: false });
  await page.click("[data-add=sensor]");
  await follow(page, ".cart-link", "Your cart");
  assert.equal(await page.textContent("[data-cart-grand]"), "€89");
  await page.fill("#newsletter-email", "kim@acme.example");
  await page.click("footer [data-form=newsletter] .button");
  assert.match(await page.textContent("footer .done"), /^Thank you/);
  assert.ok(await page.isHidden("[data-consent]") && await page.isHidden("[data-panel]") && await page.isHidden("[data-score]"));
});

for (const [name, viewport] of [["a wide screen", { width: 1280, height: 800 }], ["a phone of 320 px", { width: 320, height: 640 }]]) {
  test(`without JavaScript, on ${name}, the pages can be reached, and every form says what to do instead`, async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport });
    const page = await context.newPage();
    await context.route("**", serve(true));
    await page.goto(`${SITE}/`);
    if (viewport.width < 400) await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Contact" }).click();
    assert.equal(await page.textContent("h1"), "Ask a person");
    for (const path of PAGES.filter((path) => path.endsWith("/"))) {
      await page.goto(SITE + path);
      const forms = await page.locator("form[data-form]").all();
      for (const form of forms) {
        if (!(await form.isVisible())) continue;
        assert.ok(await form.getByRole("button").last().isDisabled(), `${path}: a button that does nothing`);
        assert.match(await form.locator("xpath=..").innerText(), /JavaScript. Without it, write to/, path);
      }
      assert.equal(await page.locator("main button:enabled:visible, main input:enabled:visible").count(), 0, `${path}: controls without a script are out of use`);
    }
    await context.close();
  });
}

test("on a phone the menu is a popover: it takes focus in order, Esc closes it, and a link leads on and closes it", async () => {
  const page = await visit("/", { viewport: { width: 320, height: 640 } });
  const menu = page.getByRole("navigation", { name: "Main" });
  assert.equal(await menu.isVisible(), false);
  await page.getByRole("button", { name: "Menu" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await menu.isVisible(), true);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`), []);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Close");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Product");
  await page.keyboard.press("Escape");
  assert.equal(await menu.isVisible(), false);
  assert.equal(await focused(), "Menu");
  await page.getByRole("button", { name: "Menu" }).click();
  await menu.getByRole("link", { name: "Webinar" }).click();
  await page.waitForFunction(() => document.querySelector("h1").textContent === "One hour, one floor plan");
  assert.equal(await menu.isVisible(), false);
  assert.deepEqual(page.errors, []);
});

test("a full cart still fits into the header of a phone", async () => {
  const page = await visit("/shop/", { viewport: { width: 320, height: 640 } });
  for (let count = 0; count < 12; count++) await page.click("[data-add=kit]");
  assert.equal(await page.textContent("[data-cart-count]"), "12");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320));
});

test("the trial begins with its form, is used, shared and ended, and records each", async () => {
  const page = await visit("/trial/");
  await page.fill("#trial-email", "kim@acme.example");
  await page.fill("#trial-company", "Acme");
  await page.click("[data-form=trial] .button");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Your trial has begun");
  await page.fill("#room-name", "Fir");
  await page.fill("#room-volume", "30");
  await page.fill("#room-people", "10");
  await page.keyboard.press("Enter");
  assert.match(await page.textContent("[data-trial-rooms]"), /Fir/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "room-name");
  await page.click("[data-trial-write]");
  assert.match(await page.textContent("[data-trial-letter]"), /^From: Roomlark. Subject: your floor this weekFir is the room to look at: with 10 people in it, its air is stale after 6 minutes/);
  // What was begun is still there after a look elsewhere.
  await follow(page, 'header a[href="/pricing/"]', "A price per room, and no call to hear it");
  await follow(page, 'footer a[href="/trial/"]', "Fourteen days with your own rooms");
  assert.ok(await page.isHidden("#trial-email"));
  assert.match(await page.textContent("[data-trial-rooms]"), /Fir/);
  await page.fill("#invite-email", "sam@acme.example");
  await page.click("[data-trial-invite] .button");
  assert.match(await page.textContent("[data-trial-invite]"), /^Invited/);
  await page.click("[data-trial-end]");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "The trial is over");
  const types = (await recorded(page)).filter((type) => type !== "form_start");
  assert.deepEqual(types, ["form_submit", "trial_start", "demo_use", "demo_use", "invite_sent", "trial_end"]);
  assert.deepEqual((await recorded(page, "demo_use")).map(({ properties }) => properties.feature), ["trial-room", "trial-letter"]);
  assert.ok(!JSON.stringify(await page.evaluate(() => globalThis.recorded)).includes("sam@"), "the colleague has agreed to nothing");
  assert.deepEqual(page.errors, []);
});

test("whoever has registered for the webinar may attend it", async () => {
  const page = await visit("/webinar/");
  await page.fill("#webinar-name", "Kim");
  await page.fill("#webinar-email", "kim@acme.example");
  await page.selectOption("#webinar-role", "Facilities");
  assert.ok(await page.isHidden("[data-talk]"));
  await page.click("[data-form=webinar] .button");
  assert.deepEqual(await recorded(page, "webinar_attend"), []);
  await page.click("[data-attend]");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "You are in the room");
  assert.deepEqual((await recorded(page, "webinar_attend")).map(({ properties }) => properties), [{ webinar: "one-floor-plan" }]);
});

test("the letter is ordered and cancelled, and a link in it counts as a click in an e-mail", async () => {
  const page = await visit("/newsletter/");
  await page.fill("#letter-email", "kim@acme.example");
  await page.click("main [data-form=newsletter] .button");
  assert.equal((await recorded(page, "newsletter_subscribe")).length, 1);
  await page.click("[data-record=email_unsubscribe]");
  assert.equal((await recorded(page, "email_unsubscribe")).length, 1);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^You are off the list/);
  await page.click(".letter a");
  await page.waitForURL("**/blog/the-meeting-that-moved/**");
  await page.waitForFunction(() => globalThis.recorded?.length > 0);
  assert.deepEqual((await recorded(page, "email_click")).map(({ properties }) => properties), [{ source: "letter", campaign: "april" }]);
});

test("on a slow line the ribbon says that the engine loads, until it is there or can't be", async () => {
  for (const there of [true, false]) {
    let arrive;
    const arrived = new Promise((resolve) => { arrive = resolve; });
    const page = await visit("/", {
      setUp: (page) => page.context().route("**/warmlead/browser.js", async (route) => {
        await arrived;
        await (there ? route.fallback() : route.abort());
      }),
    });
    const sign = page.locator(".ribbon [role=status]");
    await sign.filter({ hasText: "Loading the engine" }).waitFor();
    assert.equal(await page.locator("[data-score]").isVisible(), false);
    arrive();
    await sign.waitFor({ state: "detached" });
    assert.equal(await page.locator("[data-score]").isVisible(), there);
    await page.context().close();
  }
});

test("scores that are there before the client is ready take the sign's place, with the way to the panel", async () => {
  let arrive;
  const arrived = new Promise((resolve) => { arrive = resolve; });
  const page = await visit("/", {
    setUp: (page) => page.context().route("**/warmlead/browser.js", async (route) => {
      await arrived;
      await route.fulfill({ contentType: "text/javascript", body: client.replace("Promise.resolve()", "new Promise(() => {})") });
    }),
  });
  const sign = page.locator(".ribbon [role=status]");
  await sign.filter({ hasText: "Loading the engine" }).waitFor();
  arrive();
  await page.evaluate(async () => {
    const lead = await import("/js/lead.js");
    while (!lead.warmlead) await new Promise((resolve) => setTimeout(resolve, 10));
    lead.track("click");
  });
  await page.locator("[data-score]").waitFor();
  assert.deepEqual([await sign.count(), await page.locator("[data-panel]").isVisible()], [0, true]);
  await page.context().close();
});

test("a panel that could not be loaded is tried again when it is asked for again", async () => {
  const page = await visit("/", { viewport: { width: 320, height: 640 } });
  const why = page.locator("[data-panel]");
  await why.click();
  await page.waitForFunction(() => document.querySelector("[data-panel]").textContent === "Retry");
  assert.deepEqual(page.errors.filter((error) => !error.includes("404")), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "there is room to say so");
  const panel = "globalThis.toggled = 0; export const installPanel = () => ({ toggle() { globalThis.toggled += 1; } });";
  await page.context().route("**/warmlead/panel.js", (route) => route.fulfill({ contentType: "text/javascript", body: panel }));
  await page.keyboard.press("Control+Shift+L");
  await page.waitForFunction(() => globalThis.toggled === 1);
  assert.equal(await why.textContent(), "Why");
  await page.keyboard.press("Control+Shift+L");
  assert.equal(await page.evaluate(() => globalThis.toggled), 1, "the keys are the panel's own matter then");
  await why.click();
  await page.waitForFunction(() => globalThis.toggled === 2);
});

test("a form knows what was said on an earlier page from the first one on, and leaves alone what is being written", async () => {
  const context = { traits: { email: "kim@acme.example", company: { size: 140 } } };
  const page = await visit("/contact/", { setUp: (page) => page.addInitScript((known) => { globalThis.known = known; }, context) });
  await page.waitForFunction(() => document.querySelector("#contact-email").value === "kim@acme.example");
  assert.equal(await page.inputValue("#contact-size"), "140");
  assert.equal(await page.inputValue("#contact-name"), "");
});

test("with the debug panel open, header and consent bar fit into what it leaves", async () => {
  const page = await visit("/", { viewport: { width: 1024, height: 768 } });
  await page.waitForSelector("[data-consent]:not([hidden])");
  const lines = () => page.evaluate(() => {
    const middles = [...document.querySelectorAll(".site-header .wrap > *, .site-header .wrap > nav > a")].filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect());
    return new Set(middles.map(({ top, bottom }) => Math.round((top + bottom) / 20))).size;
  });
  const menu = page.getByRole("button", { name: "Menu" });
  assert.deepEqual([await lines(), await menu.isVisible()], [1, false]);
  await page.evaluate(() => document.documentElement.style.setProperty("--warmlead-panel", "420px"));
  assert.deepEqual([await lines(), await menu.isVisible()], [1, true], "one line, as a menu");
  for (const part of ["[data-consent-choice=accept]", ".cart-link", ".menu-button"]) {
    const { x, width } = await page.locator(part).first().boundingBox();
    assert.ok(x + width <= 1024 - 420, `${part} ends at ${x + width}`);
  }
  await menu.click();
  assert.equal(await page.getByRole("link", { name: "Careers" }).first().isVisible(), true);
});
