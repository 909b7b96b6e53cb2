// One measurement, in a process of its own: `node one.mjs '{"scorer", "rules", "history", "visitors", "timed", "warm", "rounds", "millis", "folder", "peers"}'` prints `{ nanos, events }`,
// the processor time of one event: recorded, then stage, MQL flag and a score read. With `check` it prints what there was to see after so many events. It knows no scorer.

import { createRequire } from "node:module";
import { join } from "node:path";
import { median } from "../../../pkg-config/tools/bench/median.mjs";
import { seen } from "./agree.mjs";
import { setClock, takeClock } from "./clock.mjs";
import { eventsOf, fullModelOf, modelOf } from "./workload.mjs";

const job = JSON.parse(process.argv[2]);
takeClock();
const { load } = await import(new URL(`scorers/${job.scorer}.mjs`, import.meta.url));
const library = job.peers && createRequire(join(job.peers, "package.json"));
const compile = await load(job.folder, library, job.grouped);
const make = compile((job.full ? fullModelOf : modelOf)(job.rules));

if (job.check) {
  process.stdout.write(JSON.stringify(await seen(make, job.rules, job.check)));
} else {
  // The first rounds make the code warm and are not counted. Of the others the median counts: whatever else the machine does meets some of them.
  const each = job.visitors * job.timed;
  const found = [];
  for (let round = 0, total = 0; found.length < job.rounds || total < job.millis * 1e6; round++) {
    const spent = await measure(job);
    if (round < job.warm) continue;
    total += spent;
    found.push(spent / each);
  }
  process.stdout.write(JSON.stringify({ nanos: median(found), events: found.length * each }));
}

/** Nanoseconds for the timed events of all visitors, each of whom has a history already. */
async function measure({ rules, history, timed, visitors: count }) {
  const visitors = [];
  for (let n = 0; n < count; n++) {
    // Each visitor begins elsewhere and has somewhat more or less behind them: what is timed is the same mix whatever the history, and what happens only at some lengths (memory
    // that grows) has its share and no more.
    const start = n * 7;
    const now = start + Math.round(history * (0.7 + 0.6 * ((n * 0.618) % 1)));
    const visitor = make(`v-${n}`);
    await take(visitor, eventsOf(rules, start, now, true));
    // New strings, as a page's are.
    visitors.push({ visitor, events: JSON.parse(JSON.stringify(eventsOf(rules, now, now + timed))) });
  }
  const before = process.cpuUsage();
  for (const { visitor, events } of visitors) {
    const waiting = take(visitor, events);
    if (waiting !== undefined) await waiting;
  }
  const { user, system } = process.cpuUsage(before);
  for (const { visitor } of visitors) visitor.dispose?.();
  return (user + system) * 1000;
}

/** Records events and looks at the visitor after each. */
function take(visitor, events) {
  if (job.asynchronous) return takeSlowly(visitor, events);
  let sum = 0;
  for (let n = 0; n < events.length; n++) {
    setClock(events[n].time);
    visitor.record(events[n]);
    sum += visitor.stage.length + visitor.value("engagement");
    if (visitor.mql) sum++;
  }
  if (sum < 0) throw new Error("scores are not negative here");
  return undefined;
}

async function takeSlowly(visitor, events) {
  for (const event of events) {
    setClock(event.time);
    await visitor.record(event);
    if (visitor.stage === "" || visitor.value("engagement") < 0 || visitor.mql === undefined) throw new Error("a score is missing");
  }
}
