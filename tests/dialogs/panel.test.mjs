// What the debug panel promises: it shows what the client says, live and so that it adds up; it works by keyboard, in the dark, on a phone; and
// while it is closed, it costs nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { picture, start, violations } from "./browser.mjs";
import * as sample from "./sample.mjs";

let browser;
before(async () => { browser = await start(); });
after(() => browser?.close());

/** A page with the panel open, showing what a client says. */
async function open(said, { setUp, ...options } = {}) {
  const page = await browser.open({ reducedMotion: "reduce", locale: "en-GB", ...options });
  if (setUp) await page.evaluate(setUp);
  await page.evaluate(() => window.panel.open());
  await say(page, said);
  return page;
}

/** Changes what the client says, and waits until it is shown. */
const say = (page, said) => page.evaluate(async (what) => {
  window.change(what);
  await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
}, said);

async function closePage(page) {
  assert.deepEqual(page.errors, [], "the page's console is silent");
  await page.context().close();
}

/** The facts of a section: terms and details. */
const section = (page, title) => page.evaluate((wanted) => {
  const box = [...document.querySelector("warmlead-panel").shadowRoot.querySelectorAll("section")].find((each) => each.querySelector("h3")?.textContent === wanted && each.querySelector("dl"));
  return box?.checkVisibility() ? [...box.querySelectorAll("dl > div")].map((row) => [...row.children].map((part) => part.textContent).join(": ").replace(/\b(min|sec)s\b/, "$1")) : null;
}, title);

const receipt = (page, score) => page.getByRole("table", { name: `Receipt of ${score}` }).evaluate((table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent).join(" | ")));

test("the shortcut opens and closes it, Esc closes it, and focus returns", async () => {
  const page = await browser.open();
  const inside = () => page.evaluate(() => document.activeElement.localName);
  await page.focus("#button");
  await page.keyboard.press("Control+Shift+L");
  assert.equal(await page.getByRole("dialog", { name: "Warmlead" }).isVisible(), true);
  assert.equal(await inside(), "warmlead-panel");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("warmlead-panel").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), "button");

  await page.keyboard.press("Meta+Shift+L");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("warmlead-panel").count(), 0, "the button before the content closes");
  assert.equal(await page.evaluate(() => document.activeElement.id), "button");

  await page.keyboard.press("Control+Shift+L");
  await page.focus("#field");
  await page.keyboard.press("Control+Shift+L");
  assert.equal(await page.evaluate(() => document.activeElement.id), "field", "focus stays if it has moved on");
  await closePage(page);
});

test("closed, it neither listens nor asks", async () => {
  const page = await browser.open();
  await page.evaluate(() => {
    window.asked = 0;
    Object.defineProperty(window.warmlead, "assessment", { get: () => { window.asked += 1; return null; } });
    window.panel.open();
    window.panel.close();
    window.asked = 0;
    window.change({});
  });
  await page.waitForTimeout(50);
  assert.deepEqual(await page.evaluate(() => [window.asked, window.listeners.size, document.querySelectorAll("warmlead-panel").length, document.documentElement.getAttribute("style") ?? ""]), [0, 0, 0, ""]);
  await closePage(page);
});

test("stage, grade and the way there", async () => {
  const page = await open(sample.asLead);
  const hero = page.getByRole("region", { name: "Stage and grade" });
  assert.match(await hero.innerText(), /^lead\s+since 09:41, 21 events\s+Grade\s+A2/);
  assert.deepEqual(await hero.getByRole("listitem").allTextContents(), ["visitor", "lead", "MQL", "SQL"]);
  assert.equal(await hero.locator("[aria-current=step]").textContent(), "lead");
  await say(page, sample.asMql);
  assert.match(await hero.innerText(), /^MQL\s+MQL since 09:52, 24 events\s+Grade\s+A1/);
  await say(page, { assessment: { ...sample.asLead.assessment, disqualified: ["student"] }, next: { next_change: { at: Date.UTC(2035, 0, 4, 12), stage: "visitor" }, to_mql: [] } });
  assert.match(await hero.innerText(), /Disqualified: student\s+Without another event: visitor on Thu,? 4 Jan/);
  await closePage(page);
});

