import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { init, score } from "warmlead/slim";
import visit from "./visit.mjs";

init(readFileSync(createRequire(import.meta.url).resolve("warmlead/warmlead.wasm")));
const { events, ...options } = visit;
console.log(JSON.stringify(score(events, options)));
