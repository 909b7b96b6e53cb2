// Compares the package's public interface with other ways to score the same events: each measurement in a process of its own, in turn, processor time, medians; what they
// say is compared before anything is timed. It knows no scorer: those are in tests/measure/bench/scorers.

import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { assertSame } from "../../tests/measure/bench/agree.mjs";
import { main, root, run, say, StepError, target } from "./steps.mjs";

const help = `Compares ours with a scorer written by hand.

  node pkg-config/tools/bench.mjs [options]

  --package DIR    the package to measure, as \`make package\` builds it (target/npm/package)
  --rules N,N      how many rules the model has (100,1000,10000)
  --history N,N    how many events the visitor has before those that are timed (100)
  --runs N         processes for each figure, of which the median counts (5)`;

const bench = join(root, "tests/measure/bench");

/** Visitors and the events of each that are timed, by what they have behind them: enough to see something, not so many that the history grows much. */
const SHAPES = { 10: [1000, 10], 100: [200, 50], 1000: [40, 200] };

main(async () => {
  const { values } = parseArgs({
    options: { package: { type: "string" }, rules: { type: "string" }, history: { type: "string" }, runs: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return process.stdout.write(`${help}\n`);
  const folder = resolve(values.package ?? join(target, "npm/package"));
  const numbers = (text, standard) => text?.split(",").map(Number) ?? standard;
  const runs = Number(values.runs ?? 5);
  const scorers = ["warmlead", "indexed"];
  for (const rules of numbers(values.rules, [100, 1000, 10000])) {
    await compare(scorers, rules, folder);
    for (const history of numbers(values.history, [100])) {
      if (!SHAPES[history]) throw new StepError(`a history of ${Object.keys(SHAPES).join(", ")} events can be measured, not of ${history}`);
      const found = await measure(scorers, { rules, history, folder }, runs);
      say(`${rules} rules, ${history} past events: ours ${micros(found.warmlead)}, by hand ${micros(found.indexed)}: ratio ${(found.indexed / found.warmlead).toFixed(2)}`);
    }
  }
});

/** Fails unless all scorers say the same after each event. */
async function compare(scorers, rules, folder) {
  const said = {};
  for (const scorer of scorers) said[scorer] = await one({ scorer, rules, folder, check: 1200 });
  for (const scorer of scorers.slice(1)) assertSame(scorer, said[scorer], said[scorers[0]]);
  assert.equal(said[scorers[0]].length, 1200);
}

/** The median of each scorer's nanoseconds for an event. The scorers take turns, so that what else the machine does meets all of them. */
async function measure(scorers, { history, ...job }, runs) {
  const [visitors, timed] = SHAPES[history];
  const found = Object.fromEntries(scorers.map((scorer) => [scorer, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const scorer of scorers) found[scorer].push((await one({ ...job, scorer, history, visitors, timed, millis: 50 })).nanos);
  }
  return Object.fromEntries(scorers.map((scorer) => [scorer, median(found[scorer])]));
}

async function one(job) {
  const { output } = await run(process.execPath, [join(bench, "one.mjs"), JSON.stringify(job)], { capture: true });
  return JSON.parse(output);
}

function median(list) {
  return list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
}

function micros(nanos) {
  return `${(nanos / 1000).toPrecision(3)} µs`;
}
