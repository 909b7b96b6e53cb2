// translate(): what other tools are sent becomes events, whatever a page has pushed. What each message means, tests/vectors/translate.json says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { model, NOON, thrown } from "./sample.mjs";

const { score, Scorer, translate, WarmleadError } = await load(await install("translate"));
const now = NOON;
const T = new Date(NOON).toISOString();

test("a dataLayer is scored as it is", () => {
  const dataLayer = [];
  function gtag() { dataLayer.push(arguments); }
  const element = { tagName: "A" };
  element.fiber = { of: element };
  dataLayer.push({ "gtm.start": NOON, event: "gtm.js" }, () => gtag("event", "never"), { event: "gtm.click", "gtm.element": element });
  gtag("js", new Date(NOON));
  gtag("config", "G-1", { user_properties: { role: "cto" } });
  gtag("event", "page_view", { page_location: "https://acme.example/pricing" });
  dataLayer.push({ event: "demo_use", eventCallback() {} });
  const events = translate(dataLayer, "ga4", { now });
  assert.deepEqual(events, [
    { type: "identify", time: NOON, traits: { role: "cto" } },
    { type: "page_view", time: NOON, url: "https://acme.example/pricing", properties: { page_location: "https://acme.example/pricing" } },
    { type: "demo_use", time: NOON },
  ]);
  assert.deepEqual([events.rejected, events.merges], [[], []]);
  const { scores, rejected } = score(events, { model, now });
  assert.deepEqual([scores.engagement.value, rejected], [35, []]);
});

test("what can't be read harms nothing beside it", () => {
  const cyclic = { event: "cyclic" };
  cyclic.self = cyclic;
  const list = [{ event: "one" }, cyclic, { event: "big", value: 1n }, { get event() { throw new Error("not today"); } }, 5, ["event", ""], { event: "two" }];
  const events = translate(list, "ga4", { now });
  assert.deepEqual(events.map(({ type }) => type), ["one", "two"]);
  assert.deepEqual(Object.keys(events), ["0", "1"], "what is beside the events is not among them");
  assert.deepEqual(events.rejected.map(({ index, code }) => [index, code]), [
    [1, "EVENT_TOO_DEEP"], [2, "INVALID_VALUE"], [3, "INVALID_VALUE"], [4, "INVALID_EVENT"], [5, "INVALID_TYPE"],
  ]);
  const messages = [{ type: "track", event: "x", messageId: "m1", timestamp: "soon" }, null];
  assert.deepEqual(translate(messages, "segment").rejected.map(({ index, id, code }) => [index, id, code]), [[0, "m1", "INVALID_TIME"], [1, null, "INVALID_EVENT"]]);
});

test("whose it is comes along", () => {
  const hit = { client_id: "c1", timestamp_micros: NOON * 1000, events: [{ name: "login" }, { name: "sign_up" }] };
  const events = translate(hit, "ga4");
  assert.deepEqual(events.map(({ visitor, type, time }) => [visitor, type, time]), [["c1", "login", NOON], ["c1", "sign_up", NOON]]);
  // The same hit again is the same events.
  assert.equal(score([...events, ...translate(structuredClone(hit), "ga4")], { model, now }).events, 2);
  assert.equal(translate({ type: "page", userId: "u1", timestamp: new Date(NOON) }, "segment")[0].visitor, "u1");
});

test("an alias says whose events to merge", () => {
  const batch = { batch: [{ type: "page", anonymousId: "a1", messageId: "m1", timestamp: T, context: { page: { url: "https://acme.example/pricing" } } }, { type: "alias", previousId: "a1", userId: "u1" }] };
  const events = translate(batch, "segment");
  assert.deepEqual(events.merges, [{ from: "a1", into: "u1" }]);
  const scorer = new Scorer(model);
  const visitors = { a1: scorer.visitor("a1"), u1: scorer.visitor("u1") };
  for (const event of events) visitors[event.visitor].record(event, { now });
  for (const { from, into } of events.merges) visitors[into].merge(visitors[from].snapshot(), { now });
  assert.equal(visitors.u1.assess({ now }).events, 1);
});

test("Shopify and Snowplow, too", () => {
  const shopify = { id: "s1", clientId: "c1", name: "checkout_completed", timestamp: T, data: { checkout: { email: "jo@acme.example" } } };
  assert.deepEqual(translate(shopify, "shopify")[0], { visitor: "c1", id: "s1", type: "purchase", time: NOON, properties: shopify.data, traits: { email: "jo@acme.example" } });
  const snowplow = { event_name: "link_click", event_id: "e1", derived_tstamp: T, domain_userid: "d1", unstruct_event_com_snowplowanalytics_snowplow_link_click_1: { targetUrl: "/x" } };
  assert.deepEqual(translate(snowplow, "snowplow")[0], { visitor: "d1", id: "e1", type: "click", time: NOON, properties: { targetUrl: "/x" } });
});

test("a message without a time happened now", () => {
  const before = Date.now();
  const [{ time }] = translate(["event", "login"], "ga4");
  assert.ok(time >= before && time <= Date.now());
  assert.equal(translate(["event", "login"], "ga4", { now: T })[0].time, NOON);
});

const misuses = [
  ["no vocabulary", () => translate({}), "/vocabulary", /string/],
  ["a vocabulary that is none", () => translate({}, "ga5"), "/vocabulary", /vocabulary/],
  ["a bad now", () => translate({}, "ga4", { now: "soon" }), "/now", /now/],
  ["an unknown option", () => translate({}, "ga4", { at: 5 }), "/at", /now/],
];
for (const [what, misuse, path, message] of misuses) {
  test(`a call that can't be understood says why: ${what}`, () => {
    const error = thrown(misuse);
    assert.ok(error instanceof WarmleadError);
    assert.deepEqual([error.code, error.path], ["INVALID_INPUT", path]);
    assert.match(error.message, message);
  });
}
