// The default entry for `require`, in Node and its like: they have a disk, and the module is beside this file on it. Bundlers take the ES module
// for `require`, too ("module" in the exports), and an ES module with the module inlined can't be required from Node 20.

import { readFileSync } from "node:fs";
import { provide } from "./instance.ts";

export { matches, score, Scorer, translate, WarmleadError } from "./core.ts";

declare const __dirname: string;

provide(() => readFileSync(__dirname + "/warmlead.wasm"));
