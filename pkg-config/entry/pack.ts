// Lays a plain event out on the desk, a piece of the module's memory, as src/event/packed.rs reads it: so it crosses without being made into anything.
// It decides nothing. What isn't plainly plain (an odd key, a class, a getter that throws, too much of anything) goes the long way: src/wasm/decode.rs.

import * as glue from "warmlead-glue";
import { freshId } from "./id.ts";
import { generation } from "./instance.ts";

/** As MAX_PACKED_BYTES in src/event/packed.rs: so many bytes for an event; numbers of an answer are behind them. */
export const ROOM = 4096;
/** How many scores there are among them: see NUMBERS in src/wasm/visitor.rs. */
export const NUMBERS = 14;
/** As KEYS in src/event/packed.rs. */
const KEYS = ["id", "type", "time", "url", "host", "path", "query", "title", "referrer", "properties", "traits", "offsite"];

let bytes = new Uint8Array();
let view: DataView;
let age = -1;

/** The desk, for the numbers that an answer leaves there. */
export function desk(): DataView {
  // When the module's memory grows, what lay over it has no length any more.
  if (bytes.length === 0 || age !== generation()) {
    const { buffer } = glue.linear_memory() as WebAssembly.Memory;
    bytes = new Uint8Array(buffer, glue.desk(), ROOM + 128);
    view = new DataView(buffer, bytes.byteOffset, ROOM + 128);
    age = generation();
  }
  return view;
}

/** How many bytes a packed event has; 0 if it isn't plain. */
export function pack(event: unknown): number {
  try {
    desk();
    let at = 0;
    let id = false;
    for (const key in plain(event)) {
      const value = own(event, key);
      if (value === undefined) continue;
      const place = KEYS.indexOf(key);
      bytes[at] = place;
      at = put(value, at + 1, place < 0 ? 99 : 0);
      if (place === 0) id = true;
    }
    if (!id) {
      bytes[at] = 0;
      at = put(freshId(), at + 1, 0);
    }
    return at > ROOM ? 0 : at;
  } catch {
    return 0;
  }
}

/** An object as JSON knows it; whatever else it might be throws. */
function plain(value: unknown): Record<string, unknown> {
  if (Object.getPrototypeOf(value) !== Object.prototype || (value as { toJSON?: unknown }).toJSON !== undefined) throw 0;
  return value as Record<string, unknown>;
}

function own(object: unknown, key: string): unknown {
  if (!Object.hasOwn(object as object, key)) throw 0;
  return (object as Record<string, unknown>)[key];
}

/** Writes a value; answers where the next may begin. */
function put(value: unknown, at: number, depth: number): number {
  switch (typeof value) {
    case "string":
      bytes[at] = 4;
      return text(value, at + 1);
    case "number":
      bytes[at] = Number.isFinite(value) ? 3 : 0;
      if (bytes[at] === 0) return at + 1;
      // JSON has no −0: adding 0 makes it one.
      view.setFloat64(at + 1, value + 0, true);
      return at + 9;
    case "boolean":
      bytes[at] = value ? 2 : 1;
      return at + 1;
    case "object":
      if (value !== null) return compound(value, at, depth);
      bytes[at] = 0;
      return at + 1;
    default:
      throw 0;
  }
}

function compound(value: object, at: number, depth: number): number {
  if (depth > 6) throw 0;
  let count = 0;
  let end = at + 3;
  bytes[at] = 6;
  for (const key in plain(value)) {
    const member = own(value, key);
    if (member === undefined) continue;
    end = put(member, text(key, end), depth + 1);
    count++;
  }
  bytes[at + 1] = count;
  bytes[at + 2] = count >> 8;
  return end;
}

function text(value: string, at: number): number {
  const { length } = value;
  let end = at + 2;
  if (end + length > ROOM) throw 0;
  for (let place = 0; place < length; place++) {
    const code = value.charCodeAt(place);
    if (code > 127) throw 0;
    bytes[end++] = code;
  }
  bytes[at] = length;
  bytes[at + 1] = length >> 8;
  return end;
}
