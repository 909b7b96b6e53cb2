// What must be reached, beside what was. A target that is missed is shown as missed.

import { OURS, SCORERS } from "./plan.mjs";
import { count, kib, nanosOf, times } from "./words.mjs";

/** The table. */
export function targets(found, at) {
  const ours = (rules, history) => at(OURS, rules, history).nanos;
  const over = (name, rules, history) => at(name, rules, history).nanos / ours(rules, history);
  const libraries = Object.keys(SCORERS).filter((name) => SCORERS[name].peer);
  // Where libraries are measured after more than ten events, that is what counts: they are warmer then.
  const past = (rules) => (rules === 100 ? 100 : 10);
  const best = (rules) => Math.min(...libraries.map((name) => over(name, rules, past(rules))));
  const replay = found.native.replay.find(({ rules, history }) => rules === 100 && history === 10);
  const grown = [100, 1000].map((rules) => [rules, ours(rules, 1000) / ours(rules, 10)]);
  const least = (what, value, target) => row(what, times(value), `≥ ${count(target)}`, value >= target);
  const most = (what, value, target, text = String) => row(what, text(value), `≤ ${text(target)}`, value <= target);
  const rows = [
    ...[[100, 0.8], [1000, 1.2], [10000, 2]].map(([rules, target]) => least(`by hand, indexed ÷ ours, ${count(rules)} rules, 100 past events`, over("indexed", rules, 100), target)),
    ...[[100, 1.5], [1000, 50], [10000, 250]].map(([rules, target]) => least(`best library ÷ ours, ${count(rules)} rules, ${past(rules)} past events`, best(rules), target)),
    ...[[100, 700], [1000, 6000]].map(([rules, target]) => least(`json-rules-engine ÷ ours, ${count(rules)} rules, ${past(rules)} past events`, over("json-rules-engine", rules, past(rules)), target)),
    ...grown.map(([rules, value]) => most(`ours after 1 000 events ÷ after 10, ${count(rules)} rules`, value, 1.3, (value) => value.toFixed(2))),
    most("a day that passes, for each rule that fades, natively", found.native.day, 30, nanosOf),
    most("a day that passes, for each rule that fades, in WebAssembly", found.day.nanos, 60, nanosOf),
    ...explained(found.explain, most),
    ...Object.entries(found.absence).flatMap(([where, [without, ...within]]) =>
      ["", ", which ends the stage"].map((what, which) => most(`a visitor back after a year, with a 24-hour window${what} ÷ without, ${PLACES[where]}`, within[which] / without, 1.5, (value) => value.toFixed(2))),
    ),
    row("native replay, 100 rules, an assessment after each event", `${replay.assessments.toFixed(2)} million/s`, "≥ 2 million/s", replay.assessments >= 2),
    most("the engine, with Brotli", found.bytes.engine, 40 * 1024, (bytes) => `${kib(bytes)} KiB`),
    most("JavaScript of the core entry beside it, with Brotli", found.bytes.entry, 4 * 1024, (bytes) => `${kib(bytes)} KiB`),
    most("100 rules loaded in a cold process, processor time", found.cold[OURS].compiling, 4, (millis) => `${millis.toFixed(1)} ms`),
  ];
  return ["| | measured | target | |\n|---|---:|---:|---|", ...rows].join("\n");
}

const PLACES = { native: "natively", wasm: "in WebAssembly" };

/** What comes next for 1 000 events and 100 rules, at the worst of all models measured; and the difference of two models, the last of the list. */
function explained(explain, most) {
  const millis = (value) => `${value.toFixed(1)} ms`;
  return Object.entries(PLACES).flatMap(([where, place]) => [
    most(`what comes next (1 000 events, 100 rules), the worst model, ${place}`, Math.max(...explain.slice(0, -1).map((own) => own[where])), 50, millis),
    most(`who changes stage between two models (1 000 events, 100 rules), ${place}`, explain.at(-1)[where], 50, millis),
  ]);
}

function row(what, value, target, met) {
  return `| ${what} | ${value} | ${target} | ${met ? "met" : "**missed**"} |`;
}
