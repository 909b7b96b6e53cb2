// Scorer and its visitors: events one by one, snapshots, merging, disposing.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { ofVersion, readSnapshot, seal } from "../support/snapshot.mjs";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const { score, Scorer, WarmleadError } = await load(await install("visitor"));
const now = NOON + 120_000;
const scorer = new Scorer(model);

test("recorded one by one, events come to what they come to as a list", () => {
  const visitor = scorer.visitor("v");
  visitor.record(demo, { now });
  visitor.record(pricing, { now });
  const { rejected, ...scored } = score([pricing, demo], { model, visitor: "v", now, explain: true });
  assert.deepEqual(visitor.assess({ now, explain: true }), scored);
  const { next_change, to_mql, ...receipted } = scored;
  assert.deepEqual(visitor.assess({ now, explain: "receipt" }), receipted);
  assert.throws(() => visitor.assess({ explain: "receipts" }), { code: "INVALID_INPUT", path: "/explain" });
  assert.deepEqual(rejected, []);
  assert.deepEqual([visitor.stage, visitor.mql, visitor.value("engagement"), visitor.value("fit")], ["mql", true, 35, 0]);
});

test("whatever a model takes of the memory, the first event finds room", async () => {
  const entry = pathToFileURL(join(await install("visitor"), "node_modules/warmlead/warmlead.js"));
  // Each has an instance of its own, whose memory is full to another place when its desk is asked for: a desk takes 4 KiB, a rule less than that.
  for (let rules = 0; rules < 160; rules++) {
    const { Scorer } = await import(`${entry}?rules=${rules}`);
    const more = Array.from({ length: rules }, (_, number) => ({ id: `rule-${number}`, on: "page_view", where: { path: `/${number}` }, points: 1 }));
    const visitor = new Scorer({ ...model, rules: [...model.rules, ...more] }).visitor("v");
    assert.equal(visitor.record(demo, { now }), true, `${rules} more rules`);
  }
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
  const events = visitor.events();
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

test("a snapshot is as it is described, and brings the visitor back", () => {
  const visitor = scorer.visitor("v");
  const full = { ...demo, url: "https://acme.example/a?b=c#d", properties: { title: "naïve 😀", list: [1, -2.5, null, { deep: true }] }, host: "h", offsite: true };
  const events = [{ id: "first", type: "x", time: NOON - 5 }, full, { ...full, id: "019bdf0a-1234-7abc-8def-0123456789ab" }, { ...full, id: "0123abcd-4567-49ef-9edc-ba9876543210" }];
  for (const event of events) visitor.record(event, { now });
  const snapshot = visitor.snapshot();
  assert.ok(snapshot instanceof Uint8Array);
  const { version, visitor: id, events: read, forgotten } = readSnapshot(snapshot);
  assert.deepEqual([version, id, forgotten], [1, "v", undefined]);
  assert.deepEqual(read, visitor.events());
  const byId = (events) => Object.fromEntries(events.map((event) => [event.id, event]));
  assert.deepEqual(byId(read), byId(events));
  const back = scorer.visitor("v", structuredClone(snapshot));
  assert.deepEqual(back.assess({ now, explain: true }), visitor.assess({ now, explain: true }));
  assert.deepEqual(back.snapshot(), snapshot);
  assert.deepEqual(scorer.visitor("v", Buffer.concat([Buffer.from("before"), snapshot]).subarray(6)).events(), read, "part of a larger buffer");
  const elsewhere = runInNewContext("(bytes) => Uint8Array.from(bytes)")([...snapshot]);
  assert.deepEqual(scorer.visitor("v", elsewhere).events(), read, "of another realm");
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
  assert.deepEqual(visitor.events().map(({ id }) => id), ["i", "b"]);
  assert.deepEqual([visitor.assess({ now }).forgotten, readSnapshot(visitor.snapshot()).forgotten], [forgotten, forgotten]);
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
const good = (() => {
  const visitor = scorer.visitor("v");
  visitor.record(demo, { now });
  return visitor.snapshot();
})();
const broken = [
  ["no bytes at all", undefined, /Uint8Array/],
  ["a string", "{}", /Uint8Array/],
  ["other numbers", new Uint16Array(40), /Uint8Array/],
  ["nothing", new Uint8Array(), /no snapshot/],
  ["something else", encode("hello"), /no snapshot/],
  ["JSON", encode('{"warmlead":1,"visitor":"v","events":[]}'), /no snapshot/],
  ["a later version", ofVersion(good, 2), /version 2/],
  ["cut off", good.subarray(0, -3), /checksum/],
  ["cut off early", good.subarray(0, 3), /too early/],
  ["changed", good.map((byte, place) => (place === 20 ? byte ^ 1 : byte)), /checksum/],
  ["forged badly", seal(Buffer.concat([good.subarray(0, -8), Buffer.from([0])])), /follows/],
];
for (const [what, bytes, reason] of broken) {
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
      assert.match(error.message, reason);
    }
    assert.deepEqual(visitor.assess({ now }), before);
  });
}

test("misuse is said clearly", () => {
  const visitor = scorer.visitor("v");
  const hint = thrown(() => visitor.value("engagment"));
  assert.equal(hint.code, "INVALID_INPUT");
  assert.equal(hint.path, "/score");
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
