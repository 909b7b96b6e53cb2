// The entry for edge functions of Next.js and Vercel, which compile no bytes: the module is imported, compiled by the platform.

import module from "./warmlead.wasm?module";
import { provide } from "./instance.ts";

export { matches, score, Scorer, translate, WarmleadError } from "./core.ts";

provide(() => module);
