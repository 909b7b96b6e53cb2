// What a day costs that passes: `node days.mjs '{"rules", "days", "folder"}'` prints nanoseconds of processor time for each day boundary and each rule whose points still fade. Somebody
// asks on each day, and a stage looks at the score: no day may be skipped.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setClock, takeClock } from "./clock.mjs";

const DAY = 24 * 60 * 60_000;
const job = JSON.parse(process.argv[2]);
takeClock();
const { Scorer } = await import(pathToFileURL(join(job.folder, "warmlead.js")).href);
const scorer = new Scorer({
  id: "days",
  version: "1",
  scores: { engagement: { decay: { half_life: "60d" } } },
  rules: Array.from({ length: job.rules }, (_, n) => ({ id: `r${n}`, on: "page_view", points: 1000 + n })),
  stages: [{ id: "lead", when: { "scores.engagement": { $gte: 1 } } }, { id: "mql", when: { "scores.engagement": { $gte: 1e9 } } }],
  mql: "mql",
});

const start = Date.UTC(2026, 0, 21, 12);
let [nanos, boundaries] = [0, 0];
// As with events, the first rounds make the code warm and are not counted.
const WARM = 24;
for (let round = 0; round < WARM + 2 || nanos < 100e6; round++) {
  const visitor = scorer.visitor("v-1");
  setClock(start);
  visitor.record({ id: "one", type: "page_view", time: start, path: "/" });
  const first = visitor.value("engagement");
  let last = first;
  const before = process.cpuUsage();
  for (let day = 1; day <= job.days; day++) {
    setClock(start + day * DAY);
    last = visitor.value("engagement");
  }
  const { user, system } = process.cpuUsage(before);
  visitor.dispose();
  if (!(last > 0 && last < first)) throw new Error("the points do not fade");
  if (round < WARM) continue;
  nanos += (user + system) * 1000;
  boundaries += job.days;
}
process.stdout.write(JSON.stringify({ nanos: nanos / boundaries / job.rules }));