test("what is missing to an MQL is told in words", async () => {
  const page = await open({ ...sample.asLead, next: { next_change: null, to_mql: [{ add: [{ rule: "pricing", events: 1 }] }, { add: [{ rule: "demo", events: 2 }, { signal: "visits_30d", events: 3 }] }] } });
  const hero = page.getByRole("region", { name: "Stage and grade" });
  assert.match(await hero.innerText(), /An MQL with one of these more:\s+1 × pricing\s+2 × demo and 3 × visits_30d/);
  assert.deepEqual(await hero.locator("bdi").evaluateAll((parts) => parts.map(({ title }) => title)), ["The price matters to those who might pay it.", "", "Visits in the last 30 days."]);
  assert.deepEqual(await violations(page), []);
  await picture(page, "panel-to-mql");
  await say(page, { next: { next_change: null, to_mql: [{ add: [{ rule: "pricing", events: 1 }] }] } });
  assert.match(await hero.innerText(), /An MQL with this more:\s+1 × pricing/);
  await say(page, { next: { next_change: null, to_mql: [] } });
  assert.match(await hero.innerText(), /To an MQL it takes more than a few events of one or two kinds\./);
  for (const said of [sample.asMql, { model: { ...sample.asLead.model, mql: undefined } }, { assessment: { ...sample.asLead.assessment, consent: "missing" } }]) {
    await say(page, { ...sample.asLead, ...said });
    assert.doesNotMatch(await hero.innerText(), /an MQL/i);
  }
  await closePage(page);
});

test("receipts add up in sight, and the last change stands out until the next", async () => {
  const page = await open(sample.asLead);
  assert.deepEqual(await receipt(page, "engagement"), [
    "product-page | 3 × |  | 7.098", "reading | 8 × |  | 15.250", "campaign-visit | 1 × |  | 3.000", "pricing | 2 × |  | 16.000", "demo | 1 × |  | 11.800", "cart | 1 × |  | 2.450",
    "group content: capped |  | -2.348", "adds up to |  | 53.250",
  ]);
  const meter = page.getByRole("meter", { name: "engagement" });
  assert.deepEqual([await meter.getAttribute("aria-valuenow"), await meter.getAttribute("aria-valuemax")], ["53.25", "100"]);
  assert.equal(await meter.locator(".fill").evaluate((fill) => fill.style.inlineSize), "53.25%");

  await say(page, sample.asMql);
  const changed = ["pricing | 3 of 5 × | +8 | 24.000"];
  assert.deepEqual((await receipt(page, "engagement")).filter((line) => line.includes("+")), [...changed, "adds up to | +8 | 61.250"]);
  assert.deepEqual(await receipt(page, "overall"), ["engagement | +4 | 30.625", "fit |  | 30.000", "adds up to | +4 | 60.625"]);
  await say(page, { queue: { ...sample.asMql.queue, waiting: 4 } });
  assert.deepEqual((await receipt(page, "engagement")).filter((line) => line.includes("+")), [...changed, "adds up to | +8 | 61.250"], "what does not touch the score leaves the mark");
  await say(page, sample.asLead);
  assert.deepEqual((await receipt(page, "engagement")).filter((line) => /-8/.test(line)), ["pricing | 2 × | -8 | 16.000", "adds up to | -8 | 53.250"]);

  await say(page, { assessment: { ...sample.asMql.assessment, visitor: "someone else" } });
  assert.deepEqual((await receipt(page, "engagement")).filter((line) => line.includes("+")), [], "another visitor is no change");
  await closePage(page);
});

test("a receipt that does not add up says so", async () => {
  const { assessment } = sample.asLead;
  const page = await open({ ...sample.asLead, assessment: { ...assessment, scores: { ...assessment.scores, fit: { ...assessment.scores.fit, value: 61 } } } });
  assert.deepEqual((await receipt(page, "fit")).slice(-2), ["adds up to |  | 60", "The score says 61."]);
  await closePage(page);
});

