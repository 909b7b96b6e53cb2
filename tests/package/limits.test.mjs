// The limits of docs/model.md, section 11, through the package: at the limit all is well, one beyond it is refused with its code. And bombs: what the
// module takes of memory, which never shrinks, stays within a bound. `tests/limits.rs` and `tests/bombs.rs` do the same natively.

import assert from "node:assert/strict";
import { test } from "node:test";

/** The memories of the instances, the running one last. */
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memories.push(instance.exports.memory);
  return instance;
};

const { install, load } = await import("./consumer.mjs");
const { demo, model, NOON, pricing, thrown } = await import("./sample.mjs");
const { matches, score, Scorer, translate, WarmleadError } = await load(await install("limits"));
const MIB = 2 ** 20;
const now = NOON + 120_000;
const time = NOON;

/** The code and the place of what is thrown; of a model or a condition, those of its problems. */
function refusal(run) {
  const error = thrown(run);
  assert.ok(error instanceof WarmleadError, error);
  return error.problems ? error.problems.map(({ code, path }) => `${code} ${path}`).join() : `${error.code} ${error.path}`;
}

const nested = (levels) => (levels === 1 ? {} : { a: nested(levels - 1) });
const negated = (levels) => (levels === 1 ? { "traits.a": 1 } : { $not: negated(levels - 1) });
/** `make` is given a text that gives what it makes so many bytes of JSON. */
function ofSize(size, make) {
  const bytes = (value) => JSON.stringify(value).length;
  const value = make("x".repeat(size - bytes(make(""))));
  assert.equal(bytes(value), size);
  return value;
}
const event = (more) => ({ id: "e", type: "click", time, ...more });
const rules = (count) => Array.from({ length: count }, (_, place) => ({ id: `r${place}`, on: "x", points: 1 }));
const loads = (more) => () => new Scorer({ ...model, ...more });
const records = (more) => () => {
  const visitor = new Scorer(model).visitor("v");
  try {
    visitor.record(event(more), { now });
  } finally {
    visitor.dispose();
  }
};
const sized = (size) => () => new Scorer(ofSize(size, (description) => ({ ...model, description })));

const limits = [
  ["a model of a mebibyte", sized(MIB), sized(MIB + 1), "MODEL_TOO_LARGE "],
  ["10,000 rules", loads({ rules: rules(10_000) }), loads({ rules: rules(10_001) }), "TOO_MANY_RULES /rules"],
  ["a condition 32 deep", () => matches(negated(32), {}), () => matches(negated(33), {}), `CONDITION_TOO_DEEP ${"/$not".repeat(32)}`],
  ["a condition 32 deep in a model", loads({ disqualify: [{ id: "d", when: negated(32) }] }), loads({ disqualify: [{ id: "d", when: negated(33) }] }), `CONDITION_TOO_DEEP /disqualify/0/when${"/$not".repeat(32)}`],
  ["an event of 32 KiB", records(ofSize(32 * 1024, (title) => event({ title }))), records(ofSize(32 * 1024 + 1, (title) => event({ title }))), "EVENT_TOO_LARGE "],
  ["properties 8 deep", records({ properties: nested(8) }), records({ properties: nested(9) }), "EVENT_TOO_DEEP "],
  ["traits 8 deep", records({ traits: nested(8) }), records({ traits: nested(9) }), "EVENT_TOO_DEEP "],
  ["a query 8 deep", records({ query: nested(8) }), records({ query: nested(9) }), "EVENT_TOO_DEEP "],
  ["the latest time", records({ time: 8.64e15 }), records({ time: 8.64e15 + 1 }), "INVALID_TIME "],
  ["the first time", records({ time: 0 }), records({ time: -1 }), "INVALID_TIME "],
];

for (const [what, at, beyond, expected] of limits) {
  test(`at the limit and one beyond: ${what}`, () => {
    at();
    assert.equal(refusal(beyond), expected);
  });
}

