// `warmlead/check` for Cloudflare Workers, which compile no bytes: the module is imported, compiled by the platform.

import module from "./warmlead-check.wasm";
import { provide } from "./instance.ts";

export * from "./checks.ts";

provide(() => module);
