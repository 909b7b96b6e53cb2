// Writes docs/performance.md and its charts from what was measured. It measures nothing.

import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { root, run, say } from "../steps.mjs";
import { bars, lines } from "./chart.mjs";
import { losses } from "./losses.mjs";
import { versions } from "./peers.mjs";
import { HISTORIES, OURS, RULES, SCORERS } from "./plan.mjs";
import { targets } from "./targets.mjs";
import { count, kib, micros, nanosOf, times } from "./words.mjs";

/** Writes the page, and shows what must be reached. */
export async function write(found) {
  const at = (scorer, rules, history) => found.events.find((own) => own.scorer === scorer && own.rules === rules && own.history === history);
  const reached = targets(found, at);
  mkdirSync(join(root, "docs/performance"), { recursive: true });
  const chart = (name, drawing) => writeFileSync(join(root, "docs/performance", name), drawing);
  chart("rules.svg", rulesChart(at));
  chart("history.svg", historyChart(at));
  chart("tiers.svg", tiersChart(found.tiers));
  writeFileSync(join(root, "docs/performance.md"), page(found, at, reached, await machine()));
  process.stdout.write(`\n${reached}\n`);
  say("written to docs/performance.md");
}

function page(found, at, reached, machine) {
  return `# Performance

Written by \`make bench\`; do not edit. No figure here comes from anywhere else. ${machine}

What one event costs: \`visitor.record(event)\` with an event object, then \`stage\`, \`mql\` and \`value("engagement")\`, by the package's public interface, the engine in WebAssembly. Against it,
other ways to do the same, on the same rules and events. [How it is measured](#how-it-is-measured), [where we lose](#where-we-lose).

## What must be reached

Ratios of figures of one run.

${reached}

## More rules

Microseconds of processor time for an event; the visitor has ${count(HISTORIES[0])} past events. Behind it, how many times ours.

${rulesTable(at)}

![Microseconds for an event by number of rules, both logarithmic; the same figures as in the table above.](performance/rules.svg)

## A longer past

Microseconds for an event, after so many others.

${historyTable(at)}

![Microseconds for an event by number of past events, both logarithmic, at 1 000 rules; the same figures as in the table above.](performance/history.svg)

## All that a model may ask

What the common subset leaves out has a price. The same events and rules, with points that fade by half in 14 days, windows of 30 days, limits by days, a group with a cap, sessions, a stage that
is left again and an action. No other scorer here does this; microseconds for an event, ours alone.

${fullTable(found, at)}

## The boundary

Nanoseconds of one call, for a visitor of 100 events and 100 rules. A page pays for what it asks.

${tiersTable(found.tiers)}

![Nanoseconds of each call, on a logarithmic axis; the same figures as in the table above.](performance/tiers.svg)

## Natively

\`warmlead bench\`: the same engine without a boundary, typed events in memory, a model of its own (every other rule fades). Millions of events a second on one core.

| rules | past events | stage, MQL and a score after each | a whole assessment after each |
|---:|---:|---:|---:|
${found.native.replay.map(({ rules, history, scalars, assessments }) => `| ${count(rules)} | ${count(history)} | ${scalars.toFixed(2)} | ${assessments.toFixed(2)} |`).join("\n")}

A day that passes costs ${nanosOf(found.native.day)} natively and ${nanosOf(found.day.nanos)} in WebAssembly for each rule whose points still fade, where a stage looks at the score and somebody asks on each day.

## What comes next

Milliseconds of \`assess({ explain: true })\` for a visitor of 1 000 events over 90 days and 100 rules, by what is particular about the model (\`tests/measure/explain.rs\` makes them), and of \`diff\` of
\`warmlead/check\`. WebAssembly answers the same.

${explainTable(found.explain)}

${absences(found.absence)}

## A start

Milliseconds in a process that has done nothing yet: the code loaded (ours from inlined text, with the module compiled by the engine), a model of 100 rules compiled, the first event with its answers.
Processor time includes threads that compile beside us; the last column is what passed on the clock.

${coldTable(found.cold)}

## Bytes

What a page downloads, compressed with Brotli (11); libraries bundled and minified by esbuild, with nothing but what the comparison uses.

${bytesTable(found.bytes)}

## Memory

KiB for each visitor. Ours keeps the events, so that it can take late ones, merge, sync and change its model; the scorers by hand keep sums.

${memoryTable(found.memory)}

## Where we lose

${losses(found, at).map((line) => `- ${line}`).join("\n")}

${method(found)}`;
}

function rulesTable(at) {
  const head = `| | ${RULES.map((rules) => `${count(rules)} rules`).join(" | ")} |\n|---|${RULES.map(() => "---:|").join("")}`;
  const rows = Object.entries(SCORERS).map(([name, { title }]) => {
    const cells = RULES.map((rules) => {
      const [own, ours] = [at(name, rules, HISTORIES[0]), at(OURS, rules, HISTORIES[0])];
      return name === OURS ? `**${micros(own.nanos)}**` : `${micros(own.nanos)} (${times(own.nanos / ours.nanos)})`;
    });
    return `| ${title} | ${cells.join(" | ")} |`;
  });
  return [head, ...rows].join("\n");
}

