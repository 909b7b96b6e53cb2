// How the client behaves towards the page and its visitor: consent, page views, overlays, and that no failure in here harms the page.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { browse, model, open, serve, stored, until, visit } from "./harness.mjs";

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

const score = (page) => page.evaluate(() => window.warmlead.assessment.scores.engagement.value);
const track = (page, ...types) => page.evaluate((types) => types.forEach((type) => window.warmlead.track(type)), types);
/** Everything that the browser keeps for the site. */
const kept = (page) => page.evaluate(async () => ({
  databases: (await indexedDB.databases()).map(({ name }) => name),
  local: localStorage.length,
  session: sessionStorage.length,
  cookies: document.cookie,
  caches: (await caches.keys()).length,
}));
const nothing = { databases: [], local: 0, session: 0, cookies: "", caches: 0 };

test("before the visitor chooses, nothing is stored or sent, and scoring works", async () => {
  const page = await open(context, site.address);
  await track(page, "like");
  await page.evaluate(() => window.warmlead.flush());
  assert.equal(await score(page), 11);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.consentGiven, window.warmlead.queue.store, window.warmlead.queue.waiting]), [null, "memory", 2]);
  await page.goto(`${site.address}/plain`);
  assert.deepEqual([await kept(page), await context.cookies(), site.collector.batches], [nothing, [], []]);
});

test("consent that is given stores and sends what happened before it, and holds on later pages", async () => {
  const page = await open(context, site.address);
  await track(page, "like");
  await page.evaluate(() => window.warmlead.consent({ analytics: true, marketing: false }));
  assert.equal(await page.evaluate(() => window.warmlead.consentGiven), true);
  await until(() => stored(site.collector), ["page", "like", "consent"]);
  const visitor = await page.evaluate(() => window.warmlead.visitor);
  await visit(page, site.address);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.consentGiven, window.warmlead.visitor]), [true, visitor]);
  assert.deepEqual(await page.evaluate(() => window.warmlead.document.consent), { analytics: true, marketing: false });
  await until(() => stored(site.collector), ["page", "like", "consent", "page"]);
});

test("consent that is refused leaves nothing behind and sends nothing, and scoring goes on in memory", async () => {
  const page = await open(context, site.address);
  await page.evaluate(() => window.warmlead.consent({ analytics: false, marketing: false }));
  await track(page, "like");
  await page.evaluate(() => window.warmlead.flush());
  assert.deepEqual(await page.evaluate(() => [window.warmlead.consentGiven, window.warmlead.queue.waiting]), [false, 0]);
  assert.equal(await score(page), 11);
  assert.deepEqual([await kept(page), await context.cookies(), site.collector.batches, page.errors], [nothing, [], [], []]);
});

test("consent that is withdrawn wipes what is stored, here and in other tabs, and stops what is on its way", async () => {
  const page = await open(context, site.address);
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  await until(() => stored(site.collector), ["page", "consent"]);
  const other = await open(context, site.address);
  await until(() => stored(site.collector).length, 3);
  const visitor = await other.evaluate(() => window.warmlead.visitor);
  site.collector.status = 503;
  await track(page, "like");
  await page.evaluate(() => window.warmlead.consent({ analytics: false }));
  await until(() => kept(page), nothing);
  await until(() => other.evaluate(() => window.warmlead.consentGiven), false);
  site.collector.status = 200;
  const sent = site.collector.batches.length;
  await track(other, "like");
  for (const tab of [page, other]) await tab.evaluate(() => window.warmlead.flush());
  assert.equal(site.collector.batches.length, sent);
  assert.deepEqual(await kept(other), nothing);
  assert.notEqual(await other.evaluate(() => window.warmlead.visitor), visitor, "nothing connects what follows with what was");
  // Who comes back later is somebody new, and what happened in between stays unknown.
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  await track(page, "later");
  await until(() => stored(site.collector).slice(3), ["consent", "later"]);
});

