/**
 * What the classic script `warmlead.iife.js` puts under the global `warmlead`. For TypeScript: `/// <reference types="warmlead/warmlead.iife.js" />`.
 *
 * The stub, `stub.js`, may stand inline before it: calls of all that gives nothing back (`start` … `whenReady`) are then kept, and made when the script has come.
 */

import type { StartOptions, Warmlead } from "./browser.js";
import type { matches, score, Scorer, translate, WarmleadError } from "./warmlead.js";

/** The global of the classic script. */
export interface WarmleadScript extends Pick<Warmlead, "track" | "page" | "identify" | "consent" | "subscribe" | "flush" | "forget" | "stop"> {
  /** Starts the client, as in `warmlead/browser`. What was called of it before is made up for, in order. */
  start(options?: StartOptions): Warmlead;
  /** What was started; `null` before. */
  readonly client: Warmlead | null;
  /** Loads the module without starting a client. By default from `warmlead.wasm` beside the script. */
  load(wasm?: string | { readonly href: string }): Promise<void>;
  /** Calls `callback` when the module is there, for which it loads it, if need be; never, if it can't run here. From then on, `score` and the like may be called. */
  whenReady(callback: (warmlead: WarmleadScript) => void): void;
  readonly score: typeof score;
  readonly Scorer: typeof Scorer;
  readonly matches: typeof matches;
  readonly translate: typeof translate;
  readonly WarmleadError: typeof WarmleadError;
}

declare global {
  var warmlead: WarmleadScript;
}