test("an action that is open is called so, and one that is not any more is not", async () => {
  const page = await open(sample.asMql);
  const actions = async () => {
    await say(page, {});
    return section(page, "Actions");
  };
  const chat = { id: "sales-chat", do: { type: "chat", message: "Questions?" } };
  await page.evaluate((action) => window.show(action), chat);
  assert.deepEqual(await actions(), ["sales-chat: open (chat)", "ebook-banner: held out (control group)"]);
  await page.evaluate(() => window.closeOverlay());
  assert.deepEqual(await actions(), ["sales-chat: may be shown (chat)", "ebook-banner: held out (control group)"]);
  await page.evaluate((action) => window.show(action), { ...chat, id: "other" });
  assert.deepEqual((await actions())[0], "other: open", "once it is recorded as shown, it need not be due any more");
  await closePage(page);
});

test("where the model grades nobody, no grade is shown", async () => {
  const page = await open({ ...sample.asLead, assessment: { ...sample.asLead.assessment, grade: null } });
  assert.match(await page.getByRole("region", { name: "Stage and grade" }).innerText(), /^lead\s+since 09:41, 21 events\s+visitor/);
  await closePage(page);
});

test("in a page that runs from right to left, what the panel says is in order", async () => {
  const seen = { ...sample.asLead.document, session: { ...sample.asLead.document.session, entry_path: "/dlg.html", pageviews: 1, events: 1, seconds: 0 }, traits: { company: "חברה 1" } };
  const page = await open({ ...sample.asLead, document: seen }, { setUp: () => { document.documentElement.dir = "rtl"; } });
  // From left to right, as it is to be seen.
  const places = await page.evaluate(() => {
    const root = document.querySelector("warmlead-panel").shadowRoot;
    const walker = document.createTreeWalker(root.querySelector(".scroll"), NodeFilter.SHOW_TEXT);
    const found = {};
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const [name, parts] of Object.entries({ path: ["/", "dlg.html"], span: ["1", " page, 1 event, 0 sec"] })) {
        const at = parts.map((part) => node.data.indexOf(part));
        if (at.includes(-1)) continue;
        found[name] = at.map((start, index) => {
          const range = document.createRange();
          range.setStart(node, start);
          range.setEnd(node, start + parts[index].length);
          return range.getBoundingClientRect().left;
        });
      }
    }
    return found;
  });
  assert.deepEqual(Object.keys(places).sort(), ["path", "span"]);
  for (const [name, [first, second]] of Object.entries(places)) assert.ok(first < second, `${name}: ${first} < ${second}`);
  await picture(page, "panel-rtl-order");
  await closePage(page);
});

test("visit, signals, stages, actions and sync", async () => {
  const page = await open(sample.asMql);
  assert.deepEqual(await section(page, "Visit"), ["channel: paid search: google / cpc, spring", "visit: no. 3, active", "so far: 7 pages, 12 events, 7 min", "entry: /product/desk-sensors", "from: www.google.com", "first visit: organic search: google / organic"]);
  assert.deepEqual((await section(page, "Signals")).slice(0, 2), ["visits_30d: 3", "pages_read_7d: 8"]);
  assert.deepEqual(await section(page, "Traits"), ["email: ada@analytical.example", "country: GB", 'company: {"size":120}']);
  assert.deepEqual(await section(page, "Stages"), ["lead → MQL: at 09:52 by event 9d0d57", "visitor → lead: at 09:41 by event e7"]);
  assert.deepEqual(await section(page, "Actions"), ["sales-chat: may be shown (chat)", "ebook-banner: held out (control group)"]);
  assert.deepEqual(await section(page, "Sync"), [
    "queue: 3 waiting, 41 acknowledged", "dropped: 1 event", "verdict: fewer events: it has some that this tab lacks", "kept in: IndexedDB", "consent: given", "network: offline", "next try: in 60 min",
  ]);
  assert.deepEqual(await section(page, "Identity"), ["visitor: 0199c1f2-7d3a-7c44-9b60-5f1e2a9d0c11", "model: b2b-saas @ 1", "digest: 9f3c20d15be87a04"]);
  assert.equal(await section(page, "Last events"), null, "not known, not shown");
  await closePage(page);
});

test("with the last events at hand, transitions name theirs", async () => {
  const recent = [{ id: "e8", type: "add_to_cart", time: new Date().setHours(9, 44, 1, 0), url: "https://acme.example/shop?x=1" }, { id: "e7", type: "form_submit", time: new Date().setHours(9, 41, 9, 0), path: "/resources/" }];
  const page = await open({ ...sample.asLead, recent });
  assert.deepEqual(await section(page, "Stages"), ["visitor → lead: at 09:41 by form_submit"]);
  assert.deepEqual(await section(page, "Last events"), ["add_to_cart /shop: 09:44:01", "form_submit /resources/: 09:41:09"]);
  await closePage(page);
});

