// A hundred real traps in a row, in a module that was compiled to have them (`recovery.test.mjs` makes traps at the border of the published one):
// each is answered with a typed error, what was there before goes on, and nothing piles up.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { target } from "../../pkg-config/tools/steps.mjs";
import { demo, model, NOON, pricing, thrown } from "./sample.mjs";
import { trapping } from "./trap/build.mjs";

const TRAPS = 100;
const MIB = 2 ** 20;
const now = NOON + 120_000;
/** The stack of a module has a mebibyte: traps that leave more than a hundredth of it behind use it up. */
const DEPTH = 40;

/** The memories of all instances, the running one last. */
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memories.push(new WeakRef(instance.exports.memory));
  return instance;
};

const { entry, wasm } = await trapping();
const { provide, score, Scorer, trap, trapChanging, WarmleadError } = await import(pathToFileURL(entry).href);
provide(() => readFileSync(wasm));

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

test("after each of a hundred traps everything goes on, and nothing piles up", async () => {
  const scorer = new Scorer(model);
  const [visitor, growing] = [scorer.visitor("v"), scorer.visitor("growing")];
  visitor.record(pricing, { now });
  visitor.record(demo, { now });
  const expected = visitor.assess({ now, explain: true });
  assert.equal(expected.stage, "mql");
  const sizes = [];
  for (let round = 1; round <= TRAPS; round++) {
    const error = thrown(() => (round % 2 ? trap(DEPTH) : trapChanging(model)));
    assert.ok(error instanceof WarmleadError && error.cause instanceof WebAssembly.RuntimeError, error);
    assert.equal(error.code, "INTERNAL");
    // Who was there before answers as before, and takes more events in; so does what is new.
    assert.deepEqual(visitor.assess({ now, explain: true }), expected);
    growing.record({ id: `e${round}`, type: "demo_use", time: NOON + round }, { now });
    assert.deepEqual([growing.size, growing.assess({ now }).scores.engagement.value], [round, Math.min(100, 25 * round)]);
    const fresh = scorer.visitor("fresh");
    fresh.record(demo, { now });
    assert.equal(fresh.assess({ now }).scores.engagement.value, 25);
    fresh.dispose();
    assert.equal(score([demo], { model, now }).scores.engagement.value, 25);
    sizes.push(memories.at(-1).deref().buffer.byteLength);
  }
  assert.equal(memories.length, TRAPS + 1, "each trap is answered with a fresh instance");
  assert.ok(Math.max(...sizes) <= sizes[0] + MIB, `an instance takes ${Math.max(...sizes)} bytes, the first took ${sizes[0]}`);
  // The instances that are gone are gone.
  await new Promise((done) => setTimeout(done));
  collect();
  const alive = memories.filter((memory) => memory.deref()).length;
  assert.ok(alive <= 3, `${alive} of ${memories.length} instances are still alive`);
  visitor.dispose();
  growing.dispose();
});

test("no published module can be made to trap", () => {
  const exported = (path) => WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path))).map(({ name }) => name);
  const traps = (path) => exported(path).filter((name) => /trap/.test(name)).sort();
  assert.deepEqual(traps(wasm), ["trap", "visitor_trap"]);
  const folder = join(target, "npm/package");
  const published = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
  assert.ok(published.includes("warmlead.wasm"), published);
  for (const name of published) {
    assert.ok(exported(join(folder, name)).includes("time"), "the names of what a module exports");
    assert.deepEqual(traps(join(folder, name)), [], name);
  }
});
