// The browser client as a page takes it by its address: the module is beside it, streamed.

import { comesFrom } from "../browser/engine.ts";

export { start } from "../browser/index.ts";

comesFrom(() => new URL("warmlead.wasm", import.meta.url));
