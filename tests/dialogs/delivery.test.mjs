// What dialogs say about what a visitor has written: sent only when allowed, received only when the collector has it, and the truth in between.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { focused, picture, start, violations } from "./browser.mjs";

const CHAT = { id: "sales-chat", do: { type: "chat", title: "Talk to sales", message: "Ask us anything.", reply: "We have your question.", email: "sales@acme.example" } };
const FORM = {
  id: "quote",
  do: {
    type: "form", title: "Get a quote", message: "An exact price by tomorrow.", submit: "Get my quote", thanks: "The quote is on its way.", email: "sales@acme.example",
    fields: [
      { name: "email", label: "Your e-mail", type: "email", required: true, trait: "email" },
      { name: "role", label: "Your role", type: "select", options: [{ value: 7, label: "Founder" }] },
    ],
  },
};
const BANNER = { id: "call", do: { type: "banner", message: "A demo on your own invoices?", label: "Call me", event: "demo_request", properties: { from: "banner" } } };

const ASK = "This goes to us when you allow it. Your visit, from its first page on, is then kept with it.";
const DECLINED = "You declined, so nothing has left this page. This goes to us when you allow it; your visit from now on is then kept with it.";
const OFFLINE = "Not sent yet: there is no connection. It is sent as soon as there is one; keep this page open.";

let browser;
before(async () => { browser = await start(); });
after(() => browser?.close());

/** A page on which an overlay has opened, of a client that says this. */
async function open(action, client, options) {
  const page = await browser.open(options);
  await page.evaluate((what) => window.become(what), client);
  await page.evaluate((shown) => window.show(shown), action);
  await page.waitForFunction(() => window.calls.some(([name]) => name === "shown"));
  return page;
}

async function closePage(page) {
  assert.deepEqual(page.errors, [], "the page's console is silent");
  await page.context().close();
}

const become = (page, what) => page.evaluate((change) => window.become(change), what);
/** What the client was told of what the visitor does. */
const told = (page) => page.evaluate(() => window.calls.map(([name, ...rest]) => (name === "track" ? `track ${rest[0]}` : name)));
/** What is said of the delivery. */
const fate = (page) => page.evaluate(() => document.querySelector("warmlead-overlay").shadowRoot.querySelector(".fate p")?.textContent ?? null);
const allow = (page) => page.getByRole("button", { name: "Allow and send" });
/** A hasty second click on what was there before is not taken for a choice. */
const unhurried = (page) => page.waitForTimeout(600);

async function ask(page) {
  await page.getByRole("textbox", { name: "Write a message" }).fill("Can it read PDFs?");
  await page.keyboard.press("Enter");
}

async function answer(page) {
  await page.getByLabel("Your e-mail").fill("ada@acme.example");
  await page.getByLabel("Your role").selectOption("Founder");
  await page.getByRole("button", { name: "Get my quote" }).click();
}

for (const [consentGiven, words] of [[null, ASK], [false, DECLINED]]) {
  test(`with consent ${consentGiven}, a message waits to be allowed, and is then sent`, async () => {
    const page = await open(CHAT, { consentGiven });
    await ask(page);
    assert.equal(await fate(page), words);
    assert.equal(await page.getByText("We have your question.").count(), 0, "nothing is promised");
    assert.deepEqual(await told(page), ["shown", "clicked"], "nothing is recorded");
    assert.equal(await page.getByRole("link", { name: "Write an e-mail instead" }).getAttribute("href"), "mailto:sales@acme.example?body=Can%20it%20read%20PDFs%3F");
    assert.deepEqual(await violations(page), []);
    await picture(page, `overlay-chat-asks-${consentGiven}`);
    await page.keyboard.type("We have 3,000.");
    await page.keyboard.press("Enter");
    await unhurried(page);
    await allow(page).click();
    assert.deepEqual(await page.evaluate(() => window.calls.slice(2)), [
      ["consent", { contact: true }],
      ["track", "chat_start", { action: "sales-chat" }],
      ["track", "chat_message", { action: "sales-chat", text: "Can it read PDFs?" }],
      ["converted"],
      ["track", "chat_message", { action: "sales-chat", text: "We have 3,000." }],
    ]);
    assert.equal(await fate(page), "We have your question.");
    assert.equal(await focused(page), "Write a message");
    await closePage(page);
  });
}

