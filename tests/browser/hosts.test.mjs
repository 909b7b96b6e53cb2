// Pages whose other scripts or elements have changed what everybody uses: what happens there is tracked, scored, sent and confirmed as anywhere.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { browse, serve, until, visit } from "./harness.mjs";

let browser, site, context;

before(async () => (browser = await browse()));
after(() => browser.close());
beforeEach(async () => {
  site = await serve();
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await site.close();
});

/** What the page does before the client starts. */
const hosts = {
  "nothing": () => {},
  "Prototype.js 1.6, which has lists, texts and numbers write themselves": () => {
    Array.prototype.toJSON = function () {
      return `[${[...this].map((item) => item.toJSON()).join(", ")}]`;
    };
    String.prototype.toJSON = function () {
      return `"${this}"`;
    };
    Number.prototype.toJSON = function () {
      return `${this}`;
    };
    Array.prototype.each = Object.prototype.inherited = () => {};
  },
  "elements that are called as what a document says of itself": () => {
    addEventListener("DOMContentLoaded", () => document.body.insertAdjacentHTML("beforeend", '<form name="title"></form><img name="referrer"><form name="readyState"></form>'));
  },
  "elements that are called as what a document does": () => {
    const names = ["addEventListener", "removeEventListener", "querySelectorAll", "prerendering", "currentScript"];
    const observer = new MutationObserver(() => {
      if (!document.body) return;
      observer.disconnect();
      document.body.insertAdjacentHTML("afterbegin", names.map((name) => `<form name="${name}"></form>`).join(""));
    });
    observer.observe(document, { childList: true, subtree: true });
  },
  "a browser that is never idle, by a stand-in without a timeout": () => {
    window.requestIdleCallback = () => 0;
  },
  "an address that is longer than an event may be": () => {
    if (location.search) history.replaceState(null, "", `${location.href}&state=${"x".repeat(40_000)}`);
  },
  "a clock that shows parts of a millisecond": () => {
    const start = performance.timeOrigin;
    Date.now = () => start + performance.now();
  },
  "a stand-in for fetch with answers of its own": () => {
    const original = window.fetch;
    window.fetch = async (...given) => {
      const response = await original(...given);
      return { ok: response.ok, status: response.status, url: response.url, headers: response.headers, json: () => response.json(), arrayBuffer: () => response.arrayBuffer() };
    };
  },
};

for (const [name, change] of Object.entries(hosts)) {
  // What never starts must not keep the other tests waiting.
  test(`all is as anywhere: ${name}`, { timeout: 60_000 }, async () => {
    const page = await context.newPage();
    await page.addInitScript(change);
    await visit(page, site.address, { consent: "given" });
    await page.evaluate(() => window.warmlead.track("like", { list: [1, "é", { deep: [] }], number: 0.5, text: "a", at: new Date(0) }));
    await page.evaluate(() => window.warmlead.flush());
    await until(() => page.evaluate(() => window.warmlead.queue.verdict), "same");
    assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 11);
    const [view, like] = [...site.collector.stored.values()];
    assert.deepEqual([view.type, view.context.page.title, like.event], ["page", "Home", "like"]);
    assert.deepEqual(like.properties, { list: [1, "é", { deep: [] }], number: 0.5, text: "a", at: "1970-01-01T00:00:00.000Z" });
    assert.deepEqual(await page.evaluate(() => [typeof [].toJSON, typeof "".toJSON]), name.startsWith("Prototype.js") ? ["function", "function"] : ["undefined", "undefined"]);
  });
}
