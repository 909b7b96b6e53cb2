// The entry for Cloudflare Workers, which compile no bytes: the module is imported, compiled by the platform.

import module from "./warmlead.wasm";
import { provide } from "./instance.ts";

export { matches, score, Scorer, WarmleadError } from "./core.ts";

provide(() => module);
