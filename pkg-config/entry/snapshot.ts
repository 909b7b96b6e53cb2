// What may be given as a snapshot: bytes. What they mean, src/snapshot/ says.

import { WarmleadError } from "./error.ts";

/** The bytes, if it is some. Those of another realm (a frame, a worker's message, a test's sandbox) are. */
export function bytesOf(given: unknown): Uint8Array {
  if (Object.prototype.toString.call(given) === "[object Uint8Array]") return given as Uint8Array;
  throw new WarmleadError({ code: "INVALID_SNAPSHOT", path: "", message: "a snapshot is a Uint8Array, as `snapshot()` returns it" });
}