test("who refuses and then agrees is somebody new", async () => {
  const page = await open(context, site.address);
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  await until(() => stored(site.collector), ["page", "consent"]);
  const before = await page.evaluate(() => window.warmlead.visitor);
  await page.evaluate(() => {
    window.warmlead.consent({ analytics: false });
    window.warmlead.consent({ analytics: true });
  });
  await until(() => stored(site.collector), ["page", "consent", "consent"]);
  assert.notEqual([...site.collector.stored.values()].at(-1).anonymousId, before);
  assert.equal(await page.evaluate(() => window.warmlead.queue.store), "indexeddb");
});

test("consent can be withdrawn where scoring is not possible, too", async () => {
  const page = await open(context, site.address);
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  await until(async () => (await kept(page)).databases, ["warmlead"]);
  site.collector.page = { "content-security-policy": "script-src 'self'" };
  await visit(page, site.address);
  assert.equal(await page.evaluate(() => window.warmlead.status), "unsupported");
  await page.evaluate(() => window.warmlead.consent({ analytics: false }));
  await until(() => kept(page), nothing);
});

test("what is no choice changes nothing, wipes nothing, and is told of once", async () => {
  const page = await open(context, site.address);
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  await until(() => stored(site.collector), ["page", "consent"]);
  const visitor = await page.evaluate(() => window.warmlead.visitor);
  const thrown = await page.evaluate(() => {
    const nobody = new Proxy({}, { ownKeys() { throw new Error("no"); } });
    const given = [true, false, "all", undefined, null, 1, [true], { analytics: "yes", contact: true }, new Map([["analytics", true]]), Promise.resolve({ analytics: true }), () => true, nobody];
    return [...given, true].filter((choice) => { try { window.warmlead.consent(choice); return false; } catch { return true; } }).length;
  });
  assert.equal(thrown, 0);
  await track(page, "like");
  await until(() => stored(site.collector), ["page", "consent", "like"]);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.consentGiven, window.warmlead.visitor, window.warmlead.queue.store]), [true, visitor, "indexeddb"]);
  assert.equal(page.warnings.filter((line) => line.startsWith("warmlead: consent(true) ")).length, 1);
  assert.ok(page.warnings.includes('warmlead: consent({"analytics":"yes","contact":true}) changes nothing: a choice is an object of true and false, e.g. consent({ analytics: true })'), page.warnings.join("\n"));
  for (const shown of ["false", '"all"', "undefined", "null", "1", "[true]", "function"]) assert.ok(page.warnings.some((line) => line.startsWith(`warmlead: consent(${shown}) `)), shown);
  // A refusal is one still, and so is a choice of nothing.
  await page.evaluate(() => window.warmlead.consent({}));
  await until(() => kept(page), nothing);
});

test("Global Privacy Control refuses marketing, unless the site has asked", async () => {
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  const page = await open(context, site.address);
  const consent = () => page.evaluate(() => window.warmlead.document.consent);
  await page.evaluate(() => window.warmlead.consent({ analytics: true }));
  assert.deepEqual(await consent(), { analytics: true, marketing: false });
  await page.evaluate(() => window.warmlead.consent({ analytics: true, marketing: true }));
  assert.deepEqual(await consent(), { analytics: true, marketing: true });
});

test("to forget is to start over as somebody else", async () => {
  const page = await open(context, site.address, given);
  await track(page, "like");
  await until(() => stored(site.collector), ["page", "like"]);
  const before = await page.evaluate(() => window.warmlead.visitor);
  await page.evaluate(() => window.warmlead.forget());
  const [visitor, events, counts] = await page.evaluate(() => [window.warmlead.visitor, window.warmlead.assessment.events, window.warmlead.queue.acknowledged]);
  assert.notEqual(visitor, before);
  assert.deepEqual([events, counts], [0, 0]);
  await track(page, "again");
  await until(() => stored(site.collector), ["page", "like", "again"]);
  assert.equal([...site.collector.stored.values()].at(-1).anonymousId, visitor);
});

