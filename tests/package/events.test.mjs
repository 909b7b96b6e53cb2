// Events as pages really send them: bad ones are refused one by one, with a reason, and the good ones beside them count.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const folder = await install("events");
const { score, Scorer, WarmleadError } = await load(folder);
const { checkEvents } = await load(folder, "warmlead/check");
const now = NOON + 120_000;
const time = NOON;

const cyclic = { id: "cyclic", type: "x", time };
cyclic.properties = { list: [cyclic] };
const nested = (levels) => (levels === 0 ? 1 : { below: nested(levels - 1) });
const wide = {};
for (let level = 0, at = wide; level < 40; level++) at.left = at.right = at = {};
const { proxy: revoked, revoke } = Proxy.revocable([], {});
revoke();

const bad = [
  ["null", null, "INVALID_EVENT"],
  ["a string", "page_view", "INVALID_EVENT"],
  ["a list", [], "INVALID_EVENT"],
  ["nothing", undefined, "INVALID_EVENT"],
  ["a function", () => demo, "INVALID_EVENT"],
  ["a symbol", Symbol("event"), "INVALID_EVENT"],
  ["a BigInt", 1n, "INVALID_VALUE"],
  ["a revoked proxy", revoked, "INVALID_VALUE"],
  ["without a type", { time }, "INVALID_TYPE"],
  ["with an empty type", { type: "", time }, "INVALID_TYPE"],
  ["without a time", { type: "x" }, "INVALID_TIME"],
  ["with an invalid Date", { type: "x", time: new Date(NaN) }, "INVALID_TIME", /Invalid Date/],
  ["with NaN for a time", { type: "x", time: NaN }, "INVALID_TIME"],
  ["with half a millisecond", { type: "x", time: 1.5 }, "INVALID_TIME"],
  ["from before 1970", { type: "x", time: -1 }, "INVALID_TIME"],
  ["with a time that is an object", { type: "x", time: {} }, "INVALID_TIME"],
  ["with a number for an id", { id: 7, type: "x", time }, "INVALID_ID"],
  ["with a BigInt in it", { id: "b", type: "x", time, properties: { value: 12n } }, "INVALID_VALUE", /properties\.value/],
  ["with properties that are none", { type: "x", time, properties: "a" }, "INVALID_FIELD"],
  ["that contains itself", cyclic, "EVENT_TOO_DEEP"],
  ["nested 9 levels deep", { type: "x", time, properties: nested(9) }, "EVENT_TOO_DEEP"],
  ["nested 100,000 levels deep", { type: "x", time, properties: deep(100_000) }, "EVENT_TOO_DEEP"],
  ["larger than it may be", { type: "x", time, properties: { text: "x".repeat(32 * 1024) } }, "EVENT_TOO_LARGE"],
  ["of a hundred million characters", { type: "x", time, title: "x".repeat(1e8) }, "EVENT_TOO_LARGE"],
  ["with four billion holes", { type: "x", time, properties: { list: new Array(4e9) } }, "EVENT_TOO_LARGE"],
  ["that branches without end", { type: "x", time, properties: wide }, "EVENT_TOO_LARGE"],
  ["whose getter throws", { type: "x", time, get url() { throw new Error("not today"); } }, "INVALID_VALUE", /url.*not today/],
  ["whose getter throws nothing useful", { type: "x", time, get url() { throw undefined; } }, "INVALID_VALUE"],
  ["whose toJSON throws", { toJSON() { throw new TypeError("no"); } }, "INVALID_VALUE", /no/],
  ["that is a proxy which throws", new Proxy({}, { ownKeys() { throw new Error("keys"); } }), "INVALID_VALUE", /keys/],
  ["that calls back in", { type: "x", time, get url() { return score([demo]).stage; } }, "INVALID_VALUE", /warmlead was called/],
];

function deep(levels) {
  let value = {};
  for (let level = 0; level < levels; level++) value = { below: value };
  return value;
}