function historyTable(at) {
  const head = `| | rules | ${HISTORIES.map((history) => `${count(history)} past events`).join(" | ")} |\n|---|---:|${HISTORIES.map(() => "---:|").join("")}`;
  const rows = Object.entries(SCORERS).flatMap(([name, { title, fast }]) =>
    RULES.filter((rules) => fast || rules === 100).map((rules) => {
      const cells = HISTORIES.map((history) => at(name, rules, history)).map((own) => (micros(own.nanos)));
      return `| ${title} | ${count(rules)} | ${cells.join(" | ")} |`;
    }),
  );
  return [head, ...rows].join("\n");
}

function fullTable({ full }, at) {
  const rows = full.map(({ rules, history, nanos }) => {
    const common = at(OURS, rules, history).nanos;
    return `| ${count(rules)} | ${count(history)} | ${micros(common)} | ${micros(nanos)} | ${times(nanos / common)} |`;
  });
  return ["| rules | past events | common subset | everything | |\n|---:|---:|---:|---:|---:|", ...rows].join("\n");
}

const TIERS = {
  size: ["`size`", "a call that hardly does anything"],
  mql: ["`mql`", "a truth value"],
  value: ["`value(score)`", "a number, asked for by name"],
  stage: ["`stage`", "a string"],
  recordNothing: ["`record(event)`, of no rule", "an event that no rule asks for"],
  record: ["`record(event)`", "an event of the mix"],
  assess: ["`assess()`", "an assessment, as an object"],
  receipt: ['`assess({ explain: "receipt" })`', "with a receipt"],
  snapshot: ["`snapshot()`", "100 events as bytes"],
  score: ["`score(events)`", "100 events from scratch to an assessment"],
  explain: ["`assess({ explain: true })`", "with what comes next: the next change of stage, ways to become an MQL"],
};

function tiersTable(tiers) {
  const rows = Object.entries(TIERS).map(([key, [call, what]]) => `| ${call} | ${what} | ${count(Math.round(tiers[key]))} |`);
  return ["| | | ns |\n|---|---|---:|", ...rows].join("\n");
}

function explainTable(explain) {
  const rows = explain.map(({ name, native, wasm }) => `| ${name} | ${native.toFixed(1)} | ${wasm.toFixed(1)} |`);
  return ["| | natively | in WebAssembly |\n|---|---:|---:|", ...rows].join("\n");
}

/** What a visitor costs who comes back after a year. */
function absences({ native, wasm }) {
  const both = (which) => `${nanosOf(native[which])} natively and ${nanosOf(wasm[which])} in WebAssembly`;
  return `A visitor comes back after a year; to take in that event and tell the stage takes ${both(0)}; where the stage looks at a window of 24 hours, which the first of the
hours between have emptied, ${both(1)}; and where the stage ended with that, which is a moment to be passed and a transition to be kept, ${both(2)}.`;
}

function coldTable(cold) {
  const rows = Object.entries(cold).map(([name, own]) => {
    const cells = [own.loading, own.compiling, own.first, own.cpu, own.clock].map((millis) => millis.toFixed(1));
    return `| ${SCORERS[name].title} | ${cells.join(" | ")} |`;
  });
  return ["| | code | model | first event | processor time | clock |\n|---|---:|---:|---:|---:|---:|", ...rows].join("\n");
}

function bytesTable(bytes) {
  const rows = [
    ["Warmlead: the engine, `warmlead.wasm`", bytes.engine],
    ["Warmlead: the core entry, JavaScript beside the engine", bytes.entry],
    ["Warmlead: `warmlead/browser`, JavaScript beside the engine (tracker, queue, dialogs)", bytes.browser],
    ["Warmlead: the default entry for Node, engine inlined as text", bytes.inlined],
    ["json-logic-engine: `LogicEngine`", bytes["json-logic-engine"]],
    ["GrowthBook: `evalCondition`", bytes.growthbook],
    ["json-rules-engine: `Engine`", bytes["json-rules-engine"]],
    ["by hand, indexed", bytes.indexed],
  ].map(([what, size]) => `| ${what} | ${count(size)} |`);
  if (bytes.zen) rows.push(`| ZEN: a native library for servers, not compressed | ${count(bytes.zen)} |`);
  return ["| | bytes |\n|---|---:|", ...rows].join("\n");
}

function memoryTable(memory) {
  const rows = memory.map((own) => {
    const ours = own[OURS].heap + own[OURS].module;
    return `| ${count(own.rules)} | ${count(own.history)} | ${kib(ours)} | ${kib(Math.max(own.indexed.heap, 0))} |`;
  });
  return ["| rules | events | Warmlead, with the events | by hand, indexed, without |\n|---:|---:|---:|---:|", ...rows].join("\n");
}

function rulesChart(at) {
  const series = Object.entries(SCORERS).map(([name, { title }]) => ({ name: title, points: RULES.map((rules) => [rules, at(name, rules, HISTORIES[0]).nanos / 1000]) }));
  return lines({ title: "Processor time of an event, µs", description: "Microseconds for an event by number of rules, for each scorer; the table has the figures.", x: "rules", series });
}