test("a message that was not allowed is gone with the chat, which then was dismissed", async () => {
  const page = await open(CHAT, { consentGiven: null });
  await ask(page);
  await page.keyboard.press("Escape");
  assert.deepEqual(await told(page), ["shown", "clicked", "dismissed", "done"]);
  assert.equal(await page.evaluate(() => window.heard.size), 0, "nobody listens any more");
  await become(page, { consentGiven: true });
  assert.deepEqual(await told(page), ["shown", "clicked", "dismissed", "done"]);
  await page.evaluate((shown) => window.show(shown), CHAT);
  assert.equal(await page.getByText("Can it read PDFs?").count(), 0);
  await closePage(page);
});

test("consent that is given elsewhere on the page sends it, too; a refusal changes what is asked", async () => {
  const page = await open(CHAT, { consentGiven: null });
  await ask(page);
  await become(page, { consentGiven: false });
  assert.equal(await fate(page), DECLINED);
  await become(page, { consentGiven: true, queue: { waiting: 1 } });
  assert.deepEqual((await told(page)).slice(2), ["track chat_start", "track chat_message", "converted"]);
  assert.equal(await fate(page), "Sending.");
  await closePage(page);
});

test("a message is called received when the collector has it, and what keeps it is told", async () => {
  const page = await open(CHAT, { queue: { waiting: 2 } });
  await ask(page);
  const says = async (queue, words) => {
    await become(page, { queue });
    assert.equal(await fate(page), words);
  };
  assert.equal(await fate(page), "Sending.");
  await says({ waiting: 2, online: false }, OFFLINE);
  await says({ online: true, retryAt: Date.now() + 1000 }, OFFLINE);
  await says({ retryAt: null }, "Sending.");
  await says({ waiting: 0, acknowledged: 2 }, "We have your question.");
  await says({ waiting: 1 }, "We have your question.");
  await ask(page);
  assert.equal(await fate(page), "Sending.");
  await says({ waiting: 0, dropped: 1 }, "This could not be delivered.");
  assert.equal(await page.getByRole("link", { name: "Write an e-mail instead" }).isVisible(), true);
  assert.deepEqual(await violations(page), []);
  await closePage(page);
});

test("consent that is taken back before a message has gone leaves it undelivered, afterwards it doesn't", async () => {
  const page = await open(CHAT, { queue: { waiting: 1 } });
  await ask(page);
  await become(page, { consentGiven: false, queue: { waiting: 0 } });
  assert.equal(await fate(page), "This could not be delivered.");
  await become(page, { consentGiven: true });
  await ask(page);
  assert.equal(await fate(page), "We have your question.");
  await become(page, { consentGiven: false });
  assert.equal(await fate(page), "We have your question.");
  await closePage(page);
});

test("a page that sends nothing does not pretend to", async () => {
  for (const [action, act] of [[CHAT, ask], [FORM, answer]]) {
    const page = await open(action, { queue: { sends: false } });
    await act(page);
    assert.equal(await fate(page), "This page sends nothing, so nobody would read this.");
    assert.deepEqual(await told(page), ["shown", "clicked"]);
    await closePage(page);
  }
});

test("answers wait to be allowed, by keyboard, and can be changed before", async () => {
  const page = await open(FORM, { consentGiven: null });
  await answer(page);
  assert.equal(await fate(page), ASK);
  assert.equal(await page.getByRole("button", { name: "Get my quote" }).count(), 0, "one thing to do");
  assert.deepEqual(await told(page), ["shown", "clicked"]);
  assert.equal(await page.getByRole("link", { name: "Write an e-mail instead" }).getAttribute("href"), "mailto:sales@acme.example?body=Your%20e-mail%3A%20ada%40acme.example%0AYour%20role%3A%20Founder");
  assert.deepEqual(await violations(page), []);
  await picture(page, "overlay-form-asks");
  await page.getByLabel("Your e-mail").fill("ada@engines.example");
  assert.equal(await fate(page), null);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await fate(page), ASK);
  await unhurried(page);
  await allow(page).focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await page.evaluate(() => window.calls.slice(2)), [
    ["consent", { contact: true }],
    ["track", "form_submit", { form: "quote", role: 7 }, { traits: { email: "ada@engines.example" } }],
    ["converted"],
  ]);
  assert.equal(await fate(page), "The quote is on its way.");
  assert.equal(await focused(page), "Close");
  await closePage(page);
});

test("the second click of a double click is no consent", async () => {
  const page = await open(FORM, { consentGiven: null });
  await page.getByLabel("Your e-mail").fill("ada@acme.example");
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("warmlead-overlay");
    shadowRoot.querySelector("form .primary").click();
    shadowRoot.querySelector(".fate .primary").click();
  });
  assert.deepEqual(await told(page), ["shown", "clicked"]);
  assert.equal(await fate(page), ASK);
  await closePage(page);
});

