// `warmlead/check` for edge functions of Next.js and Vercel, which compile no bytes: the module is imported, compiled by the platform.

import module from "./warmlead-check.wasm?module";
import { provide } from "./instance.ts";

export * from "./checks.ts";

provide(() => module);
