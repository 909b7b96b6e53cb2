// `warmlead/check` as an ES module, with its module inlined.

import base64 from "./check-inlined.js";
import { provide } from "./instance.ts";
import { decode } from "./module.ts";

export * from "./checks.ts";

provide(() => decode(base64));
