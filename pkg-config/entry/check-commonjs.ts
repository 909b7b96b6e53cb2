// `warmlead/check` for `require`: its module is beside this file.

import { readFileSync } from "node:fs";
import { provide } from "./instance.ts";

export * from "./checks.ts";

declare const __dirname: string;

provide(() => readFileSync(__dirname + "/warmlead-check.wasm"));
