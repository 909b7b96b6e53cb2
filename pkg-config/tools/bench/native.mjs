// What `warmlead bench` and the native measurements say of the same engine without a boundary. They are built for it, optimised.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cargoTarget, run, step, target } from "../steps.mjs";

/** Events a second at a number of rules with a history: `{ rules, history, scalars, assessments }`, in millions. And nanoseconds for a day that passes, for each rule that fades. */
export async function native(rules, histories) {
  await step("the warmlead command, optimised", {}, () => run("cargo", ["build", "--quiet", "--release", "-p", "warmlead-server"]));
  const sizes = [...rules.flatMap((rules) => ["--rules", String(rules)]), ...histories.flatMap((history) => ["--history", String(history)])];
  const { output } = await run(join(cargoTarget, "release/warmlead"), ["bench", ...sizes], { capture: true });
  const lines = [...output.matchAll(/^ *(\d+) +(\d+) +\d+ ns +([\d.]+) M\/s +\d+ ns +([\d.]+) M\/s$/gm)];
  const day = output.match(/([\d.]+) ns for each rule that fades/)?.[1];
  return {
    replay: lines.map(([, rules, history, scalars, assessments]) => ({ rules: Number(rules), history: Number(history), scalars: Number(scalars), assessments: Number(assessments) })),
    day: Number(day),
  };
}

/** Where `nativeExplain` leaves what it asked. */
export const EXPLAINED = join(target, "bench/explain.json");

/** What comes next, what a new model changes and what a year's absence costs: `{ explain: [{ name, native }], diff: { native }, absence: [without a window, with one, with one that ends the stage] }`. */
export async function nativeExplain() {
  mkdirSync(join(target, "bench"), { recursive: true });
  await run("cargo", ["bench", "--quiet", "-p", "warmlead", "--bench", "explain", "--", "--write", EXPLAINED], { capture: true });
  return JSON.parse(readFileSync(EXPLAINED, "utf8"));
}