test("page views follow a single-page app, its addresses and nothing else", async () => {
  const page = await open(context, site.address, given);
  await page.evaluate(async () => {
    const settle = () => new Promise((resolve) => setTimeout(resolve, 120));
    document.title = "Pricing";
    history.pushState({}, "", "/pricing?plan=team");
    await settle();
    history.replaceState({}, "", "/pricing?plan=team#top");
    location.hash = "#bottom";
    await settle();
    history.pushState({}, "", "/redirecting");
    history.replaceState({}, "", "/arrived");
    window.warmlead.track("like");
    history.back();
    await settle();
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    await window.warmlead.flush();
  });
  await until(() => stored(site.collector).length, 6);
  const messages = [...site.collector.stored.values()].sort((one, other) => (one.messageId < other.messageId ? -1 : 1));
  const seen = messages.map(({ type, context }) => [type, context.page.url.replace(site.address, "").replace(/\?options.*/, ""), (context.page.referrer ?? "").replace(site.address, "").replace(/\?options.*/, ""), context.page.title]);
  assert.deepEqual(seen, [
    ["page", "/", "", "Home"],
    ["page", "/pricing?plan=team", "/", "Pricing"],
    ["page", "/arrived", "/pricing?plan=team", "Pricing"],
    ["track", "/arrived", "/pricing?plan=team", "Pricing"],
    ["page", "/pricing?plan=team", "/arrived", "Pricing"],
    ["page", "/pricing?plan=team", "", "Pricing"],
  ]);
});

test("a site can record its page views itself", async () => {
  const page = await open(context, site.address, { ...given, pageViews: false });
  await page.evaluate(() => history.pushState({}, "", "/elsewhere"));
  await page.waitForTimeout(120);
  await page.evaluate(() => window.warmlead.page());
  await until(() => stored(site.collector), ["page"]);
  const [{ context: { page: seen } }] = site.collector.stored.values();
  assert.deepEqual([seen.url, seen.referrer.startsWith(`${site.address}/?`)], [`${site.address}/elsewhere`, true]);
});

test("an overlay comes after an interaction, not while the visitor types, and one at a time", async () => {
  const page = await open(context, site.address, given);
  const greeted = () => page.evaluate(() => window.greeted);
  await track(page, "like");
  await page.waitForTimeout(300);
  assert.deepEqual(await greeted(), [], "before the first interaction");
  await page.click("#field");
  await page.keyboard.type("Ada");
  await page.waitForTimeout(300);
  assert.deepEqual(await greeted(), [], "while the visitor types");
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<dialog open id=own>The page's own</dialog>"));
  await page.click("#button");
  await page.waitForTimeout(300);
  assert.deepEqual(await greeted(), [], "while a dialog of the page is open");
  await page.evaluate(() => document.getElementById("own").remove());
  await page.click("#button");
  await track(page, "other");
  await until(greeted, ["hello"]);
  await track(page, "like");
  await page.waitForTimeout(300);
  assert.deepEqual(await greeted(), ["hello"], "one at a time");
  await page.evaluate(() => {
    window.greeting.dismissed();
    window.greeting.dismissed();
    window.greeting.done();
  });
  await until(greeted, ["hello", "again"]);
  await page.evaluate(() => window.warmlead.stop());
  await until(greeted, ["hello", "again", "closed again"]);
  const actions = () => [...site.collector.stored.values()].filter(({ event }) => event?.startsWith("action_")).map(({ event, properties }) => `${event} ${properties.action}`);
  await until(actions, ["action_held_out control", "action_shown hello", "action_dismissed hello", "action_shown again"]);
});

test("an overlay does not come over what fills the screen, but afterwards", async () => {
  const page = await open(context, site.address, given);
  const greeted = () => page.evaluate(() => window.greeted);
  await page.evaluate(() => { document.getElementById("button").onclick = () => document.querySelector("p").requestFullscreen(); });
  await page.click("#button");
  await page.waitForFunction(() => document.fullscreenElement);
  await track(page, "like");
  await page.waitForTimeout(300);
  assert.deepEqual(await greeted(), []);
  await page.evaluate(() => document.exitFullscreen());
  await until(greeted, ["hello"]);
});

