// What each way to ask across the boundary costs: `node tiers.mjs '{"rules", "history", "folder"}'` prints nanoseconds of processor time for each.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setClock, takeClock } from "./clock.mjs";
import { eventsOf, modelOf } from "./workload.mjs";

const job = JSON.parse(process.argv[2]);
takeClock();
const { Scorer, score } = await import(pathToFileURL(join(job.folder, "warmlead.js")).href);
const model = modelOf(job.rules);
const scorer = new Scorer(model);
const past = eventsOf(job.rules, 0, job.history);
const visitor = visitorWith(past);
const now = past.at(-1).time;

function visitorWith(events) {
  const visitor = scorer.visitor("v-1");
  for (const event of events) {
    setClock(event.time);
    visitor.record(event);
  }
  return visitor;
}

/** Nanoseconds of one call, of as many as take a tenth of a second, after as many to get warm. */
function cost(call) {
  let count = 8;
  for (;;) {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n++) call(n);
    const { user, system } = process.cpuUsage(before);
    if (user + system > 100_000) break;
    count *= 2;
  }
  const before = process.cpuUsage();
  for (let n = 0; n < count; n++) call(n);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

/** The same for events, which count only once each: for many visitors as many as fit between two looks at the clock. */
function costOfRecords(change) {
  const fresh = JSON.stringify(eventsOf(job.rules, job.history, job.history + 400).map(change));
  let [nanos, count] = [0, 0];
  for (let round = 0; nanos < 100e6; round++) {
    const visitor = visitorWith(past);
    const events = JSON.parse(fresh);
    const before = process.cpuUsage();
    for (const event of events) {
      setClock(event.time);
      visitor.record(event);
    }
    const { user, system } = process.cpuUsage(before);
    visitor.dispose();
    if (round < 20) continue;
    nanos += (user + system) * 1000;
    count += events.length;
  }
  return nanos / count;
}

setClock(now);
const found = {
  size: cost(() => visitor.size),
  mql: cost(() => visitor.mql),
  value: cost(() => visitor.value("engagement")),
  stage: cost(() => visitor.stage),
  recordNothing: costOfRecords((event) => ({ id: event.id, type: "scroll", time: event.time, path: "/", properties: { percent: 90 } })),
  record: costOfRecords((event) => event),
};
setClock(now);
const assessments = {
  assess: cost(() => visitor.assess()),
  receipt: cost(() => visitor.assess({ explain: "receipt" })),
  explain: cost(() => visitor.assess({ explain: true })),
  snapshot: cost(() => visitor.snapshot()),
  score: cost(() => score(past, { model })),
};
process.stdout.write(JSON.stringify({ ...found, ...assessments }));
