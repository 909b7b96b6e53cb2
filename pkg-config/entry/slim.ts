// The entry without the module: whoever imports it brings that, in whatever way suits them.

import { begin, load } from "./instance.ts";
import { atHand, isRemote } from "./module.ts";
import type { Init } from "../types/slim.d.ts";

export { matches, score, Scorer, translate, WarmleadError } from "./core.ts";

export const init = ((source: unknown) => (isRemote(source) ? load(source) : begin(atHand(source)))) as Init;
