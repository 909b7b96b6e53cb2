// Compares the package's public interface with other ways to score the same events: each measurement in a process of its own, in turns, processor time, medians; what they
// say is compared before anything is timed. It knows no scorer: those are in tests/measure/bench/scorers.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { everything } from "./bench/everything.mjs";
import { compare, costs } from "./bench/events.mjs";
import { HISTORIES, OURS, TURNS } from "./bench/plan.mjs";
import { write } from "./bench/report.mjs";
import { main, run, say, StepError, target } from "./steps.mjs";

const help = `Compares the package with other ways to score the same events.

  node pkg-config/tools/bench.mjs [options]

Without options: ours and a scorer written by hand, in about half a minute, to see what a change does.

  --report         everything, and writes docs/performance.md (\`make bench\`)
  --package DIR    the package to measure, as \`make package\` builds it (target/npm/package)
  --rules N,N      how many rules the model has (100,1000,10000); not with --report
  --history N,N    how many events the visitor has before those that are timed: ${HISTORIES.join(", ")} (100); not with --report
  --runs N         processes for each figure, of which the median counts (${TURNS}; of what is slow at most 3)`;

main(async () => {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  const { values } = parseArgs({ options: { report: flag, package: text, rules: text, history: text, runs: text, help: { ...flag, short: "h" } } });
  if (values.help) return process.stdout.write(`${help}\n`);
  const folder = resolve(values.package ?? join(target, "npm/package"));
  if (values.report && !values.package) await run("make", ["--no-print-directory", "package"]);
  if (!existsSync(join(folder, "warmlead.js"))) throw new StepError(`there is no package in ${folder}: make package`);
  const turns = values.runs ? Number(values.runs) : TURNS;
  if (values.report) return write(await everything(folder, turns));

  const numbers = (text) => text.split(",").map(Number);
  for (const rules of numbers(values.rules ?? "100,1000,10000")) {
    await compare(["indexed"], rules, { folder });
    for (const history of numbers(values.history ?? "100")) {
      if (!HISTORIES.includes(history)) throw new StepError(`a history of ${HISTORIES.join(", ")} events can be measured, not of ${history}`);
      const { [OURS]: ours, indexed } = await costs([OURS, "indexed"], rules, history, { folder }, turns);
      say(`${rules} rules, ${history} past events: ours ${micros(ours)}, by hand ${micros(indexed)}: ratio ${(indexed.nanos / ours.nanos).toFixed(2)}`);
    }
  }
});

function micros({ nanos }) {
  return `${(nanos / 1000).toPrecision(3)} µs`;
}
