// Where overlays and the panel lie, whatever the page does to its body and whatever it puts in front: in the top layer, out of the page's way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { picture, start } from "./browser.mjs";

const CHAT = { id: "top", do: { type: "chat", title: "Talk to sales", message: "Ask us anything." } };

let browser;
before(async () => { browser = await start(); });
after(() => browser?.close());

/** A page that has been changed by `setUp`, with what is asked for open on it: "warmlead-overlay" or "warmlead-panel". */
async function open(name, { setUp, given, viewport } = {}) {
  const page = await browser.open({ reducedMotion: "reduce", ...(viewport && { viewport }) });
  if (setUp) await page.evaluate(setUp, given);
  await page.evaluate(([wanted, action]) => (wanted === "warmlead-panel" ? window.panel.open() : window.show(action)), [name, CHAT]);
  return page;
}

async function closePage(page) {
  assert.deepEqual(page.errors, [], "the page's console is silent");
  await page.context().close();
}

const boxOf = (page, name = "warmlead-overlay") => page.evaluate((wanted) => document.querySelector(wanted).shadowRoot.querySelector("dialog").getBoundingClientRect().toJSON(), name);
/** What a click in the middle of the dialog meets. */
const inFront = (page, name = "warmlead-overlay") => page.evaluate((wanted) => {
  const { left, right, top, bottom } = document.querySelector(wanted).shadowRoot.querySelector("dialog").getBoundingClientRect();
  return document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.localName;
}, name);
/** Rules that a page has; a style sheet made by script needs no permission. */
const rules = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
};

for (const name of ["warmlead-overlay", "warmlead-panel"]) {
  for (const given of [
    "body { transform: translateZ(0); }", "html { transform: scale(1); }", "body { filter: grayscale(0.2); }", "body { contain: paint; width: 400px; height: 200px; overflow: hidden; }", "body { opacity: .5; will-change: transform; }",
  ]) {
    test(`${name} stays in its corner: ${given}`, async () => {
      const calm = await open(name);
      const expected = await boxOf(calm, name);
      await closePage(calm);
      const page = await open(name, { setUp: rules, given: `${given} main { padding-bottom: 3000px !important; }` });
      await page.evaluate(() => scrollTo(0, 900));
      assert.deepEqual(await boxOf(page, name), expected);
      assert.equal(await inFront(page, name), name);
      await closePage(page);
    });
  }

  test(`${name}: what the page wants of popovers and backdrops changes nothing, and the page can be used`, async () => {
    const calm = await open(name);
    const expected = await boxOf(calm, name);
    await closePage(calm);
    const given = `[popover], :popover-open, * { inset: 0 !important; margin: auto !important; padding: 40px !important; border: 9px solid !important; background: red !important; width: 80vw !important; height: 80vh !important;
      opacity: .2 !important; transform: scale(.5) !important; display: none; } ::backdrop { background: #000c !important; display: block !important; pointer-events: auto !important; }`;
    const page = await open(name, { setUp: rules, given: given.replace(", *", "") });
    assert.deepEqual(await boxOf(page, name), expected);
    const host = await page.evaluate((wanted) => {
      const { width, height } = document.querySelector(wanted).getBoundingClientRect();
      const { opacity, backgroundColor } = getComputedStyle(document.querySelector(wanted));
      return { width, height, opacity, backgroundColor, backdrop: getComputedStyle(document.querySelector(wanted), "::backdrop").display };
    }, name);
    assert.deepEqual(host, { width: 0, height: 0, opacity: "1", backgroundColor: "rgba(0, 0, 0, 0)", backdrop: "none" });
    await picture(page, `top-${name}-hostile-popovers`);
    await page.click("#button");
    assert.equal(await page.evaluate(() => document.activeElement.id), "button");
    await closePage(page);
  });

  test(`${name}: nothing of it is printed`, async () => {
    const page = await open(name);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.evaluate((wanted) => document.querySelector(wanted).checkVisibility(), name), false);
    await closePage(page);
  });
}

