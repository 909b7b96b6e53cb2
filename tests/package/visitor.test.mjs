// Scorer and its visitors: events one by one, snapshots, merging, disposing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const { score, Scorer, WarmleadError } = await load(await install("visitor"));
const now = NOON + 120_000;
const scorer = new Scorer(model);
const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

test("recorded one by one, events come to what they come to as a list", () => {
  const visitor = scorer.visitor("v");
  visitor.record(demo, { now });
  visitor.record(pricing, { now });
  const { rejected, ...scored } = score([pricing, demo], { model, visitor: "v", now, explain: true });
  assert.deepEqual(visitor.assess({ now, explain: true }), scored);
  assert.deepEqual(rejected, []);
  assert.deepEqual([visitor.stage, visitor.mql, visitor.value("engagement"), visitor.value("fit")], ["mql", true, 35, 0]);
});

test("record says whether anything visible changed", () => {
  const visitor = scorer.visitor("v");
  assert.equal(visitor.record({ id: "a", type: "scroll", time: NOON }, { now }), false, "no rule knows it");
  assert.equal(visitor.record(demo, { now }), true, "a score grew");
  assert.equal(visitor.record(demo, { now }), false, "known already");
  assert.equal(visitor.record({ ...demo, id: "late", time: now + 1 }, { now }), false, "not yet");
  assert.equal(visitor.record({ id: "i", type: "identify", time: NOON, traits: { country: "DE" } }, { now }), true, "a trait counts");
});

test("events without an id are told apart, and keep the order in which they were recorded", () => {
  const visitor = scorer.visitor("v");
  for (let index = 0; index < 300; index++) visitor.record({ type: "x", time: NOON, properties: { index } }, { now });
  const { events } = decode(visitor.snapshot());
  assert.deepEqual(events.map(({ properties }) => properties.index), Array.from({ length: 300 }, (_, index) => index));
  for (const { id } of events) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(events.map(({ id }) => id)).size, 300);
});

test("the document is what conditions see", () => {
  const visitor = scorer.visitor("v");
  visitor.record({ id: "i", type: "page_view", time: NOON, url: "https://acme.example/", traits: { company: { size: 7 } } }, { now });
  const document = visitor.document({ now });
  assert.equal(document.id, "v");
  assert.deepEqual(document.traits, { company: { size: 7 } });
  assert.equal(document.session.number, 1);
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
});

test("a snapshot is UTF-8 JSON, and brings the visitor back", () => {
  const visitor = scorer.visitor("v");
  visitor.record(pricing, { now });
  visitor.record({ ...demo, properties: { title: "naïve 😀" } }, { now });
  const snapshot = visitor.snapshot();
  assert.ok(snapshot instanceof Uint8Array);
  const { warmlead, visitor: id, events } = decode(snapshot);
  assert.deepEqual([warmlead, id, events.length], [1, "v", 2]);
  const back = scorer.visitor("v", structuredClone(snapshot));
  assert.deepEqual(back.assess({ now, explain: true }), visitor.assess({ now, explain: true }));
  assert.deepEqual(back.snapshot(), snapshot);
});

test("merging is a union, whoever comes first", () => {
  const [one, other] = [scorer.visitor("one"), scorer.visitor("other")];
  one.record(pricing, { now });
  one.record({ id: "both", type: "x", time: NOON }, { now });
  other.record(demo, { now });
  other.record({ id: "both", type: "x", time: NOON }, { now });
  const [first, second] = [one.snapshot(), other.snapshot()];
  assert.equal(one.merge(second, { now }), true);
  assert.equal(one.merge(second, { now }), false);
  other.merge(first, { now });
  const { visitor, ...rest } = one.assess({ now });
  const { visitor: otherVisitor, ...otherRest } = other.assess({ now });
  assert.deepEqual([visitor, otherVisitor, rest.events], ["one", "other", 3]);
  assert.deepEqual(rest, otherRest);
});

test("forgetting makes it smaller, detail first, and every assessment and snapshot says so", () => {
  const visitor = scorer.visitor("v");
  for (const event of [{ ...demo, id: "i", time: NOON, traits: { country: "DE" } }, { ...demo, id: "a", time: NOON + 1 }, { ...demo, id: "b", time: NOON + 2 }]) visitor.record(event, { now });
  assert.equal("forgotten" in visitor.assess({ now }), false);
  assert.deepEqual([visitor.size, visitor.forget(0), visitor.forget(1), visitor.size], [3, 0, 1, 2]);
  const forgotten = { events: 1, until: NOON + 1 };
  assert.deepEqual(decode(visitor.snapshot()).events.map(({ id }) => id), ["i", "b"]);
  assert.deepEqual([visitor.assess({ now }).forgotten, decode(visitor.snapshot()).forgotten], [forgotten, forgotten]);
  const back = scorer.visitor("v", visitor.snapshot());
  assert.deepEqual(back.assess({ now }), visitor.assess({ now }));
  const other = scorer.visitor("v");
  other.merge(visitor.snapshot(), { now });
  other.merge(visitor.snapshot(), { now });
  assert.deepEqual(other.assess({ now }).forgotten, forgotten);
  assert.deepEqual([back.forget(9), back.size, back.assess({ now }).forgotten], [2, 0, { events: 3, until: NOON + 2 }]);
  for (const count of [-1, 0.5, NaN, "1", undefined]) assert.equal(thrown(() => visitor.forget(count)).code, "INVALID_INPUT");
});

