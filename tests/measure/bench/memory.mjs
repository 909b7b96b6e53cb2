// What a visitor takes in memory: `node --expose-gc memory.mjs '{"scorer", "rules", "history", "visitors", "folder"}'` prints bytes for each of many visitors, on JavaScript's
// heap and in the module's memory. It knows no scorer.

import { setClock, takeClock } from "./clock.mjs";
import { eventsOf, modelOf } from "./workload.mjs";

const job = JSON.parse(process.argv[2]);
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    memories.push(...Object.values(this.exports).filter((own) => own instanceof WebAssembly.Memory));
  }
};
takeClock();
const { load } = await import(new URL(`scorers/${job.scorer}.mjs`, import.meta.url));
const make = (await load(job.folder))(modelOf(job.rules));
const text = JSON.stringify(eventsOf(job.rules, 0, job.history));

const visitors = [];
// The first ones make room that the others need, too.
for (let n = 0; n < 20; n++) add();
const before = taken();
for (let n = 0; n < job.visitors; n++) add();
const after = taken();
process.stdout.write(JSON.stringify({ heap: (after.heap - before.heap) / job.visitors, module: (after.module - before.module) / job.visitors, visitors: visitors.length }));

function add() {
  const visitor = make(`v-${visitors.length}`);
  for (const event of JSON.parse(text)) {
    setClock(event.time);
    visitor.record(event);
  }
  visitor.value("engagement");
  visitors.push(visitor);
}

function taken() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, module: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0) };
}