for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
  test(`a bar of the page that is as far in front as can be does not cover it, at ${viewport.width}`, async () => {
    const setUp = () => {
      const bar = document.body.appendChild(document.createElement("div"));
      bar.id = "bar";
      Object.assign(bar.style, { position: "fixed", inset: "auto 0 0 0", height: "120px", background: "#888", zIndex: "2147483647" });
    };
    const page = await open("warmlead-overlay", { setUp, viewport });
    await page.getByRole("textbox", { name: "Write a message" }).fill("Can it read PDFs?");
    await page.getByRole("button", { name: "Send" }).click({ timeout: 2000 });
    await picture(page, `top-bar-${viewport.width}`);
    await closePage(page);
  });
}

test("a dialog of the page that opens later lies above, and afterwards all is as before", async () => {
  const page = await open("warmlead-overlay");
  await page.evaluate(() => {
    const own = document.body.appendChild(document.createElement("dialog"));
    own.id = "own";
    Object.assign(own.style, { width: "100vw", height: "100vh", maxWidth: "none", maxHeight: "none" });
    own.append("The page's own");
    own.showModal();
  });
  assert.equal(await inFront(page), "dialog");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.getElementById("own").open), false, "Esc is the page's");
  // A click beside the dialog takes the focus out of it.
  await page.evaluate(() => { document.getElementById("own").showModal(); document.activeElement.blur(); });
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.getElementById("own").open), false, "Esc is the page's");
  assert.equal(await page.locator("warmlead-overlay").count(), 1);
  assert.equal(await inFront(page), "warmlead-overlay");
  await page.getByRole("textbox", { name: "Write a message" }).fill("x");
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => window.calls.some(([name, type]) => name === "track" && type === "chat_message")));
  await closePage(page);
});

const moved = {
  "within the body": () => document.body.prepend(document.querySelector("warmlead-overlay")),
  "elsewhere": () => document.querySelector("main").append(document.querySelector("warmlead-overlay")),
  "away and back, later": async () => {
    const host = document.querySelector("warmlead-overlay");
    host.remove();
    await new Promise((later) => setTimeout(later, 50));
    document.body.append(host);
  },
  "to another body": () => {
    const [host, body] = [document.querySelector("warmlead-overlay"), document.createElement("body")];
    document.documentElement.replaceChild(body, document.body);
    body.append(host);
  },
  "away with its body, which comes back": async () => {
    const { body } = document;
    document.documentElement.replaceChild(document.createElement("body"), body);
    await new Promise((later) => setTimeout(later, 50));
    document.documentElement.replaceChild(body, document.body);
  },
};
for (const [where, move] of Object.entries(moved)) {
  test(`an overlay that the page moves stays in front: ${where}`, async () => {
    const page = await open("warmlead-overlay");
    await page.evaluate(move);
    await page.evaluate(() => new Promise((later) => setTimeout(later)));
    assert.equal(await page.evaluate(() => document.querySelector("warmlead-overlay").matches(":popover-open")), true);
    assert.equal(await inFront(page), "warmlead-overlay");
    await page.evaluate(() => window.closeOverlay());
    assert.equal(await page.locator("warmlead-overlay").count(), 0);
    await closePage(page);
  });
}

test("without popovers, and where the page prevents them, it opens as far in front as a page can", async () => {
  const hosts = [() => { delete HTMLElement.prototype.showPopover; }, () => document.addEventListener("beforetoggle", (event) => event.preventDefault(), true), () => { HTMLElement.prototype.showPopover = () => { throw new Error("no"); }; }];
  for (const setUp of hosts) {
    const page = await open("warmlead-overlay", { setUp });
    assert.equal(await inFront(page), "warmlead-overlay");
    const { right, bottom } = await boxOf(page);
    assert.deepEqual([right, bottom], [1260, 780]);
    await page.evaluate(() => document.querySelector("warmlead-overlay").after(document.createElement("p")));
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("warmlead-overlay").count(), 0);
    await closePage(page);
  }
});
