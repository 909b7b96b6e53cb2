// score() and matches(): what goes in, what comes out, and what is said of input that can't be used.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const { matches, score, Scorer, WarmleadError } = await load(await install("score"));
const now = NOON + 120_000;

test("a list of events becomes an assessment of plain objects and numbers", () => {
  const scored = score([demo, pricing], { model, visitor: "v", now, explain: true });
  assert.deepEqual(JSON.parse(JSON.stringify(scored)), scored, "nothing but JSON comes out");
  const { digest, ...rest } = scored;
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.deepEqual(rest, {
    model: { id: "sample", version: "7" },
    visitor: "v",
    at: now,
    events: 2,
    scores: { engagement: { value: 35, grade: null, max: 100 }, fit: { value: 0, grade: null, max: 50 } },
    grade: null,
    stage: "mql",
    stage_since: NOON + 60_000,
    mql: true,
    mql_at: NOON + 60_000,
    disqualified: [],
    transitions: [{ from: "visitor", to: "mql", at: NOON + 60_000, event: "e2" }],
    show: [{ id: "chat", priority: 0, do: { type: "chat", message: "Hello" } }],
    held_out: [],
    receipt: {
      engagement: [
        { rule: "demo", group: null, matches: 1, counted: 1, points: 25 },
        { rule: "pricing", group: null, matches: 1, counted: 1, points: 10 },
      ],
      fit: [],
    },
    next_change: null,
    to_mql: [],
    rejected: [],
  });
});

test("explained, an assessment says what comes next", () => {
  const fading = { ...model, rules: model.rules.map((rule) => (rule.on ? { ...rule, decay: { expire: "7d" } } : rule)) };
  fading.stages = [{ id: "lead", when: { "scores.engagement": { $gte: 10 } }, exit: { "scores.engagement": { $lt: 10 } } }, ...model.stages];
  const { next_change, to_mql } = score([pricing], { model: fading, now, explain: true });
  assert.deepEqual(next_change, { at: Date.UTC(2026, 0, 28), stage: "visitor" });
  assert.deepEqual(to_mql, [{ add: [{ rule: "demo", events: 1 }] }, { add: [{ rule: "pricing", events: 3 }] }]);
  const scorer = new Scorer(fading);
  const visitor = scorer.visitor("anonymous");
  visitor.record(pricing, { now });
  assert.deepEqual(visitor.assess({ now, explain: true }).next_change, next_change);
  assert.equal(visitor.assess({ now }).next_change, undefined);
});

test("without a model, the shipped one is used; without a time, the present", () => {
  const before = Date.now();
  const { model: name, at, visitor, receipt } = score([]);
  assert.equal(name.id, "b2b-saas");
  assert.ok(at >= before && at <= Date.now());
  assert.equal(visitor, "anonymous");
  assert.equal(receipt, undefined);
});

test("traits from outside count", () => {
  assert.equal(score([], { model, now, traits: { country: "DE" } }).scores.fit.value, 20);
});

test("times may be numbers, Dates or ISO 8601", () => {
  const expected = score([demo], { model, now });
  for (const time of [new Date(demo.time), new Date(demo.time).toISOString(), "2026-01-21T13:01:00+01:00"]) {
    for (const at of [now, new Date(now), new Date(now).toISOString()]) assert.deepEqual(score([{ ...demo, time }], { model, now: at }), expected);
  }
});

test("a Date is its exact time, whatever year it lies in", () => {
  const far = new Date(8.64e15);
  assert.equal(score([{ type: "demo_use", time: far }], { model, now: far }).events, 1);
});

test("a model is compiled once per object", () => {
  let reads = 0;
  const watched = new Proxy(model, { get: (target, key) => ((reads += key === "rules" ? 1 : 0), target[key]) });
  score([demo], { model: watched, now });
  const once = reads;
  assert.ok(once > 0);
  score([demo], { model: watched, now });
  assert.equal(reads, once);
});

