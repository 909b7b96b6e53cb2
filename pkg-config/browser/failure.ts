// A failure that is nobody's but ours.

import { failure, type WarmleadError } from "../entry/error.ts";

export function internal(cause: unknown): WarmleadError {
  return failure("INTERNAL", "an internal error of warmlead; please report it", cause);
}
