// What is recorded with consent reaches the collector once, whatever tabs, networks and servers do in between.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { browse, open, serve, stored, until, visit } from "./harness.mjs";

const given = { consent: "given" };
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

const queue = (page) => page.evaluate(() => ({ ...window.warmlead.queue }));
const waiting = (page) => page.evaluate(() => window.warmlead.queue.waiting);
const track = (page, ...types) => page.evaluate((types) => types.forEach((type) => window.warmlead.track(type)), types);
/** How many rows a store of the database has. */
const rows = (page, name) => page.evaluate((name) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("warmlead");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction(name).objectStore(name).count();
    counting.onsuccess = () => {
      opening.result.close();
      resolve(counting.result);
    };
  };
}), name);

test("events are sent, acknowledged, deleted, and the score that goes along is confirmed", async () => {
  const page = await open(context, site.address, given);
  await track(page, "like");
  await until(() => stored(site.collector), ["page", "like"]);
  await until(() => waiting(page), 0);
  const { acknowledged, dropped, store, verdict, retryAt } = await queue(page);
  assert.deepEqual({ acknowledged, dropped, store, verdict, retryAt }, { acknowledged: 2, dropped: 0, store: "indexeddb", verdict: "same", retryAt: null });
  assert.deepEqual([await rows(page, "waiting"), await rows(page, "history")], [0, 2]);
  const { batch, basis, claim, client } = site.collector.batches.at(-1);
  assert.equal(batch[0].anonymousId, await page.evaluate(() => window.warmlead.visitor));
  assert.ok(batch.every((message) => message.sentAt === undefined));
  assert.equal(basis.events, 2);
  assert.match(basis.digest, /^[0-9a-f]{16}$/);
  assert.deepEqual([basis.model, basis.version, claim], ["test", "1", { stage: "warm", mql: false, scores: { engagement: 11 } }]);
  assert.match(client, /^[0-9a-f-]{36}$/);
  assert.notEqual(client, batch[0].anonymousId);
});

test("what waits survives a reload, and so does the visitor with their history", async () => {
  site.collector.status = 503;
  const page = await open(context, site.address, given);
  await track(page, "like", "like");
  await until(() => rows(page, "waiting"), 3);
  const visitor = await page.evaluate(() => window.warmlead.visitor);
  await visit(page, site.address, given);
  assert.equal(await page.evaluate(() => window.warmlead.visitor), visitor);
  assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 22);
  await until(() => waiting(page), 4);
  site.collector.status = 200;
  await page.evaluate(() => window.warmlead.flush());
  assert.deepEqual(stored(site.collector), ["page", "like", "like", "page"]);
  assert.equal(await waiting(page), 0);
  assert.deepEqual([await rows(page, "waiting"), await rows(page, "history")], [0, 4]);
});

/** Puts into the database what somebody else might: each `[store, value, key]`. */
const put = (page, ...entries) => page.evaluate((entries) => new Promise((resolve) => {
  const opening = indexedDB.open("warmlead");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction(["waiting", "history", "facts"], "readwrite");
    for (const [store, value, key] of entries) transaction.objectStore(store).put(value, key);
    transaction.oncomplete = () => resolve(opening.result.close());
  };
}), entries);

test("rows that are none of ours keep nobody from going on: those that wait are dropped", async () => {
  const page = await open(context, site.address, given);
  await until(() => waiting(page), 0);
  const ids = ["b", 5, new Date(0), ["x"], "x".repeat(2000)];
  const strange = [{ id: "a" }, { id: "c", event: { id: "other" } }, ...ids.map((id) => ({ id, event: null })), ...ids.slice(1).map((id, number) => ({ id: [number], event: { id } }))];
  strange.push({ id: "y".repeat(2000), event: { id: "y".repeat(2000), type: 5n } });
  await put(page, ...strange.flatMap((row) => [["waiting", row], ["history", row]]));
  await visit(page, site.address, given);
  await track(page, "like");
  await until(() => stored(site.collector), ["page", "page", "like"]);
  await until(async () => [await waiting(page), (await queue(page)).dropped], [0, strange.length]);
  await page.evaluate(() => window.warmlead.flush());
  assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 12);
});

test("what is no identity is replaced by one", async () => {
  const page = await open(context, site.address, given);
  await until(() => waiting(page), 0);
  for (const identity of ["abc", {}, 5, { visitor: 5, client: 7 }, { visitor: "", client: "" }, { visitor: "v" }]) {
    await put(page, ["facts", identity, "identity"]);
    await visit(page, site.address, given);
    await page.evaluate(() => window.warmlead.flush());
    const { batch, client } = site.collector.batches.at(-1);
    for (const id of [batch[0].anonymousId, client]) assert.match(id, /^[0-9a-f-]{36}$/, JSON.stringify(identity));
    assert.equal(await page.evaluate(() => window.warmlead.visitor), batch[0].anonymousId);
  }
});

