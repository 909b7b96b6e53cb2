// After a trap: a typed error, a fresh instance, and visitors that go on. The trap is made by hand, at the border of the module.

import assert from "node:assert/strict";
import { test } from "node:test";

/** The exports of the running instance that trap when they are called next, by name. */
const traps = new Set();
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const exports = Object.fromEntries(Object.entries(new Instance(module, imports).exports).map(([name, value]) => [name, typeof value !== "function" ? value : (...given) => {
    if (traps.has(name)) throw new WebAssembly.RuntimeError("unreachable");
    return value(...given);
  }]));
  return { exports };
};

const { install, load } = await import("./consumer.mjs");
const { demo, model, NOON, pricing, thrown } = await import("./sample.mjs");
const { score, Scorer } = await load(await install("recovery"));
const now = NOON + 120_000;

/** Runs with one trap; what is thrown. */
function trapped(name, run) {
  traps.add(name);
  try {
    return thrown(run);
  } finally {
    traps.clear();
  }
}

for (let round = 1; round <= 20; round++) {
  test(`a trap is answered with INTERNAL, and nothing is lost (${round})`, () => {
    const scorer = new Scorer(model);
    const [one, other] = [scorer.visitor("one"), scorer.visitor("other")];
    one.record(pricing, { now });
    other.record(demo, { now });
    const before = [one, other].map((visitor) => visitor.assess({ now, explain: true }));
    const error = trapped("visitor_record_packed", () => one.record(demo, { now }));
    assert.equal(error.code, "INTERNAL");
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.deepEqual([one, other].map((visitor) => visitor.assess({ now, explain: true })), before);
    one.record(demo, { now });
    assert.equal(one.value("engagement"), 35);
    assert.equal(score([demo], { model, now }).scores.engagement.value, 25);
    for (const visitor of [one, other]) visitor.dispose();
  });
}

test("what can't be saved is lost, and says so; the rest goes on", () => {
  const scorer = new Scorer(model);
  const visitor = scorer.visitor("lost");
  visitor.record(demo, { now });
  const snapshot = visitor.snapshot();
  assert.equal(trapped("visitor_assess", () => visitor.assess({ now })).code, "INTERNAL");
  // The next call saves what it can.
  trapped("visitor_snapshot", () => visitor.stage);
  const error = thrown(() => visitor.stage);
  assert.equal(error.code, "INTERNAL");
  assert.match(error.message, /snapshot/);
  assert.equal(scorer.visitor("lost", snapshot).assess({ now }).events, 1);
  visitor.dispose();
});