test("overlays come where elements are called as what a document does, too", async () => {
  site.collector.model = { ...site.collector.model, actions: [{ id: "hello", when: { stage: "warm" }, do: { type: "banner", message: "Hello", label: "Go", href: "/plain" } }] };
  const page = await open(context, site.address, { ...given, builtIn: true });
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", ["querySelectorAll", "addEventListener", "removeEventListener"].map((name) => `<form name="${name}"></form>`).join("")));
  await track(page, "like");
  await page.click("h1");
  await page.locator("warmlead-overlay dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("warmlead-overlay").waitFor({ state: "detached" });
  assert.deepEqual(page.errors, []);
});

test("a document that can't be asked has nothing shown, nothing thrown, and it is said once", async () => {
  const page = await open(context, site.address, given);
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await page.evaluate(() => (Document.prototype.querySelectorAll = () => { throw new Error("the page's own"); }));
  await track(page, "like");
  await page.click("h1");
  for (let time = 0; time < 3; time++) {
    await page.focus("#field");
    await page.focus("#button");
    await page.waitForTimeout(50);
  }
  assert.deepEqual([page.errors, await page.evaluate(() => window.greeted)], [[], []]);
  assert.equal(said.filter((text) => text.includes("the page's own")).length, 1, said.join("\n"));
});

test("the built-in handlers are there, and a type without a handler harms nothing", async () => {
  const withActions = (...actions) => ({ ...model, actions: actions.map((action) => ({ when: { stage: "warm" }, ...action })) });
  site.collector.model = withActions({ id: "odd", do: { type: "unheard-of" }, priority: 2 }, { id: "chat", do: { type: "chat", message: "Questions?" } });
  const page = await open(context, site.address, { ...given, builtIn: true });
  await track(page, "like");
  await page.click("#button");
  await page.getByText("Questions?").first().waitFor();
  await until(() => stored(site.collector).includes("action_shown"), true);
  assert.deepEqual(page.errors, []);
});

test("an action that would be empty is not recorded as shown, and the next one comes", async () => {
  const withActions = (...actions) => ({ ...model, actions: actions.map((action) => ({ when: { stage: "warm" }, ...action })) });
  site.collector.model = withActions({ id: "empty", do: { type: "banner", text: "Hello" }, priority: 2 }, { id: "chat", do: { type: "chat", message: "Questions?" } });
  const page = await open(context, site.address, { ...given, builtIn: true });
  await track(page, "like");
  await page.click("#button");
  await page.getByText("Questions?").first().waitFor();
  const shown = () => [...site.collector.stored.values()].filter(({ event }) => event === "action_shown").map(({ properties }) => properties.action);
  await until(shown, ["chat"]);
  assert.ok(page.warnings.includes("warmlead: the banner `empty` is not shown: it needs a `message`"), page.warnings.join("\n"));
});

test("where a policy forbids the module, the page is none the worse", async () => {
  site.collector.page = { "content-security-policy": "script-src 'self'" };
  const page = await open(context, site.address, given);
  const { status, error, assessment } = await page.evaluate(() => {
    const { status, error, assessment } = window.warmlead;
    for (const name of ["track", "page", "identify", "consent"]) window.warmlead[name]({});
    return { status, error: error.code, assessment };
  });
  assert.deepEqual({ status, error, assessment, errors: page.errors }, { status: "unsupported", error: "UNSUPPORTED_RUNTIME", assessment: null, errors: [] });
  await page.evaluate(() => Promise.all([window.warmlead.flush(), window.warmlead.forget()]));
  assert.equal(site.collector.batches.length, 0);
});

test("a module that is cut off, is another one or can't be had is told of as what it is, not as forbidden", async () => {
  const error = async (options, cut) => {
    site.collector.wasm = cut;
    const page = await open(context, site.address, { ...given, ...options });
    const seen = await page.evaluate(() => ({ status: window.warmlead.status, code: window.warmlead.error?.code, message: window.warmlead.error?.message }));
    assert.deepEqual(page.errors, []);
    await page.close();
    assert.equal(seen.status, "unsupported");
    return [seen.code, seen.message];
  };
  const where = `${site.address}/warmlead/warmlead.wasm`;
  for (const type of ["application/wasm", "application/octet-stream"]) {
    site.collector.wasmType = type;
    assert.deepEqual(await error({}, (bytes) => bytes.subarray(0, 5000)), ["UNSUPPORTED_RUNTIME", `${where} can't be compiled: it is cut off or changed, or this runtime is too old for it`]);
    assert.deepEqual(await error({}, () => Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), ["MODULE_NOT_LOADED", "the module can't be started: it belongs to another version of this script, or there is no memory for it"]);
  }
  assert.deepEqual(await error({ wasm: "/missing.wasm" }), ["MODULE_NOT_LOADED", `${site.address}/missing.wasm answered 404`]);
  assert.deepEqual(await error({ wasm: "http://127.0.0.1:9/warmlead.wasm" }), ["MODULE_NOT_LOADED", "warmlead.wasm can't be had at http://127.0.0.1:9/warmlead.wasm"]);
  site.collector.page = { "content-security-policy": "script-src 'self'" };
  assert.match((await error({}))[1], /content security policy/);
});

test("where there is no page, `error` says so", async () => {
  const { start } = await import("../../target/npm/package/browser.js");
  const { status, error } = start();
  assert.deepEqual([status, error.code, error.message], ["unsupported", "UNSUPPORTED_RUNTIME", "there is no page here: the browser's client runs in a document, `warmlead` and `warmlead/edge` score elsewhere"]);
});

test("what is no listener is told of at once, and harms nothing later", async () => {
  const page = await open(context, site.address, given);
  await page.evaluate(() => {
    window.ends = ["x", undefined, { handleEvent() {} }, "x"].map((listener) => window.warmlead.subscribe(listener));
    for (const end of window.ends) end();
  });
  await track(page, "like");
  await page.waitForTimeout(100);
  assert.deepEqual(page.warnings, ['"x"', "undefined", "{}"].map((given) => `warmlead: subscribe(${given}) changes nothing: it takes a function, which it calls after each change`));
});

test("a server that names the wrong type for the module is put up with", async () => {
  site.collector.wasmType = "application/octet-stream";
  const page = await open(context, site.address, given);
  assert.equal(await page.evaluate(() => window.warmlead.status), "running");
});

test("without the collector's model the shipped one stands in, until the collector is there", async () => {
  Object.assign(site.collector, { model: null, status: 503 });
  const page = await open(context, site.address, given);
  assert.equal(await page.evaluate(() => window.warmlead.model.id), "b2b-saas");
  const said = () => page.warnings.filter((line) => line.includes("scoring model"));
  assert.deepEqual(said(), [`warmlead: no scoring model could be had at ${site.address}/v1/model (it answered 503): the one that ships with Warmlead scores instead, until the collector has one`]);
  // Tried again while there is none still, it is not told again.
  Object.assign(site.collector, { status: 200 });
  await track(page, "like");
  await page.evaluate(() => window.warmlead.flush());
  await until(() => page.evaluate(() => window.warmlead.queue.waiting), 0);
  assert.equal(said().length, 1);
  Object.assign(site.collector, { model, status: 200 });
  await track(page, "other");
  await page.evaluate(() => window.warmlead.flush());
  await until(() => page.evaluate(() => window.warmlead.assessment.model.id), "test");
  assert.equal(await score(page), 11);
});

test("options that are misspelt or wrong are told of, one by one, and the others count", async () => {
  const odd = { collecter: "/v2", pageviews: false, consent: "granted", collector: 42, pageViews: 0, model: 5, wasm: true, handlers: { greet: "hello" }, builtIn: true, constructor: 1 };
  const page = await open(context, site.address, odd);
  const KNOWN = "there are collector, model, wasm, consent, pageViews, handlers";
  assert.deepEqual(page.warnings.sort(), [
    "warmlead: start knows no option `collecter`: " + KNOWN,
    "warmlead: start knows no option `constructor`: " + KNOWN,
    "warmlead: start knows no option `pageviews`: " + KNOWN,
    "warmlead: the handler `greet` is a function, not \"hello\", and is left out",
    "warmlead: the option `collector` is an address, or null to send nothing, not 42; its default counts",
    'warmlead: the option `consent` is "ask" or "given", not "granted"; its default counts',
    "warmlead: the option `model` is a scoring model, or its address, not 5; its default counts",
    "warmlead: the option `pageViews` is true or false, not 0; its default counts",
    "warmlead: the option `wasm` is an address, not true; its default counts",
  ]);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.status, window.warmlead.model.id, window.warmlead.consentGiven, window.warmlead.assessment.events]), ["running", "test", null, 1]);
  const beside = await open(context, site.address, { ...given, collecter: "/v2", pageViews: false });
  await track(beside, "like");
  await until(() => stored(site.collector), ["like"]);
  assert.deepEqual(await beside.evaluate(async () => {
    const { start } = await import("/warmlead/browser.js");
    window.warmlead.stop();
    const started = start("/v1");
    await started.ready;
    return started.status;
  }), "running");
  assert.ok(beside.warnings.includes('warmlead: start("/v1"): options are an object with collector, model, wasm, consent, pageViews, handlers; without any, the defaults count'), beside.warnings.join("\n"));
});

