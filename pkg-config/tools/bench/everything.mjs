// Everything that is measured for docs/performance.md. It knows nothing of how the page looks.

import assert from "node:assert/strict";
import { join } from "node:path";
import { nodeModules } from "../need.mjs";
import { step } from "../steps.mjs";
import { compare, costs } from "./events.mjs";
import { median } from "./median.mjs";
import { EXPLAINED, native, nativeExplain } from "./native.mjs";
import { bundled, compressed, home, install, nativeBytes } from "./peers.mjs";
import { HISTORIES, jobOf, OURS, RULES, SCORERS } from "./plan.mjs";
import { inTurns, measured, programs } from "./processes.mjs";

/** The figures, of the package in a folder, each from so many processes. */
export async function everything(folder, turns) {
  await nodeModules();
  await install();
  const where = { folder, peers: home };
  const found = { folder, turns, events: [], full: [] };
  await step("what they say, compared", {}, async () => {
    for (const rules of RULES) await compare(Object.keys(SCORERS), rules, where);
  });
  for (const rules of RULES) {
    await step(`events, ${rules} rules`, {}, async () => {
      for (const history of HISTORIES) {
        for (const [scorer, { nanos, events }] of Object.entries(await costs(Object.keys(SCORERS), rules, history, where, turns))) {
          found.events.push({ scorer, rules, history, nanos, events });
        }
      }
    });
  }
  await step("everything that a model may ask", {}, async () => {
    for (const rules of RULES.slice(1)) {
      for (const history of HISTORIES) {
        const { nanos } = (await costs([OURS], rules, history, { ...where, full: true }, Math.min(turns, 3)))[OURS];
        found.full.push({ rules, history, nanos });
      }
    }
  });
  await step("starts", {}, async () => {
    const work = (name) => () => measured("cold.mjs", { ...jobOf(name, 100, 10), ...where });
    found.cold = medians(await inTurns(turns, byName(Object.keys(SCORERS).filter((name) => !SCORERS[name].grouped), work)));
  });
  await step("the boundary, memory, days", {}, async () => {
    const memory = ([rules, history, visitors]) => {
      const of = (scorer) => () => measured("memory.mjs", { scorer, rules, history, visitors, folder }, ["--expose-gc"]);
      return { rules, history, works: { [OURS]: of(OURS), indexed: of("indexed") } };
    };
    found.memory = [];
    for (const { works, ...size } of [[100, 100, 1000], [100, 1000, 200], [1000, 1000, 200]].map(memory)) found.memory.push({ ...size, ...medians(await inTurns(1, works)) });
    const rest = { tiers: () => measured("tiers.mjs", { rules: 100, history: 100, folder }), day: () => measured("days.mjs", { rules: 1000, days: 100, folder }) };
    Object.assign(found, medians(await inTurns(Math.min(turns, 3), rest)));
  });
  found.native = await native([100, 1000], [10, 1000]);
  await step("what comes next, and a year's absence", {}, async () => {
    const { explain, diff, absence } = await nativeExplain();
    const inWasm = await measured("explain.mjs", { folder, file: EXPLAINED });
    found.explain = [...explain.map(({ name, native }, place) => ({ name, native, wasm: inWasm.explain[place] })), { name: "`diff` of two models", native: diff.native, wasm: inWasm.diff }];
    found.absence = { native: absence, wasm: inWasm.absence };
  });
  found.bytes = await bytes(folder);
  assert.ok(found.native.replay.length > 0 && found.native.day > 0, "warmlead bench printed something else");
  return found;
}

/** Bytes with Brotli of what each is to who downloads it. */
async function bytes(folder) {
  const file = (name) => compressed(join(folder, name));
  const library = (name, what) => bundled(`import { ${what} } from "${name}"; globalThis.own = ${what};`);
  return {
    engine: file("warmlead.wasm"),
    entry: file("warmlead.workerd.js"),
    inlined: file("warmlead.js") + file("wasm-inlined.js"),
    browser: file("browser.js"),
    "json-logic-engine": await library("json-logic-engine", "LogicEngine"),
    growthbook: await library("@growthbook/growthbook", "evalCondition"),
    "json-rules-engine": await library("json-rules-engine", "Engine"),
    indexed: await bundled(`export { load } from ${JSON.stringify(join(programs, "scorers/indexed.mjs"))};`),
    zen: nativeBytes(),
  };
}

const byName = (names, make) => Object.fromEntries(names.map((name) => [name, make(name)]));

const medians = (answers) => Object.fromEntries(Object.entries(answers).map(([name, list]) => [name, median(list)]));
