// Lays a plain event out on the desk, a piece of the module's memory, as src/event/packed.rs reads it: so it crosses without being made into anything.
// It decides nothing. What isn't plainly plain (an odd key, a class, a getter that throws, too much of anything) goes the long way: src/wasm/decode.rs.

import * as glue from "warmlead-glue";
import { freshId } from "./id.ts";
import { generation } from "./instance.ts";

/** As MAX_PACKED_BYTES in src/event/packed.rs: so many bytes for an event; numbers of an answer are behind them. */
export const ROOM = 4096;
/** How many scores there are among them: see NUMBERS in src/wasm/visitor.rs. */
export const NUMBERS = 14;
const has = Object.prototype.hasOwnProperty;
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
      if (!has.call(event, key)) throw 0;
      const value = (event as Record<string, unknown>)[key];
      if (value === undefined) continue;
      const place = placeOf(key);
      bytes[at] = place;
      id ||= place === 0;
      at = put(value, at + 1, 0);
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

/** The place of an event's key in KEYS of src/event/packed.rs. */
function placeOf(key: string): number {
  switch (key) {
    case "id":
      return 0;
    case "type":
      return 1;
    case "time":
      return 2;
    case "url":
      return 3;
    case "host":
      return 4;
    case "path":
      return 5;
    case "query":
      return 6;
    case "title":
      return 7;
    case "referrer":
      return 8;
    case "properties":
      return 9;
    case "traits":
      return 10;
    case "offsite":
      return 11;
  }
  throw 0;
}

/** An object as JSON knows it; whatever else it might be throws. */
function plain(value: unknown): Record<string, unknown> {
  if (Object.getPrototypeOf(value) !== Object.prototype || (value as { toJSON?: unknown }).toJSON !== undefined) throw 0;
  return value as Record<string, unknown>;
}

/** Writes a value; answers where the next may begin. */
function put(value: unknown, at: number, depth: number): number {
  switch (typeof value) {
    case "string":
      bytes[at] = 4;
      return text(value, at + 1);
    case "number":
      if (!Number.isFinite(value)) break;
      bytes[at] = 3;
      // JSON has no −0: adding 0 makes it one.
      view.setFloat64(at + 1, value + 0, true);
      return at + 9;
    case "boolean":
      bytes[at] = value ? 2 : 1;
      return at + 1;
    case "object":
      if (value !== null) return members(value, at, depth);
      break;
    default:
      throw 0;
  }
  bytes[at] = 0;
  return at + 1;
}

function members(value: object, at: number, depth: number): number {
  if (depth > 6) throw 0;
  let count = 0;
  let end = at + 3;
  for (const key in plain(value)) {
    if (!has.call(value, key)) throw 0;
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    end = put(member, text(key, end), depth + 1);
    count++;
  }
  bytes[at] = 5;
  bytes[at + 1] = count;
  bytes[at + 2] = count >> 8;
  return end;
}

function text(value: string, at: number): number {
  const { length } = value;
  const out = bytes;
  let end = at + 2;
  if (end + length > ROOM) throw 0;
  let all = 0;
  for (let place = 0; place < length; place++) {
    const code = value.charCodeAt(place);
    all |= code;
    out[end++] = code;
  }
  // Only ASCII is a byte each, and the same in every encoding.
  if (all > 127) throw 0;
  out[at] = length;
  out[at + 1] = length >> 8;
  return end;
}