function historyChart(at) {
  const series = Object.entries(SCORERS)
    .filter(([, { fast }]) => fast)
    .map(([name, { title }]) => ({ name: title, points: HISTORIES.map((history) => [history, at(name, 1000, history).nanos / 1000]) }));
  return lines({ title: "Processor time of an event, µs, at 1 000 rules", description: "Microseconds for an event by number of past events; the table has the figures.", x: "past events", series });
}

function tiersChart(tiers) {
  const list = Object.entries(TIERS).map(([key, [call]]) => ({ name: call.replaceAll("`", ""), value: tiers[key], text: `${count(Math.round(tiers[key]))} ns` }));
  return bars({ title: "What a call costs", description: "Nanoseconds of each call; the table has the figures.", bars: list });
}

async function machine() {
  const { output } = await run("rustc", ["--version"], { capture: true });
  const cpu = os.cpus()[0].model.trim();
  const load = os.loadavg()[1];
  const busy = load > os.cpus().length + 1 ? ` Others were at work on the machine meanwhile (a load of ${load.toFixed(0)}), which makes figures of time larger and less even; ratios suffer less.` : "";
  return `Taken on ${os.cpus().length} cores of ${cpu.toLowerCase() === "unknown" ? "a processor that does not name itself" : cpu} (${os.arch()}, ${os.platform()}), Node ${process.versions.node}, Rust ${output.split(" ")[1]}.${busy}`;
}

function method({ events, turns }) {
  const fewest = Object.entries(SCORERS)
    .filter(([, { fast }]) => !fast)
    .map(([name, { title }]) => `${title} ${RULES.map((rules) => count(events.find((own) => own.scorer === name && own.rules === rules).events)).join(" / ")}`);
  return `## How it is measured

\`make bench\` builds the package and the command, installs what we compare with (${Object.entries(versions()).map(([name, version]) => `${name} ${version}`).join(", ")}, with a lock file), and runs everything; nothing is taken
from an earlier run. \`node pkg-config/tools/bench.mjs --help\` says how to measure less, or another build of the package.

- **Processes.** Each figure is the median of ${turns} fresh processes (at most 3 for libraries and what is slow), which take turns, so that whatever else the machine does meets all of them. A process measures one scorer at one size; of the rounds in it, the median counts.
- **Time** is processor time, of all threads, of recording an event and asking three things; making the event object is not in it, nor is the past of the visitor. Code is warm: rounds run before those that count, the more the shorter they are. A start has a
  table of its own.
- **Visitors.** Many for each figure, each at another place of the same stream, with “so many past events” give or take 30 %: the mix of what is timed is the same whatever the history, and what happens only at some lengths
  (memory that grows) has its share and no more.
- **The clock.** Events happen when they say: \`Date.now()\` shows the event's time and still pays for the real clock, which ours asks.
- **Correct first.** Before anything is timed, stage, MQL flag and both scores are compared after each event (1 200 events; 300, 60 and 15 for libraries at 100, 1 000 and 10 000 rules). A difference ends the run.
- **The common subset**, which all can express: an event has an id of its own, a type, a time, perhaps a path, flat properties, and traits that it sets. A rule on events gives whole points for each event of one type whose fields,
  and the traits as of then, satisfy a condition (equality, a path's prefix, a number's lower bound), perhaps only so many times. A rule on the visitor gives points while a counter has reached a threshold, a trait has a value, or
  both. A counter counts events of one type, perhaps those with a path or a prefix of it. Points add up; two stages ask for a score and a counter. Nothing fades; events come in order and once.
- **The model** grows as models do: of ten rules, four ask for a page, a section, a form and an item of their own; one weighs a key page by segment (country, role, company size); four weigh a counter's threshold by segment; one looks at
  a trait. Sixteen counters and twelve key pages serve all of them, so that in a larger model an event meets more rules. \`tests/measure/bench/workload.mjs\` is the whole of it.
- **By hand, indexed** finds rules by type, by what a field equals, by prefix, and by the counter or trait that changed, and asks those it finds. **Incremental** adds what our engine does beyond that, on typed arrays: a counter touches only
  the thresholds that it passes, and a condition on the profile is answered once for each profile. **Naive** asks every rule at every event. All three know this subset alone and keep no event.
- **Libraries** say which conditions hold; a host counts, limits and adds up (\`scorers/host.mjs\`). “By type” means that the host asks only about rules of the event's type, and about rules on the visitor that the event may
  change. json-rules-engine is measured as its documentation has it, too: all rules in one engine. ZEN has a decision table for each type. GrowthBook has no prefixes; a regular expression says it.
- **Events timed** in each process at 10 / 100 / 1 000 / 10 000 rules, the slow ones few: ${fewest.join("; ")}. At 1 000 and 10 000 rules they have 10 past events only, since more would take minutes.
- **Memory** is the growth of JavaScript's heap and of the module's memory over many visitors, after garbage was collected.
`;
}
