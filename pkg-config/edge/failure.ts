// How things go wrong at the edge: mistakes in a site's own code are thrown, what a request suffers is told on the console.
// The one error class is the package's own, so that `instanceof` holds.

import { WarmleadError } from "warmlead";
import type { ErrorCode, WarmleadError as WarmleadErrorType } from "../types/warmlead.d.ts";

/** What the class takes: its constructor is private to those who use the package. */
type Maker = new (failure: { code: ErrorCode; path: string; message: string }, options?: { cause: unknown }) => WarmleadErrorType;

export function failure(code: ErrorCode, path: string, message: string, cause?: unknown): WarmleadErrorType {
  return new (WarmleadError as unknown as Maker)({ code, path, message }, cause === undefined ? undefined : { cause });
}

/** A call or an option that can't be understood. */
export function invalidInput(path: string, message: string): WarmleadErrorType {
  return failure("INVALID_INPUT", path, message);
}

/** Whatever was thrown, as an error of ours. */
export function known(thrown: unknown): WarmleadErrorType {
  if (thrown instanceof WarmleadError) return thrown as WarmleadErrorType;
  return failure("INTERNAL", "", "an internal error of warmlead; please report it", thrown);
}

export function complain(error: unknown): void {
  console.warn("warmlead:", error);
}
