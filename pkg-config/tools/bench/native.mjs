// What `warmlead bench` says of the same engine without a boundary. The command is built for it, optimised.

import { join } from "node:path";
import { cargoTarget, run, step } from "../steps.mjs";

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