test("the time until the next attempt counts down", async () => {
  const page = await open(sample.asLead);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.evaluate(() => window.change({ queue: { ...window.warmlead.queue, retryAt: Date.now() + 3000 } }));
  const next = async () => (await section(page, "Sync")).find((fact) => fact.startsWith("next try"));
  const seen = [];
  for (let second = 0; second < 5; second += 1) {
    await page.clock.runFor(1000);
    seen.push(await next());
  }
  assert.deepEqual(seen, ["next try: in 3 sec", "next try: in 2 sec", "next try: in 1 sec", "next try: now", "next try: now"]);
  await closePage(page);
});

test("before it runs, where it can't run, and without consent", async () => {
  const page = await open({});
  assert.equal(await page.getByText("starting").isVisible(), true);
  assert.equal(await section(page, "Visit"), null);
  assert.deepEqual((await section(page, "Sync")).at(-1), "consent: not chosen yet: nothing is stored or sent");
  await say(page, { status: "unsupported", error: { code: "UNSUPPORTED_RUNTIME", message: "WebAssembly is not allowed here" } });
  assert.equal(await page.getByText("UNSUPPORTED_RUNTIME: WebAssembly is not allowed here").isVisible(), true);
  assert.deepEqual(await violations(page), []);
  await say(page, { ...sample.before, error: null, assessment: { ...sample.before.assessment, consent: "missing" }, consentGiven: false });
  assert.equal(await page.getByText("The model asks for a consent that was not given, so nothing is scored.").isVisible(), true);
  assert.deepEqual(await receipt(page, "fit"), ["nothing yet |  | 0"]);
  assert.deepEqual((await section(page, "Sync")).at(-1), "consent: refused: nothing is stored or sent");
  await closePage(page);
});

test("updates leave focus, scrolling and what has not changed alone", async () => {
  const page = await open(sample.asLead, { viewport: { width: 1280, height: 500 } });
  const scroll = () => page.evaluate(() => document.querySelector("warmlead-panel").shadowRoot.querySelector(".scroll").scrollTop);
  await page.keyboard.press("PageDown");
  await page.waitForFunction(() => document.querySelector("warmlead-panel").shadowRoot.querySelector(".scroll").scrollTop > 100);
  await page.waitForTimeout(200);
  const [place] = [await scroll()];
  await page.evaluate(() => { window.kept = document.querySelector("warmlead-panel").shadowRoot.querySelector("section:nth-of-type(2) dl > div"); });
  await say(page, { queue: sample.asMql.queue });
  assert.equal(await scroll(), place);
  assert.equal(await page.evaluate(() => window.kept.isConnected), true);
  assert.equal(await page.evaluate(() => document.activeElement.localName), "warmlead-panel");
  await closePage(page);
});

test("everything can be copied as JSON", async () => {
  const page = await open(sample.asMql, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  await page.getByText("Copied.").waitFor({ state: "attached" });
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.deepEqual(copied.assessment, JSON.parse(JSON.stringify(sample.asMql.assessment)));
  assert.deepEqual(Object.keys(copied), ["visitor", "status", "error", "consentGiven", "queue", "assessment", "document", "model"]);
  await closePage(page);
});

for (const [look, options] of Object.entries({
  light: {},
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, hasTouch: true },
  "320px": { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2 },
  "zoomed-200": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  rtl: { setUp: () => { document.documentElement.dir = "rtl"; } },
  hostile: { setUp: () => document.documentElement.classList.add("hostile") },
})) {
  test(`${look}: axe finds nothing, and everything is in view`, async () => {
    const page = await open(sample.asLead, options);
    await say(page, sample.asMql);
    assert.deepEqual(await violations(page), []);
    await picture(page, `panel-${look}`);
    const { problems, side } = await page.evaluate(() => {
      const root = document.querySelector("warmlead-panel").shadowRoot;
      const box = root.querySelector("dialog").getBoundingClientRect();
      const problems = [];
      if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) problems.push(`panel out of view: ${JSON.stringify(box)}`);
      if (document.documentElement.scrollWidth > innerWidth) problems.push("the page scrolls sideways");
      const { scrollWidth, clientWidth } = root.querySelector(".scroll");
      if (scrollWidth > clientWidth) problems.push("the panel scrolls sideways");
      for (const button of root.querySelectorAll("button")) if (button.offsetWidth < 44 || button.offsetHeight < 44) problems.push(`${button.title} is small`);
      return { problems, side: box.left + box.right > innerWidth ? "right" : "left" };
    });
    assert.deepEqual(problems, []);
    if (look === "light" || look === "rtl") assert.equal(side, look === "rtl" ? "left" : "right");
    await closePage(page);
  });
}

