// The default entry, as an ES module: wherever nothing better is known. The module is inlined and decoded on the first call.

import base64 from "./wasm-inlined.js";
import { provide } from "./instance.ts";
import { decode } from "./module.ts";

export { matches, score, Scorer, translate, WarmleadError } from "./core.ts";

provide(() => decode(base64));
