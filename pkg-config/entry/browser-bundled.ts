// The browser client for bundlers, which need not know what a .wasm file is: the inlined module comes by a dynamic import, so that those that
// can split make it a file of its own.

import { comesFrom } from "../browser/engine.ts";
import { decode } from "./module.ts";

export { start } from "../browser/index.ts";

comesFrom(async () => decode((await import("./wasm-inlined.js")).default));