test("stored events whose type is none keep nobody from being scored", async () => {
  const page = await open(context, site.address, given);
  await until(() => waiting(page), 0);
  await put(page, ...[{ toString: 1 }, null, 5n].map((type, number) => ["history", { id: `${number}`, event: { id: `${number}`, type, time: 1 } }]));
  await visit(page, site.address, given);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.status, window.warmlead.error, window.warmlead.assessment?.events]), ["running", null, 2]);
});

test("a server that fails is tried again by itself", async () => {
  site.collector.status = 500;
  const page = await open(context, site.address, given);
  await until(async () => (await queue(page)).retryAt !== null, true);
  assert.equal(await waiting(page), 1);
  site.collector.status = 200;
  await until(() => waiting(page), 0);
  assert.deepEqual(stored(site.collector), ["page"]);
  assert.equal((await queue(page)).retryAt, null);
});

test("a clock that is set back by years puts nothing off", async () => {
  site.collector.status = 503;
  const page = await context.newPage();
  await page.addInitScript(() => {
    const { now } = Date;
    window.ahead = 4 * 365 * 86_400_000;
    Date.now = () => now() + window.ahead;
  });
  await visit(page, site.address, given);
  await until(() => site.collector.batches.length > 0, true);
  await until(() => page.evaluate(() => window.warmlead.queue.retryAt > Date.now()), true);
  await page.evaluate(() => (window.ahead = 0));
  site.collector.status = 200;
  await until(() => stored(site.collector), ["page"]);
});

test("a pause that the server asks for is kept, even when the page is told to hurry", async () => {
  Object.assign(site.collector, { status: 429, headers: { "retry-after": "3600" } });
  const page = await open(context, site.address, given);
  await until(async () => (await queue(page)).retryAt > Date.now() + 3_000_000, true);
  const attempts = site.collector.batches.length;
  await page.evaluate(() => window.warmlead.flush());
  assert.equal(site.collector.batches.length, attempts);
});

test("without a network events wait, and leave when it is back", async () => {
  const page = await open(context, site.address, given);
  await until(() => waiting(page), 0);
  await context.setOffline(true);
  await track(page, "like");
  await until(async () => (await queue(page)).online, false);
  await page.waitForTimeout(1_500);
  assert.equal(await waiting(page), 1);
  await context.setOffline(false);
  await until(() => stored(site.collector), ["page", "like"]);
});

test("a browser that is wrong about having no network sends all the same", async () => {
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "onLine", { value: false }));
  const page = await open(context, site.address, given);
  await until(() => stored(site.collector), ["page"]);
  assert.equal((await queue(page)).online, false);
});

test("a page that is left sends what it has, and nothing is counted twice", async () => {
  const page = await open(context, site.address, given);
  await until(() => waiting(page), 0);
  await track(page, "like");
  await page.goto("about:blank");
  await until(() => stored(site.collector), ["page", "like"]);
  await visit(page, site.address, given);
  await until(() => waiting(page), 0);
  assert.deepEqual(stored(site.collector), ["page", "like", "page"]);
});

test("a tab that is killed loses nothing that was stored", async () => {
  site.collector.status = 503;
  const page = await open(context, site.address, given);
  await track(page, "like");
  await until(() => rows(page, "waiting"), 2);
  const client = await context.newCDPSession(page);
  const crash = page.waitForEvent("crash");
  // Nobody is left to answer this.
  client.send("Page.crash").catch(() => {});
  await crash;
  site.collector.status = 200;
  const next = await open(context, site.address, given);
  await until(() => waiting(next), 0);
  assert.deepEqual(stored(site.collector), ["page", "like", "page"]);
});

for (const [what, sabotage] of Object.entries({
  "is missing": () => Object.defineProperty(window, "indexedDB", { value: undefined }),
  "throws": () => Object.defineProperty(window, "indexedDB", { get: () => { throw new DOMException("no", "SecurityError"); } }),
  "never answers": () => Object.defineProperty(window, "indexedDB", { value: { open: () => ({}), deleteDatabase: () => ({}) } }),
  "is full": () => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; },
})) {
  test(`where IndexedDB ${what}, events wait in memory and are sent all the same`, async () => {
    await context.addInitScript(sabotage);
    site.collector.status = 503;
    const page = await open(context, site.address, given);
    await track(page, "like");
    await until(async () => { const { waiting, store } = await queue(page); return { waiting, store }; }, { waiting: 2, store: "memory" });
    site.collector.status = 200;
    await page.evaluate(() => window.warmlead.flush());
    assert.deepEqual(stored(site.collector), ["page", "like"]);
    const { waiting: left, acknowledged } = await queue(page);
    assert.deepEqual([left, acknowledged, page.errors], [0, 2, []]);
  });
}