test("a bad model is refused with everything that is wrong with it", () => {
  const bad = { ...model, rules: [{ id: "a", on: "x", ponits: 1 }, { id: "a", on: "x", points: "ten" }], mql: "nowhere" };
  for (const run of [() => score([], { model: bad }), () => new Scorer(bad)]) {
    const error = thrown(run);
    assert.ok(error instanceof WarmleadError && error instanceof Error);
    assert.equal(error.name, "WarmleadError");
    assert.equal(error.code, "INVALID_MODEL");
    assert.ok(error.problems.length >= 3, error.message);
    for (const problem of error.problems) assert.deepEqual(Object.keys(problem).sort(), ["code", "message", "path"]);
    assert.ok(error.problems.some(({ path, code }) => path === "/rules/0/ponits" && code === "UNKNOWN_KEY"));
    assert.equal(error.path, error.problems[0].path);
    assert.match(error.message, /^INVALID_MODEL at \/rules\/0.*`warmlead\/check` says more$/);
  }
});

test("a model that is none is refused, too", () => {
  const cyclic = { id: "c" };
  cyclic.self = cyclic;
  const throwing = { get id() { throw new Error("no id today"); } };
  for (const bad of [null, "b2b-saas", 7, [], { ...model, version: 1n }, cyclic, throwing, () => model, Symbol("model")]) {
    const error = thrown(() => score([], { model: bad }));
    assert.equal(error.code, "INVALID_MODEL");
    assert.ok(error.problems.length >= 1 && error.message.length > 10);
  }
});

test("a huge model is refused without being read to its end", () => {
  const rules = Array.from({ length: 200_000 }, (_, index) => ({ id: `r${index}`, on: "x", points: 1 }));
  assert.equal(thrown(() => new Scorer({ ...model, rules })).code, "INVALID_MODEL");
  assert.equal(thrown(() => new Scorer({ ...model, rules: new Array(4e9) })).code, "INVALID_MODEL");
});

const misused = [
  ["events that are no list", () => score({ 0: demo }), "/events"],
  ["no events at all", () => score(), "/events"],
  ["an unknown option", () => score([], { exlpain: true }), "/exlpain"],
  ["options that are none", () => score([], "now"), ""],
  ["a visitor that is no string", () => score([], { visitor: 7 }), "/visitor"],
  ["a visitor without a name", () => score([], { visitor: "" }), "/visitor"],
  ["explain that is no boolean", () => score([], { explain: "yes" }), "/explain"],
  ["traits that are no object", () => score([], { traits: ["DE"] }), "/traits"],
  ["traits with a BigInt", () => score([], { traits: { seats: 5n } }), "/traits/seats"],
  ["now that is no time", () => score([], { now: "noon" }), "/now"],
  ["now that is an invalid Date", () => score([], { now: new Date(NaN) }), "/now"],
  ["now that is null", () => score([], { now: null }), "/now"],
  ["now before 1970", () => score([], { now: -1 }), "/now"],
  ["a visitor's id that is none", () => new Scorer().visitor(), "/id"],
  ["a document with a BigInt", () => matches({}, { a: [1n] }), "/document/a/0"],
];
for (const [what, run, path] of misused) {
  test(`misuse is said clearly: ${what}`, () => {
    const error = thrown(run);
    assert.ok(error instanceof WarmleadError, String(error));
    assert.deepEqual([error.code, error.path], ["INVALID_INPUT", path], error.message);
    assert.doesNotMatch(error.message, /JsValue|undefined is not|Option|&str/);
  });
}

test("conditions are asked without a model", () => {
  assert.equal(matches({ "traits.seats": { $gte: 50 } }, { traits: { seats: 120 } }), true);
  assert.equal(matches({ path: { $glob: "/pricing*" } }, { path: "/about" }), false);
  assert.equal(matches({ when: "2026-01-21T12:00:00.000Z" }, { when: new Date(NOON) }), true, "a Date is what JSON makes of it");
});

test("a condition that can't be read is refused with everything that is wrong", () => {
  const error = thrown(() => matches({ a: { $gtee: 1 }, b: { $regex: "(?=x)" } }, {}));
  assert.equal(error.code, "INVALID_CONDITION");
  assert.equal(error.problems.length, 2);
});

test("`__proto__` is a key like any other", () => {
  const document = JSON.parse('{ "__proto__": { "admin": true } }');
  assert.equal(matches({ "__proto__.admin": true }, document), matches(JSON.parse('{ "__proto__.admin": true }'), document));
  assert.equal({}.admin, undefined);
  const visitor = new Scorer(model).visitor("v");
  visitor.record({ type: "identify", time: NOON, traits: document }, { now });
  assert.equal(Object.getPrototypeOf(visitor.document({ now }).traits), Object.prototype);
  assert.deepEqual(Object.keys(visitor.document({ now }).traits), ["__proto__"]);
});