for (const [what, event, code, message = /./] of bad) {
  test(`an event is refused and harms nothing: ${what}`, () => {
    const { rejected, events, scores } = score([pricing, event, demo], { model, now });
    assert.equal(rejected.length, 1);
    const [rejection] = rejected;
    assert.deepEqual([rejection.index, rejection.code], [1, code], rejection.message);
    assert.match(rejection.message, message);
    assert.ok(rejection.message.length < 400);
    // warmlead/check says the same. What calls back in calls into another module there.
    if (what !== "that calls back in") {
      const [said, ...none] = checkEvents([pricing, event, demo]);
      assert.deepEqual([none, said], [[], rejection]);
    }
    assert.equal(rejection.id, event === cyclic ? "cyclic" : what === "with a BigInt in it" ? "b" : null);
    assert.deepEqual([events, scores.engagement.value], [2, 35]);

    const visitor = new Scorer(model).visitor("v");
    visitor.record(pricing, { now });
    const error = thrown(() => visitor.record(event, { now }));
    assert.ok(error instanceof WarmleadError);
    assert.equal(error.code, code);
    assert.equal(visitor.assess({ now }).events, 1);
    visitor.dispose();
  });
}

test("all of them at once", () => {
  const { rejected, events } = score([...bad.map(([, event]) => event), demo], { model, now });
  assert.equal(rejected.length, bad.length);
  assert.deepEqual(rejected.map(({ code }) => code), bad.map(([, , code]) => code));
  assert.equal(events, 1);
});

/** What the engine keeps of an event that was recorded. */
function kept(event) {
  const visitor = new Scorer(model).visitor("v");
  visitor.record({ id: "k", type: "x", time, ...event }, { now });
  // Through a snapshot, which must lose nothing of it.
  const events = new Scorer(model).visitor("v", visitor.snapshot()).events();
  assert.deepEqual(visitor.events(), events);
  return events[0];
}

test("events are read as JSON.stringify would write them", () => {
  class Money {
    constructor(amount) { this.amount = amount; }
    get doubled() { return this.amount * 2; }
    toJSON(key) { return `${key}: ${this.amount}`; }
  }
  const properties = {
    nothing: undefined, call() {}, [Symbol("s")]: 1, symbol: Symbol("s"), nan: NaN, infinite: -Infinity, zero: -0, yes: true, none: null,
    list: [undefined, () => 1, Symbol("s"), NaN, "x"], when: new Date(NOON), price: new Money(5), map: new Map([[1, 2]]), "ключ": "значение", "": "empty",
  };
  Object.defineProperty(properties, "hidden", { value: 1, enumerable: false });
  assert.deepEqual(kept({ properties }).properties, JSON.parse(JSON.stringify(properties)));
});

test("lone surrogates become the replacement character, in values and keys", () => {
  const { title, properties } = kept({ title: "a\ud83db\ude00", properties: { "\ud83d": "😀" } });
  assert.equal(title, "a\ufffdb\ufffd");
  assert.deepEqual(properties, { "\ufffd": "😀" });
});

test("an event may be an object that says itself what it is", () => {
  assert.equal(kept({ toJSON: () => ({ id: "j", type: "demo_use", time: new Date(NOON) }) }).time, NOON);
  class PageView {
    constructor() { this.id = "p"; this.type = "page_view"; this.time = new Date(NOON); }
  }
  assert.equal(score([new PageView()], { model, now }).events, 1);
});

test("numbers keep every digit", () => {
  for (const value of [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 9007199254740993, -1e21, 123456789.12345679]) {
    assert.equal(kept({ properties: { value } }).properties.value, value);
  }
});

test("ten thousand events that are all wrong are all named", () => {
  const { rejected } = score(Array.from({ length: 10_000 }, (_, index) => ({ type: "x", time: index % 2 ? "never" : 1n })), { model, now });
  assert.equal(rejected.length, 10_000);
});