const larger = () => { document.documentElement.style.fontSize = "32px"; };
for (const [look, width, setUp] of [["1280", 1280], ["900", 900], ["720", 720], ["641", 641], ["1280, text at 200 %", 1280, larger]]) {
  test(`an overlay comes beside it, not under it: ${look}`, async () => {
    const chat = { type: "chat", message: "Want to see it on your own data?" };
    const banner = { type: "banner", message: "New: a report of all that was paid late, and by whom, and how late it was, with the reminders.", label: "Read the report", href: "#product" };
    const form = { type: "form", title: "Get a quote for your team", fields: ["email", "company_name"] };
    for (const what of [chat, banner, form]) {
      const page = await open(sample.asMql, { viewport: { width, height: 800 }, setUp });
      await page.evaluate((action) => window.show(action), { id: "beside", do: what });
      const [overlay, panel] = await page.evaluate(() => ["warmlead-overlay", "warmlead-panel"].map((name) => document.querySelector(name).shadowRoot.querySelector("dialog").getBoundingClientRect().toJSON()));
      assert.ok(overlay.left >= 20 && overlay.width >= 200 && overlay.right < panel.left, `${what.type}: ${overlay.left} to ${overlay.right}, the panel from ${panel.left}`);
      await page.waitForTimeout(100);
      await picture(page, `panel-and-${what.type}-${look.replace(/\W+/g, "-")}`);
      await closePage(page);
    }
  });
}

test("where text is so large that there is no room, an overlay stays in the page", async () => {
  const page = await open(sample.asMql, { viewport: { width: 800, height: 800 }, setUp: larger });
  await page.evaluate(() => window.show({ id: "large", do: { type: "chat", message: "Want to see it on your own data?" } }));
  const { left, right, width } = await page.evaluate(() => document.querySelector("warmlead-overlay").shadowRoot.querySelector("dialog").getBoundingClientRect().toJSON());
  assert.deepEqual({ left, right, width }, { left: 20, right: 500, width: 480 });
  await closePage(page);
});

test("where there is no room beside it, what was opened last is in front", async () => {
  const chat = { id: "sales-chat", do: { type: "chat", message: "Want to see it on your own data?" } };
  const show = (page) => page.evaluate((action) => window.show(action), chat);
  /** What is to be seen where the two are over each other. */
  const inFront = (page) => page.evaluate(() => {
    const [one, other] = ["warmlead-overlay", "warmlead-panel"].map((name) => document.querySelector(name).shadowRoot.querySelector("dialog").getBoundingClientRect());
    const [left, right] = [Math.max(one.left, other.left), Math.min(one.right, other.right)];
    const [top, bottom] = [Math.max(one.top, other.top), Math.min(one.bottom, other.bottom)];
    return left < right && top < bottom && document.elementFromPoint((left + right) / 2, (top + bottom) / 2).localName;
  });
  for (const viewport of [{ width: 375, height: 812 }, { width: 640, height: 450 }]) {
    const page = await browser.open({ reducedMotion: "reduce", viewport });
    await show(page);
    await page.keyboard.press("Control+Shift+L");
    assert.equal(await inFront(page), "warmlead-panel", `the panel, asked for over a chat, at ${viewport.width}`);
    await page.keyboard.press("Control+Shift+L");
    await page.evaluate(() => window.closeOverlay());
    await page.keyboard.press("Control+Shift+L");
    await show(page);
    assert.equal(await inFront(page), "warmlead-overlay", `a chat that comes while the panel is open, at ${viewport.width}`);
    await closePage(page);
  }
});