const encode = (text) => new TextEncoder().encode(text);
const broken = [
  ["no bytes at all", undefined],
  ["a string", "{}"],
  ["nothing", new Uint8Array()],
  ["no JSON", encode("hello")],
  ["no UTF-8", new Uint8Array([0xff, 0xfe])],
  ["no object", encode("7")],
  ["some other JSON", encode('{"events":[]}')],
  ["a later version", encode('{"warmlead":2,"visitor":"v","events":[]}')],
  ["without events", encode('{"warmlead":1,"visitor":"v"}')],
  ["a bad event", encode('{"warmlead":1,"visitor":"v","events":[{"id":"a","type":"x","time":1},{"id":"b","type":"x"}]}')],
  ["an event without an id", encode('{"warmlead":1,"visitor":"v","events":[{"type":"x","time":1}]}')],
  ["an odd count of what was forgotten", encode('{"warmlead":1,"visitor":"v","events":[],"forgotten":{"events":-1,"until":1}}')],
  ["no time of what was forgotten", encode('{"warmlead":1,"visitor":"v","events":[],"forgotten":{"events":1}}')],
  ["what was forgotten is no object", encode('{"warmlead":1,"visitor":"v","events":[],"forgotten":null}')],
  ["cut off", encode('{"warmlead":1,"visitor":"v","events":[{"id":"a","type":"x","ti')],
];
for (const [what, bytes] of broken) {
  test(`a snapshot that is none changes nothing: ${what}`, () => {
    const visitor = scorer.visitor("v");
    visitor.record(demo, { now });
    const before = visitor.assess({ now });
    const runs = [() => visitor.merge(bytes, { now })];
    if (bytes !== undefined) runs.push(() => scorer.visitor("v", bytes));
    for (const run of runs) {
      const error = thrown(run);
      assert.ok(error instanceof WarmleadError);
      assert.equal(error.code, "INVALID_SNAPSHOT", error.message);
    }
    assert.deepEqual(visitor.assess({ now }), before);
  });
}

test("misuse is said clearly", () => {
  const visitor = scorer.visitor("v");
  const hint = thrown(() => visitor.value("engagment"));
  assert.equal(hint.code, "INVALID_INPUT");
  assert.match(hint.message, /did you mean `engagement`/);
  assert.equal(thrown(() => visitor.value()).code, "INVALID_INPUT");
  assert.equal(thrown(() => visitor.assess({ explian: true })).path, "/explian");
  assert.equal(thrown(() => visitor.record(demo, { now: "soon" })).path, "/now");
  assert.equal(thrown(() => visitor.assess({ now: {} })).path, "/now");
});

test("a visitor that was disposed of says so", () => {
  const visitor = scorer.visitor("v");
  visitor.dispose();
  visitor.dispose();
  for (const run of [() => visitor.stage, () => visitor.record(demo), () => visitor.snapshot()]) {
    const error = thrown(run);
    assert.equal(error.code, "INVALID_INPUT");
    assert.match(error.message, /disposed/);
  }
});

test("`using` disposes of it", () => {
  const visitor = scorer.visitor("v");
  assert.equal(visitor[Symbol.dispose], visitor.dispose);
});

test("visitors do not know of each other", () => {
  const [one, other] = [scorer.visitor("one"), scorer.visitor("other")];
  one.record(demo, { now });
  assert.equal(other.assess({ now }).events, 0);
  one.dispose();
  assert.equal(other.assess({ now }).events, 0);
});

test("a visitor takes as many events as the model retains, and says so", () => {
  const visitor = new Scorer({ ...model, retention: { events: 3 } }).visitor("v");
  for (let index = 0; index < 3; index++) visitor.record({ id: `${index}`, type: "x", time: NOON + index }, { now });
  assert.equal(thrown(() => visitor.record({ id: "9", type: "x", time: NOON + 9 }, { now })).code, "VISITOR_FULL");
  assert.equal(visitor.assess({ now }).events, 3);
});
