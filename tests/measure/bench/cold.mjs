// What a start costs, in a process that has done nothing yet: `node cold.mjs '{"scorer", "rules", "folder", "peers"}'` prints processor time in milliseconds of loading the
// scorer's code, of compiling a model, and of a first event with its answers; and what passed on the clock in all. It knows no scorer.

import { createRequire } from "node:module";
import { join } from "node:path";
import { setClock, takeClock } from "./clock.mjs";
import { eventsOf, modelOf } from "./workload.mjs";

const job = JSON.parse(process.argv[2]);
const model = modelOf(job.rules);
const [event] = eventsOf(job.rules, 1, 2);
const { load, start } = await import(new URL(`scorers/${job.scorer}.mjs`, import.meta.url));
const library = job.peers && createRequire(join(job.peers, "package.json"));
takeClock();
setClock(event.time);

const begin = performance.now();
const spent = [process.cpuUsage()];
const scorer = await load(job.folder, library);
start?.();
spent.push(process.cpuUsage());
const make = scorer(model);
spent.push(process.cpuUsage());
const visitor = make("v-1");
await visitor.record(event);
const answers = [visitor.stage, visitor.mql, visitor.value("engagement")];
spent.push(process.cpuUsage());
const clock = performance.now() - begin;
if (answers.includes(undefined)) throw new Error("an answer is missing");

const [loading, compiling, first] = spent.slice(1).map(({ user, system }, n) => (user + system - spent[n].user - spent[n].system) / 1000);
process.stdout.write(JSON.stringify({ loading, compiling, first, cpu: loading + compiling + first, clock }));