test("a collector can be given as a URL", async () => {
  const page = await open(context, site.address, { ...given, collector: { href: `${site.address}/v1/` } });
  await until(() => stored(site.collector), ["page"]);
  assert.deepEqual(page.warnings, []);
});

test("a collector that is mistyped is told of by its address", async () => {
  for (const [collector, told] of [["/v2/", `${site.address}/v2/model`], ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1/model (Failed to fetch)"], ["http://x:99999/v1", "http://x:99999/v1/model"]]) {
    const page = await open(context, site.address, { ...given, collector });
    assert.ok(page.warnings.some((line) => line.startsWith(`warmlead: no scoring model could be had at ${told}`)), page.warnings.join("\n"));
    assert.deepEqual(await page.evaluate(() => [window.warmlead.status, window.warmlead.model.id]), ["running", "b2b-saas"]);
    await page.close();
  }
});

test("a model with mistakes is told of, and events are kept and sent all the same", async () => {
  const page = await open(context, site.address, { ...given, model: { id: "x", scores: 5 } });
  const { status, error, assessment } = await page.evaluate(() => ({ ...window.warmlead, status: window.warmlead.status, error: window.warmlead.error?.code, assessment: window.warmlead.assessment }));
  assert.deepEqual({ status, error, assessment }, { status: "running", error: "INVALID_MODEL", assessment: null });
  await until(() => stored(site.collector), ["page"]);
});

test("what comes next can be asked for, and is what the engine says", async () => {
  site.collector.model = { ...model, stages: [{ id: "mql", when: { "scores.engagement": { $gte: 30 } } }], mql: "mql" };
  const page = await open(context, site.address, given);
  await track(page, "like");
  assert.deepEqual(await page.evaluate(() => window.warmlead.next), { next_change: null, to_mql: [{ add: [{ rule: "mail", events: 1 }] }, { add: [{ rule: "like", events: 2 }] }, { add: [{ rule: "view", events: 19 }] }] });
  assert.equal(await page.evaluate(() => window.warmlead.next === window.warmlead.next), true, "found out once for an assessment");
  assert.equal(await page.evaluate(() => "to_mql" in window.warmlead.assessment), false, "and not unless it is asked for");
  await track(page, "like", "like");
  assert.deepEqual(await page.evaluate(() => window.warmlead.next), { next_change: null, to_mql: [] });
});

test("nothing that a page calls throws, whatever it gives", async () => {
  const page = await open(context, site.address, given);
  const thrown = await page.evaluate(() => {
    const circular = {};
    circular.self = circular;
    const hostile = { get x() { throw new Error("no"); } };
    const nested = JSON.parse('{"a":'.repeat(30) + "1" + "}".repeat(30));
    const calls = [
      () => window.warmlead.track("a", circular), () => window.warmlead.track("b", { big: 5n }), () => window.warmlead.track("c", hostile), () => window.warmlead.track("d", nested),
      () => window.warmlead.track(), () => window.warmlead.track(5), () => window.warmlead.track("e", { text: "x".repeat(40_000) }), () => window.warmlead.identify(null),
      () => window.warmlead.identify("text"), () => window.warmlead.consent(), () => window.warmlead.track("f", null, null), () => window.warmlead.subscribe(() => { throw new Error("listener"); }),
      () => window.warmlead.track("fine", { when: new Date(0), no: undefined, f: () => {} }),
    ];
    return calls.filter((call) => { try { call(); return false; } catch { return true; } }).map(String);
  });
  assert.deepEqual(thrown, []);
  assert.deepEqual(page.errors, []);
});

test("what another tab tells, whatever it is, keeps nobody from being scored", async () => {
  const page = await context.newPage();
  await page.addInitScript(() => (window.requestIdleCallback = () => 0));
  await page.goto(`${site.address}/?options=${encodeURIComponent(JSON.stringify(given))}`);
  await page.waitForFunction(() => window.warmlead?.queue.store === "indexeddb" && window.warmlead.queue.waiting === 1);
  const other = await context.newPage();
  await other.goto(`${site.address}/plain`);
  const visitor = await page.evaluate(() => window.warmlead.visitor);
  await other.evaluate((visitor) => {
    const channel = new BroadcastChannel("warmlead");
    for (const events of [[null], [5, "x"], 5, "text", undefined, [{ type: { toString: 1 } }]]) channel.postMessage({ kind: "events", visitor, events });
    for (const news of [null, 5, {}, { kind: "settled" }, { kind: "consent" }]) channel.postMessage(news);
  }, visitor);
  assert.equal(await page.evaluate(() => window.warmlead.status), "starting", "before the model is there");
  await page.evaluate(() => window.warmlead.ready);
  assert.deepEqual(await page.evaluate(() => [window.warmlead.status, window.warmlead.error, window.warmlead.assessment?.events]), ["running", null, 1]);
});

test("listeners hear of what changes, once for all that happens together, and not after they end", async () => {
  const page = await open(context, site.address, { ...given, collector: null });
  await page.evaluate(() => {
    window.heard = 0;
    window.end = window.warmlead.subscribe(() => window.heard++);
  });
  await page.evaluate(() => { for (let time = 0; time < 50; time++) window.warmlead.track("like"); });
  await page.waitForTimeout(300);
  const heard = await page.evaluate(() => window.heard);
  assert.ok(heard >= 1 && heard <= 60, String(heard));
  await page.evaluate(() => window.end());
  await track(page, "like");
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => window.heard), heard);
});

test("after stop nothing happens, and start begins anew", async () => {
  const page = await open(context, site.address, given);
  await until(() => stored(site.collector), ["page"]);
  await page.evaluate(() => {
    window.warmlead.stop();
    window.warmlead.track("like");
    history.pushState({}, "", "/later");
  });
  await page.waitForTimeout(1_500);
  assert.deepEqual(stored(site.collector), ["page"]);
  const again = await page.evaluate(async () => {
    const { start } = await import("/warmlead/browser.js");
    await window.warmlead.forget();
    const forgotten = (await indexedDB.databases()).length;
    const next = start({ consent: "given" });
    await next.ready;
    return [forgotten, next !== window.warmlead, start() === next, next.assessment.events];
  });
  assert.deepEqual(again, [0, true, true, 1]);
});
