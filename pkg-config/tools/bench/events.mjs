// What an event costs with each scorer: first what they say is compared, then they take turns. It knows no scorer.

import assert from "node:assert/strict";
import { assertSame } from "../../../tests/measure/bench/agree.mjs";
import { median } from "./median.mjs";
import { measured } from "./processes.mjs";
import { comparedEvents, jobOf, OURS, TURNS, turnsOf } from "./plan.mjs";

/** Fails unless all these say what ours says after each event; answers after how many. `where` names the folders of the package and of the peers. */
export async function compare(names, rules, where) {
  const check = (name) => measured("one.mjs", { ...jobOf(name, rules, 10), ...where, check: comparedEvents(name, rules) });
  const ours = await check(OURS);
  assert.equal(ours.length, comparedEvents(OURS, rules));
  for (const name of names) if (name !== OURS) assertSame(name, await check(name), ours);
}

/** Nanoseconds for an event and how many were timed in each process, by scorer. Those that would take too long are left out. */
export async function costs(names, rules, history, where, turns = TURNS) {
  const found = {};
  const due = (turn) => names.filter((name) => jobOf(name, rules, history) && turn < turnsOf(name, turns));
  for (let turn = 0; due(turn).length > 0; turn++) {
    for (const name of due(turn)) (found[name] ??= []).push(await measured("one.mjs", { ...jobOf(name, rules, history), ...where }));
  }
  return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, median(list)]));
}
