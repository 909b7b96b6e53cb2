// What comes next, and what a new model changes, in WebAssembly: `node explain.mjs '{"folder", "file"}'` asks the package what `cargo bench --bench explain --
// --write FILE` has asked the native engine, holds the answers against those, and prints milliseconds of processor time for each:
// `{ explain: [number], diff: number, absence: [number, number, number] }`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../../../pkg-config/tools/bench/median.mjs";
import { setClock, takeClock } from "./clock.mjs";

const job = JSON.parse(process.argv[2]);
takeClock();
const load = (name) => import(pathToFileURL(join(job.folder, name)).href);
const { Scorer } = await load("warmlead.js");
const { diff } = await load("check.js");
const asked = JSON.parse(readFileSync(job.file, "utf8"));

/** Milliseconds of a run, of as many as take a fifth of a second, after one to get warm. */
function cost(run) {
  run();
  const before = process.cpuUsage();
  let [runs, spent] = [0, 0];
  while (runs < 3 || spent < 200_000) {
    run();
    runs++;
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return spent / 1000 / runs;
}

function visitorOf(model, events) {
  const visitor = new Scorer(model).visitor("v");
  for (const event of events) {
    setClock(event.time);
    visitor.record(event);
  }
  return visitor;
}

const explain = asked.explain.map(({ model, events, now, next }) => {
  const visitor = visitorOf(model, events);
  const options = { explain: true, now };
  assert.deepEqual(visitor.assess(options).next_change, next);
  const millis = cost(() => visitor.assess(options));
  visitor.dispose();
  return millis;
});

const { events, now } = asked.explain[0];
const compare = () => diff(asked.diff.from, asked.diff.to, [{ visitor: "v", events }], { now });
assert.equal(compare().moved.length, asked.diff.moved);

/**
 * Nanoseconds that it takes to take in the event with which a visitor comes back after a year, and to tell the stage: the same model as natively. The median of rounds, after
 * some that make the code warm: a burst of something else meets one of them.
 */
function absence(within, exit) {
  const scorer = new Scorer({
    id: "m",
    version: "1",
    scores: { engagement: {} },
    rules: [{ id: "view", on: "page_view", points: 1 }],
    signals: { lately: { on: "page_view", ...within } },
    stages: [{ id: "lead", when: { "signals.lately": { $gte: 5 } }, ...exit }],
  });
  const start = 1_769_000_000_000;
  const back = { id: "last", type: "page_view", time: start + 365 * 24 * 3_600_000 };
  const found = [];
  for (let round = -5; round < 25; round++) {
    const visitors = Array.from({ length: 2000 }, (_, n) => scorer.visitor(`v${n}`));
    for (const visitor of visitors) {
      for (let n = 0; n < 10; n++) {
        setClock(start + n * 60_000);
        visitor.record({ id: `e${n}`, type: "page_view", time: start + n * 60_000 });
      }
      assert.equal(visitor.stage, "lead");
    }
    setClock(back.time);
    const before = process.cpuUsage();
    for (const visitor of visitors) {
      visitor.record(back);
      if (visitor.stage === "") throw new Error("a stage has a name");
    }
    const { user, system } = process.cpuUsage(before);
    for (const visitor of visitors) visitor.dispose();
    if (round >= 0) found.push(((user + system) * 1000) / visitors.length);
  }
  return median(found);
}

const [window, exit] = [{ within: "24h" }, { exit: { "signals.lately": { $lt: 2 } } }];
const absences = [[{}, exit], [window, {}], [window, exit]].map((own) => absence(...own));
process.stdout.write(JSON.stringify({ explain, diff: cost(compare), absence: absences }));
