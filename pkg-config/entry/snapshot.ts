// A snapshot's bytes: UTF-8 JSON. What stands in it, src/wasm/visitor.rs says.

import { WarmleadError } from "./error.ts";

export function print(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export function parse(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw invalid({ cause });
  }
  throw invalid();
}

function invalid(options?: { cause: unknown }): WarmleadError {
  return new WarmleadError({ code: "INVALID_SNAPSHOT", path: "", message: "these bytes are no snapshot of a visitor" }, options);
}
