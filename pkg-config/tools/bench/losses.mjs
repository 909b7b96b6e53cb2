// Where others do better than we, found in the figures. It measures nothing.

import { HISTORIES, OURS, RULES, SCORERS } from "./plan.mjs";
import { count, kib, micros, times } from "./words.mjs";

/** A sentence for each way in which we lose. */
export function losses(found, at) {
  const lost = [];
  for (const [name, { title }] of Object.entries(SCORERS)) {
    const slower = RULES.flatMap((rules) => HISTORIES.map((history) => [rules, history, at(name, rules, history)]))
      .filter(([rules, history, own]) => own && own.nanos < at(OURS, rules, history).nanos)
      .map(([rules, history, own]) => ({ rules, history, ratio: at(OURS, rules, history).nanos / own.nanos }));
    if (slower.length === 0) continue;
    const [worst] = slower.toSorted((one, other) => other.ratio - one.ratio);
    const sizes = [...new Set(slower.map(({ rules }) => count(rules)))].join(", ");
    lost.push(`**An event, against “${title}”**, at ${sizes} rules: at worst ours takes ${times(worst.ratio)} as long (${count(worst.rules)} rules, ${count(worst.history)} past events).`);
  }
  const { cold, bytes, memory, full, tiers } = found;
  const faster = Object.entries(cold).filter(([name, { cpu }]) => name !== OURS && cpu < cold[OURS].cpu);
  if (faster.length > 0) {
    const list = faster.map(([name, { cpu }]) => `${SCORERS[name].title} ${cpu.toFixed(1)}`).join(", ");
    lost.push(`**A cold start.** Ours takes ${cold[OURS].cpu.toFixed(1)} ms of processor time to its first answer; less than that: ${list}.`);
  }
  const smaller = ["indexed", "growthbook", "json-logic-engine", "json-rules-engine"].filter((name) => bytes[name] < bytes.engine + bytes.entry);
  if (smaller.length > 0) {
    const list = smaller.map((name) => `${SCORERS[name].title.replace(", by type", "")} ${kib(bytes[name])}`).join(", ");
    lost.push(`**Bytes.** The engine and its JavaScript are ${kib(bytes.engine + bytes.entry)} KiB. In KiB, smaller: ${list}. They do less, but who needs no more downloads less.`);
  }
  const largest = memory.at(-1);
  lost.push(
    `**Memory.** At ${count(largest.rules)} rules and ${count(largest.history)} events a visitor takes ${kib(largest[OURS].heap + largest[OURS].module)} KiB here and ${kib(Math.max(largest.indexed.heap, 0))} KiB with sums alone: events are kept.`,
  );
  const dearest = full.toSorted((one, other) => other.nanos / at(OURS, other.rules, other.history).nanos - one.nanos / at(OURS, one.rules, one.history).nanos)[0];
  lost.push(
    `**Full meaning is not free.** With points that fade, windows and groups an event costs up to ${micros(dearest.nanos)} µs (${count(dearest.rules)} rules, ${count(dearest.history)} past events), ${times(dearest.nanos / at(OURS, dearest.rules, dearest.history).nanos)} what the common subset costs.`,
  );
  lost.push(`**Objects across the boundary.** A whole assessment costs ${micros(tiers.assess)} µs and one with all that comes next ${micros(tiers.explain)} µs; a scorer in plain JavaScript hands out what it has.`);
  return lost;
}
