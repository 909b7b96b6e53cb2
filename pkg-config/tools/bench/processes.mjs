// Measurements in processes of their own, in turns, so that what else the machine does meets all of them alike. It knows nothing of what is measured.

import { join } from "node:path";
import { root, run } from "../steps.mjs";

/** Where the programs are that measure. */
export const programs = join(root, "tests/measure/bench");

/** What one of the programs prints, run by itself. */
export async function measured(program, job, flags = []) {
  const { output } = await run(process.execPath, [...flags, join(programs, program), JSON.stringify(job)], { capture: true });
  return JSON.parse(output);
}

/** Does each of the named pieces of work once in each turn; what they answered, by name. */
export async function inTurns(turns, works) {
  const answers = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, work] of Object.entries(works)) answers[name].push(await work());
  }
  return answers;
}