test("what the collector refuses is dropped, counted, and leaves the score", async () => {
  site.collector.reject.add("like");
  const page = await open(context, site.address, given);
  await track(page, "like");
  assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 11);
  await until(() => waiting(page), 0);
  const { acknowledged, dropped } = await queue(page);
  assert.deepEqual([acknowledged, dropped, await rows(page, "history")], [1, 1, 1]);
  assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 1);
});

test("one malformed event is found out, and those beside it arrive", async () => {
  site.collector.poison = "poison";
  const page = await open(context, site.address, given);
  await track(page, "a", "b", "poison", "c", "d");
  await until(() => waiting(page), 0);
  assert.deepEqual(stored(site.collector), ["page", "a", "b", "c", "d"]);
  const { acknowledged, dropped } = await queue(page);
  assert.deepEqual([acknowledged, dropped], [5, 1]);
});

test("events that only the collector has are taken in and kept", async () => {
  const now = Date.now();
  site.collector.missing.push({ id: "from-crm", type: "email_click", time: now - 60_000 });
  const page = await open(context, site.address, given);
  await until(() => page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 51);
  assert.equal((await queue(page)).verdict, "fewer events");
  await until(() => rows(page, "history"), 2);
  await visit(page, site.address, given);
  assert.equal(await page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 52);
  await until(() => waiting(page), 0);
  assert.ok(!site.collector.stored.has("from-crm"), "what came from the collector is not sent back");
});

test("two tabs are one visitor: they see each other's events, and each arrives once", async () => {
  const one = await open(context, site.address, given);
  const two = await open(context, site.address, given);
  assert.equal(await one.evaluate(() => window.warmlead.visitor), await two.evaluate(() => window.warmlead.visitor));
  await Promise.all([track(one, "like"), track(two, "like")]);
  for (const page of [one, two]) {
    await until(() => page.evaluate(() => window.warmlead.assessment.scores.engagement.value), 22);
    await until(() => waiting(page), 0);
    assert.equal((await queue(page)).acknowledged, 4);
  }
  const digests = await Promise.all([one, two].map((page) => page.evaluate(() => window.warmlead.assessment.digest)));
  assert.equal(digests[0], digests[1]);
  assert.equal(site.collector.stored.size, 4);
});

test("two tabs that start at the same moment agree on who the visitor is", async () => {
  const pages = await Promise.all([1, 2, 3].map(() => open(context, site.address, given)));
  const visitors = await Promise.all(pages.map((page) => page.evaluate(() => window.warmlead.visitor)));
  assert.equal(new Set(visitors).size, 1);
});

test("without locks and channels between tabs, too, each event counts once", async () => {
  await context.addInitScript(() => {
    delete window.BroadcastChannel;
    Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
  });
  site.collector.delay = 300;
  const pages = await Promise.all([1, 2].map(() => open(context, site.address, given)));
  await Promise.all(pages.map((page) => track(page, "like")));
  await Promise.all(pages.map((page) => page.evaluate(() => window.warmlead.flush())));
  await until(() => site.collector.stored.size, 4);
  const visitors = new Set([...site.collector.stored.values()].map((message) => message.anonymousId));
  assert.equal(visitors.size, 1);
});

test("of more than ten thousand that wait, the oldest go, and are counted", async () => {
  site.collector.status = 503;
  const page = await open(context, site.address, given);
  await until(() => rows(page, "waiting"), 1);
  await page.evaluate(() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("warmlead");
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(["waiting", "history"], "readwrite");
      for (let number = 0; number < 10_004; number++) {
        // Older than any that is recorded now.
        const id = `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
        for (const name of ["waiting", "history"]) transaction.objectStore(name).put({ id, event: { id, type: number % 2 ? "email_open" : "click", time: 1_700_000_000_000 + number } });
      }
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    };
  }));
  await visit(page, site.address, given);
  await until(async () => { const { waiting, dropped } = await queue(page); return { waiting, dropped }; }, { waiting: 10_000, dropped: 6 });
  assert.equal(await page.evaluate(() => window.warmlead.assessment.events), 10_000);
});

test("a collector that is told to stay out of it gets nothing", async () => {
  const page = await open(context, site.address, { ...given, collector: null });
  await track(page, "like");
  await page.evaluate(() => window.warmlead.flush());
  assert.equal(await waiting(page), 2);
  assert.equal(site.collector.batches.length, 0);
});
