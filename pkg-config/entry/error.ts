// The one error class of the package. What can go wrong, and how it is worded, the engine says; this only carries it.

import { taken } from "warmlead-glue";
import type { ErrorCode, Problem } from "../types/warmlead.d.ts";

/** What the module throws: see src/wasm/failure.rs. */
interface Failure {
  code: ErrorCode;
  path: string;
  message: string;
  problems?: Problem[];
}

export class WarmleadError extends Error {
  declare readonly code: ErrorCode;
  declare readonly path: string;
  declare readonly problems?: readonly Problem[];

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.message, options);
    Object.assign(this, failure);
  }

  static {
    this.prototype.name = "WarmleadError";
  }
}

/** What a call of the module says, unless it has failed. */
export function checked<T>(said: Checked<T>): T {
  if (said[2]) throw new WarmleadError(taken(said[1]) as Failure);
  return said[0];
}

export function failure(code: ErrorCode, message: string, cause?: unknown, path = ""): WarmleadError {
  return new WarmleadError({ code, path, message }, cause === undefined ? undefined : { cause });
}

/** A call that can't be understood. */
export function invalidInput(path: string, message: string): WarmleadError {
  return failure("INVALID_INPUT", message, undefined, path);
}

/** A runtime without WebAssembly, one that is too old for this module, or a page that forbids it. */
export function unsupported(cause: unknown): WarmleadError {
  const message = "WebAssembly is missing, too old, or forbidden by a content security policy ('wasm-unsafe-eval')";
  return failure("UNSUPPORTED_RUNTIME", message, cause);
}

/** A module that is not there yet, or could not be had. */
export function notLoaded(message: string, cause?: unknown): WarmleadError {
  return failure("MODULE_NOT_LOADED", message, cause);
}
