// What the JavaScript around the package may do to it: call it from within its own data, run out of stack, change the prototypes of everything, never keep what it made.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { install, load } from "./consumer.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";

const folder = await install("host");
const { matches, score, Scorer, translate } = await load(folder);
const now = NOON + 120_000;
/** Runs a module in the consumer's folder, in a process of its own; what it prints, as JSON. */
const runModule = (source, ...flags) => JSON.parse(execFileSync(process.execPath, [...flags, "--input-type=module", "-e", source], { cwd: folder, encoding: "utf8" }));

test("an event that has its visitor disposed of while it is read is refused, and nothing else comes of it", () => {
  const scorer = new Scorer(model);
  const asks = {
    record: (visitor, event) => visitor.record(event, { now }),
    "record, not packed": (visitor, event) => visitor.record(Object.defineProperty(event, "title", { value: "é", enumerable: true }), { now }),
    learn: (visitor, event) => visitor.learn([event]),
    score: (_, event) => score([event], { model, now }),
  };
  for (const [name, ask] of Object.entries(asks)) {
    const visitor = scorer.visitor("v");
    visitor.record(demo, { now });
    const refused = [];
    const event = {
      id: "hostile",
      type: "page_view",
      time: NOON,
      get url() {
        for (const call of [() => visitor.dispose(), () => visitor.assess(), () => visitor.record(pricing), () => score([])]) refused.push(thrown(call).code);
        return "https://acme.example/pricing";
      },
    };
    try {
      ask(visitor, event);
    } catch (error) {
      assert.equal(error.code, "INVALID_VALUE", name);
    }
    assert.ok(refused.length > 0 && refused.every((code) => code === "INVALID_INPUT"), `${name}: ${refused}`);
    assert.ok(visitor.assess({ now }).scores.engagement.value >= 25, name);
    visitor.dispose();
    assert.equal(thrown(() => visitor.size).code, "INVALID_INPUT");
  }
});

test("where the stack runs out, the call fails; visitors and what is asked later stay what they were", () => {
  const scorer = new Scorer(model);
  const visitor = scorer.visitor("v");
  visitor.record(demo, { now });
  visitor.record(pricing, { now });
  const odd = { id: "odd", type: "page_view", time: NOON, title: "é", url: "https://acme.example/é" };
  const asks = [
    () => visitor.record(odd, { now }),
    () => visitor.record(demo, { now }),
    () => visitor.assess({ now, explain: true }),
    () => visitor.snapshot(),
    () => score([odd, demo], { model, now }),
    () => matches({ a: { b: 1 } }, { a: { b: 1 } }),
    () => new Scorer(model),
  ];
  const said = () => JSON.stringify([score([odd, pricing], { model, now }), matches({ a: "é" }, { a: "é" }), visitor.value("engagement")]);
  const before = said();
  const outcomes = { done: 0, failed: 0 };
  for (const ask of asks) {
    // Asks where so many frames are left, or rather the room of so many small ones.
    for (let left = 1; left < 2_500; left += 1 + (left >> 4)) {
      let frames = left;
      const deep = () => {
        try {
          deep();
        } catch {
          if (--frames === 0) {
            try {
              ask();
              outcomes.done++;
            } catch {
              outcomes.failed++;
            }
          }
          throw 0;
        }
      };
      thrown(deep);
      assert.equal(said(), before, `${ask}, ${left} frames from the end`);
    }
  }
  assert.ok(outcomes.done > 0 && outcomes.failed > 0, JSON.stringify(outcomes));
});

test("what is never kept is let go of: models that `score` is given, scorers, visitors", () => {
  const source = `
    import { score, Scorer } from "warmlead";
    const given = ${JSON.stringify(model)};
    const gone = {};
    const registry = new FinalizationRegistry((name) => (gone[name] = (gone[name] ?? 0) + 1));
    const makes = {
      score: () => { const model = { ...given }; score([], { model }); return model; },
      scorer: () => new Scorer({ ...given }),
      "its model": () => { const model = { ...given }; new Scorer(model); return model; },
      visitor: () => new Scorer(given).visitor("v"),
    };
    for (const [name, make] of Object.entries(makes)) for (let count = 0; count < 100; count++) registry.register(make(), name);
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      gc();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(JSON.stringify(gone));`;
  // The last of each may stand in a register yet.
  for (const [name, count] of Object.entries({ score: 0, scorer: 0, "its model": 0, visitor: 0, ...runModule(source, "--expose-gc") })) assert.ok(count >= 98, `${name}: ${count} of 100`);
});

test("what others have put on the prototypes of everything does not show", () => {
  // Old Prototype.js has every list written as a text; others have added what `for … in` finds.
  const patches = `
    Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };
    Array.prototype.contains = Object.prototype.extend = function () {};
    Object.prototype.inherited = "always";`;
  const source = (patch) => `
    ${patch}
    const { matches, score, Scorer, translate } = await import("warmlead");
    const now = ${now};
    const events = [${JSON.stringify(demo)}, { ...${JSON.stringify(pricing)}, properties: { list: [1, "é", { a: [] }] } }, { type: "x", get time() { throw new Error("boo"); } }];
    const visitor = new Scorer(${JSON.stringify(model)}).visitor("v");
    const recorded = events.slice(0, 2).map((event) => visitor.record(event, { now }));
    const said = [
      score(events, { now, explain: true }),
      score(events, { model: ${JSON.stringify(model)}, now }),
      [...translate([{ event: "purchase", items: [{ price: 1 }] }], "ga4", { now })],
      matches({ country: { $in: ["DE"] } }, { country: "DE" }),
      recorded, visitor.assess({ now }), visitor.events(), visitor.document({ now }),
    ];
    delete Array.prototype.toJSON;
    console.log(JSON.stringify(said));`;
  assert.deepEqual(runModule(source(patches)), runModule(source("")));
});

test("a clock that shows parts of a millisecond is one", () => {
  const source = `
    const { score, Scorer, translate } = await import("warmlead");
    const now = ${now};
    let part = 0;
    Date.now = () => now + part;
    const ask = () => {
      const visitor = new Scorer(${JSON.stringify(model)}).visitor("v");
      const events = [${JSON.stringify(demo)}, ${JSON.stringify(pricing)}];
      const recorded = events.map((event) => visitor.record(event));
      const asked = [recorded, visitor.stage, visitor.mql, visitor.value(Object.keys(visitor.assess().scores)[0]), visitor.assess(), visitor.document()];
      return JSON.stringify([asked, score(events), visitor.assess({ now: now + part }), [...translate([{ event: "purchase", items: [{ price: 1 }] }], "ga4")].map(({ id, ...event }) => event)]);
    };
    const whole = ask();
    part = 0.75;
    const parts = ask();
    const visitor = new Scorer().visitor("v");
    for (part of [0.1, 0.5, 0.7, 0]) visitor.record({ type: "click", time: now });
    console.log(JSON.stringify([whole, parts, visitor.events().map(({ id }) => id)]));`;
  const [whole, parts, ids] = runModule(source);
  assert.deepEqual(JSON.parse(parts), JSON.parse(whole));
  assert.equal(ids.length, 4);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});