test("the button that allows looks and is called unavailable until it can be pressed, and keeps focus", async () => {
  const page = await open(FORM, { consentGiven: null });
  await page.getByLabel("Your e-mail").fill("ada@acme.example");
  const [soon, later, changed] = await page.evaluate(async () => {
    const { shadowRoot } = document.querySelector("warmlead-overlay");
    const button = () => shadowRoot.querySelector(".fate .primary");
    const look = () => [button().getAttribute("aria-disabled"), getComputedStyle(button()).opacity, button().disabled, shadowRoot.activeElement === button()];
    shadowRoot.querySelector("form .primary").click();
    button().focus();
    const soon = look();
    // What is asked changes meanwhile: it is no other question.
    await new Promise((wait) => setTimeout(wait, 100));
    window.become({ consentGiven: false });
    const changed = look();
    await new Promise((wait) => setTimeout(wait, 450));
    return [soon, look(), changed];
  });
  assert.deepEqual(soon, ["true", "0.55", false, true]);
  assert.deepEqual(changed, ["true", "0.55", false, true]);
  assert.deepEqual(later, [null, "1", false, true]);
  await page.keyboard.press("Enter");
  assert.equal((await told(page))[2], "consent");
  await closePage(page);
});

test("thanks for answers come when the collector has them", async () => {
  const page = await open(FORM, { queue: { waiting: 3, online: false } });
  await answer(page);
  assert.equal(await fate(page), OFFLINE);
  assert.equal(await page.getByLabel("Your e-mail").isVisible(), false, "there is nothing more to do");
  assert.deepEqual(await violations(page), []);
  await become(page, { queue: { waiting: 0, online: true } });
  assert.equal(await fate(page), "The quote is on its way.");
  await closePage(page);
});

test("a banner that asks for something waits to be allowed; one that only leads somewhere doesn't", async () => {
  const page = await open(BANNER, { consentGiven: null });
  await page.getByRole("button", { name: "Call me" }).click();
  assert.equal(await fate(page), ASK);
  assert.deepEqual(await told(page), ["shown", "clicked"]);
  assert.deepEqual(await violations(page), []);
  await unhurried(page);
  await allow(page).click();
  assert.deepEqual((await told(page)).slice(2), ["consent", "track demo_request", "converted", "done"]);
  await page.evaluate((shown) => { window.become({ consentGiven: null }); window.calls.length = 0; window.show(shown); }, { ...BANNER, do: { ...BANNER.do, href: "#product" } });
  await page.getByRole("link", { name: "Call me" }).click();
  assert.deepEqual((await told(page)).filter((name) => name !== "shown"), ["clicked", "track demo_request", "converted", "done"]);
  await closePage(page);
});

test("the words, and the choice that is recorded, can be the model's", async () => {
  const page = await open({ ...CHAT, do: { ...CHAT.do, consent: { analytics: true }, texts: { ask: "Dürfen wir?", allow: "Ja, senden", write: "Lieber per E-Mail" } } }, { consentGiven: null });
  await ask(page);
  assert.equal(await fate(page), "Dürfen wir?");
  assert.equal(await page.getByRole("link", { name: "Lieber per E-Mail" }).isVisible(), true);
  await unhurried(page);
  await page.getByRole("button", { name: "Ja, senden" }).click();
  assert.deepEqual(await page.evaluate(() => window.calls[2]), ["consent", { analytics: true }]);
  await closePage(page);
});

test("a choice of the model's that is none does not make the button idle", async () => {
  const page = await open({ ...CHAT, do: { ...CHAT.do, consent: { contact: "yes" } } }, { consentGiven: null });
  await ask(page);
  await unhurried(page);
  await allow(page).click();
  assert.deepEqual(await page.evaluate(() => window.calls[2]), ["consent", { contact: true }]);
  await closePage(page);
});

for (const [look, options] of Object.entries({
  dark: { colorScheme: "dark" },
  "320px": { viewport: { width: 320, height: 568 }, deviceScaleFactor: 2, hasTouch: true },
})) {
  test(`${look}: what is asked can be read and reached`, async () => {
    for (const [action, act] of [[CHAT, ask], [FORM, answer], [BANNER, (page) => page.getByRole("button", { name: "Call me" }).click()]]) {
      const page = await open(action, { consentGiven: false }, options);
      await act(page);
      assert.deepEqual(await violations(page), []);
      await allow(page).scrollIntoViewIfNeeded();
      await picture(page, `overlay-${action.do.type}-asks-${look}`);
      const { width, height, x, y } = await allow(page).boundingBox();
      assert.ok(width >= 44 && height >= 44 && x >= 0 && y + height <= page.viewportSize().height, `${action.do.type}: ${JSON.stringify({ x, y, width, height })}`);
      await closePage(page);
    }
  });
}
