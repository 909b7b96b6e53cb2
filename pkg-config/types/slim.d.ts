/**
 * Warmlead without its module: for those who bring that themselves, such as pages that stream it, or runtimes that import it.
 *
 * ```js
 * import { init, score } from "warmlead/slim";
 *
 * await init("/assets/warmlead.wasm");
 * score(events);
 * ```
 *
 * Everything else is as in `warmlead`. Calls before the module is there fail with `MODULE_NOT_LOADED`.
 */

export * from "./warmlead.js";

/** A `URL`. */
interface Address {
  readonly href: string;
}

/** A `Response`. */
interface Answer {
  readonly ok: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** See {@link init}. */
export interface Init {
  /**
   * Loads the module (`warmlead/warmlead.wasm`) and compiles it while it loads, if the server says `application/wasm`.
   *
   * @throws {WarmleadError} `UNSUPPORTED_RUNTIME`, or `MODULE_NOT_LOADED` if it can't be had; may be tried again.
   */
  (source: string | Address | Answer | PromiseLike<object>): Promise<void>;
  /**
   * Starts the module with what is at hand: a `WebAssembly.Module`, or the bytes of `warmlead/warmlead.wasm`. Synchronous.
   *
   * @throws {WarmleadError} `UNSUPPORTED_RUNTIME`, or `INVALID_INPUT` if it is none.
   */
  (module: object): void;
}

/** Says which module to use. Once is enough: when it has been started, more calls do nothing. */
export declare const init: Init;