test("10,000 events are kept, and no more, whether they come one by one or in a list", () => {
  const events = Array.from({ length: 10_001 }, (_, place) => ({ id: `e${place}`, type: "x", time: time + place }));
  const visitor = new Scorer(model).visitor("v");
  for (const event of events.slice(0, 10_000)) visitor.record(event, { now });
  assert.equal(refusal(() => visitor.record(events.at(-1), { now })), "VISITOR_FULL ");
  assert.equal(visitor.size, 10_000);
  visitor.dispose();
  assert.deepEqual(score(events.slice(0, 10_000), { model, now }).rejected, []);
  const { rejected } = score(events, { model, now });
  assert.deepEqual(rejected.map(({ index, id, code }) => [index, id, code]), [[10_000, "e10000", "VISITOR_FULL"]]);
});

/** How many bytes more the module takes for `run`. */
function grown(run) {
  const before = memories.at(-1).buffer.byteLength;
  run();
  return memories.at(-1).buffer.byteLength - before;
}

const deep = Array.from({ length: 100_000 }).reduce((inner) => [inner], []);
const wide = Array.from({ length: 1_000_000 }, () => []);
const long = "x".repeat(MIB);
const keys = Object.fromEntries(Array.from({ length: 200_000 }, (_, place) => [`key${place}`, []]));

for (const [what, bomb] of Object.entries({ deep, wide, long, keys })) {
  test(`a bomb is refused, within little memory: ${what}`, () => {
    const visitor = new Scorer(model).visitor("v");
    const [event, tooMuch] = [{ id: "bomb", type: "x", time, properties: { bomb } }, what === "deep" ? "DEEP" : "LARGE"];
    const more = grown(() => {
      assert.match(refusal(() => visitor.record(event, { now })), new RegExp(`^EVENT_TOO_${tooMuch} /properties`));
      const { rejected, events } = score([pricing, event, demo], { model, now });
      assert.deepEqual([events, rejected.map(({ index, id, code }) => [index, id, code])], [2, [[1, "bomb", `EVENT_TOO_${tooMuch}`]]]);
      assert.match(refusal(() => new Scorer({ ...model, description: bomb })), /^(MODEL_)?TOO_/);
      assert.match(refusal(() => matches({ a: bomb }, {})), /TOO_/);
      assert.match(refusal(() => matches({}, { a: bomb })), /^INVALID_INPUT \/document/);
      assert.match(refusal(() => score([], { model, now, traits: { bomb } })), /^INVALID_INPUT \/traits/);
      for (const vocabulary of ["segment", "ga4", "shopify", "snowplow"]) {
        const said = translate([{ type: "track", event: "x", name: "x", anonymousId: "a", properties: { bomb }, bomb }], vocabulary, { now });
        assert.deepEqual([said.length, said.rejected.length], [0, 1], vocabulary);
      }
    });
    assert.ok(more <= 32 * MIB, `${more} bytes`);
    // Whoever was there before goes on.
    visitor.record(demo, { now });
    assert.equal(visitor.assess({ now }).scores.engagement.value, 25);
    visitor.dispose();
  });
}

test("a million events, one by one, take no more than a full visitor does", () => {
  const visitor = new Scorer({ ...model, retention: { events: 1000 } }).visitor("v");
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  let full = 0;
  const more = grown(() => {
    for (let place = 0; place < 1_000_000; place++) {
      try {
        visitor.record({ id: `e${place}`, type: "x", time: time + place, title: "A title of some length, as pages have them" }, { now: time + place });
      } catch (error) {
        if (error.code === "VISITOR_FULL") full++;
        else throw error;
      }
    }
  });
  Error.stackTraceLimit = limit;
  assert.deepEqual([full, visitor.size], [999_000, 1000]);
  assert.ok(more <= 8 * MIB, `${more} bytes`);
  visitor.dispose();
});

test("hundreds of thousands of events in one list take memory in proportion", () => {
  const events = Array.from({ length: 250_000 }, (_, place) => ({ id: `e${place}`, type: "x", time: time + place }));
  const more = grown(() => {
    const { rejected, events: counted } = score(events, { model, now: time + 1_000_000 });
    assert.deepEqual([counted, rejected.length], [10_000, 240_000]);
    assert.ok(rejected.every(({ code }) => code === "VISITOR_FULL"));
  });
  // Half of it is the answer: a refusal, in words, for nearly each.
  assert.ok(more <= events.length * 1536, `${more} bytes`);
});
