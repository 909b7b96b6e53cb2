// Gives any value to the module, read as `JSON.stringify` would write it: `toJSON` is honoured, what JSON can't say is left out (`undefined`, functions, symbols) or
// null (NaN, infinities), lone surrogates become U+FFFD. Values are laid out as src/wasm/given.rs reads them, and copied once; a plain event, as src/event/packed.rs
// reads it, on the desk, a piece of the module's memory, so that it crosses without being made into anything.
//
// Nothing that is given can do harm: what throws, nests too deep, is too large or is a BigInt is laid out as that. What is wrong with it, the engine says.

import { memory, wasm } from "warmlead-glue";
import { freshId } from "./id.ts";

/** The most that is read of a model, a condition or a document, in bytes of JSON text; of an event. */
const MOST = 1 << 20;
const EVENT = 1 << 15;
/** How many bytes there is room for as long as nobody needs more. */
const LITTLE = 4096;
/** As in src/value.rs. */
const MAX_DEPTH = 96;
/** What is not read, as src/wasm/given.rs numbers it. */
const LARGE = 0;
const DEEP = 1;
const BIGINT = 2;
const THREW = 3;
/** At least so many bytes are free whenever a value begins: as many as it may have before another does. */
const AHEAD = 32;

const encoder = new TextEncoder();
/** Where what is not an event on the desk is laid out, and how far that has come. */
let own = new Uint8Array(LITTLE);
let end = 4;
/** Where something is being laid out: on the desk, texts where they stand, in ASCII; elsewhere, texts apart. */
let bytes = own;
let view: DataView;
let packed = false;
/** Whether the event has an id, or needs none. */
let known: boolean | undefined;
let texts = "";
/** How many bytes of JSON text may still come. What is spent is never more than the text has. */
let budget = 0;
/** The keys that lead to what is being read, and how many of them do. */
let keys: string[] = [];
let lead = 0;
/** How many keys lead to a `time` that may be a `Date`, which becomes its number. */
let dated: number | undefined;
/** Why it goes no further. */
let reason = THREW;

/** Packs an event where there is room for it; answers how many bytes it has, 0 if it isn't plain. One without an id gets a fresh one, unless it is to be `anonymous`. */
export function packOn(room: Uint8Array<ArrayBuffer>, seen: DataView, event: unknown, anonymous?: boolean): number {
  aim(room, seen);
  known = anonymous;
  budget = room.length;
  dated = 1;
  try {
    const at = put(event, "", 0, 0);
    return known ? at : put(freshId(), "", place("id", at), 1);
  } catch {
    reason = THREW;
    return 0;
  }
}

/** Gives to the module what has been laid out: for the next call, which takes it. */
export function give(): void {
  const text = encoder.encode(texts);
  const room = wasm.room(end + text.length) >>> 0;
  view.setUint32(0, end, true);
  memory().set(own.subarray(0, end), room);
  memory().set(text, room + end);
  clear();
}

/** Nothing is laid out. */
export function clear(): void {
  texts = "";
  end = 4;
  // What was large is not kept.
  if (own.length > MOST) own = new Uint8Array(LITTLE);
}

/**
 * Lays out a value. With `times`, it is of at most about as many bytes of JSON text as an event, and what stands under so many keys (0: the whole; 1: `time`) may
 * be a `Date`, which becomes its number.
 */
export function lay(given: unknown, times?: number, most = times === undefined ? MOST : EVENT): void {
  const before = texts;
  aim(own);
  budget = most;
  dated = times;
  lead = 0;
  try {
    end = orNull(put(given, "", end, 0), end);
  } catch (thrown) {
    texts = before;
    bytes[end] = 7;
    bytes[end + 1] = reason;
    reason = THREW;
    budget = Infinity;
    const names = ["id", "messageId", "event_id", "event"].map((key) => stringAt(given, key));
    end = put([keys.slice(0, lead), stringAt(thrown, "message") || stringAt([thrown], "0"), ...names], "", end + 2, 0);
  }
  own = bytes;
}

/** Lays out the values of a list, each read on its own; whatever else it is, as a value. */
export function layList(given: unknown, times?: number, most?: number): void {
  const length = lengthOf(given);
  if (length < 0) return lay(given, times, most);
  begin(6, length);
  for (let place = 0; place < length; place++) lay(itemOf(given, place), times, most);
}

/** Lays out bytes; those of another realm (a frame, a worker's message, a test's sandbox) are some. Whatever else it is is null. */
export function layBytes(given: unknown): void {
  if ({}.toString.call(given) !== "[object Uint8Array]") return lay(null);
  const { length } = given as Uint8Array;
  begin(8, length, length);
  own.set(given as Uint8Array, end);
  end += length;
}

/** Lays out into these bytes from now on; on the desk if its view is given. */
function aim(room: Uint8Array<ArrayBuffer>, seen?: DataView): void {
  bytes = room;
  view = seen ?? new DataView(room.buffer);
  packed = !!seen;
}

/** Begins something of so many parts, with room for so many bytes. */
function begin(kind: number, count: number, room?: number): void {
  aim(own);
  reserve(end, room);
  bytes[end] = kind;
  end = size(count, end + 1);
  own = bytes;
}

/** How many items a list has; negative if it is none. */
export function lengthOf(given: unknown): number {
  try {
    return Array.isArray(given) ? given.length : -1;
  } catch {
    return -1;
  }
}

/** An item of a list, or a field; nothing where reading it throws. */
export function itemOf(list: unknown, place: number | string): unknown {
  try {
    return (list as Record<number | string, unknown>)[place];
  } catch {
    return null;
  }
}

/** Lays a value out from a place on; answers where it ends, a negative number if there is nothing that JSON has. */
function put(given: unknown, key: string, at: number, depth: number): number {
  reserve(at);
  // Not a switch: comparisons with each kind are quicker than its name.
  if (typeof given === "string") {
    spend(given.length + 2);
    bytes[at] = 4;
    return text(given, at + 1);
  }
  if (typeof given === "object" && given) return object(given, key, at, depth);
  const isNumber = typeof given === "number";
  if (isNumber && Number.isFinite(given)) {
    spend(1);
    bytes[at] = 3;
    // JSON has no −0: adding 0 makes it one.
    view.setFloat64(at + 1, given + 0, true);
    return at + 9;
  }
  if (typeof given === "bigint") stop(BIGINT);
  if (given !== null && !isNumber && typeof given !== "boolean") return -1;
  spend(4);
  bytes[at] = given === true ? 2 : given === false ? 1 : 0;
  return at + 1;
}

/** Where something ends; where there is nothing, null does. */
function orNull(end: number, at: number): number {
  return end < 0 ? put(null, "", at, 0) : end;
}

function object(given: object, key: string, at: number, depth: number): number {
  if (depth >= MAX_DEPTH) stop(DEEP);
  if (depth === dated && (depth === 0 || key === "time")) {
    const time = timeOf(given);
    if (time !== undefined) return put(time === time ? time : "Invalid Date", key, at, depth);
  }
  lead = depth;
  const { toJSON } = given as { toJSON?: unknown };
  if (typeof toJSON === "function" && !Array.isArray(given)) {
    const made: unknown = toJSON.call(given, key);
    if (typeof made !== "object" || !made) return put(made, key, at, depth);
    given = made;
  }
  spend(2);
  if (Array.isArray(given)) {
    const length = given.length >>> 0;
    bytes[at] = 6;
    let end = size(length, at + 1);
    for (let place = 0; place < length; place++) {
      const name = String(place);
      follow(name, depth);
      end = orNull(put(given[place], name, end, depth + 1), end);
    }
    return end;
  }
  let count = 0;
  bytes[at] = 5;
  if (packed) {
    let end = at + 2;
    // What `Object.keys` has, without a list of it; what stands there is then read without being looked for. V8 sees through the question whether a key is its own if it is
    // asked in this way: it costs nothing.
    for (const name in given) {
      if (!{}.hasOwnProperty.call(given, name)) continue;
      const start = depth === 0 ? place(name, end) : text(name, end);
      const next = put((given as Record<string, unknown>)[name], name, start, depth + 1);
      if (next < 0) continue;
      end = next;
      count++;
    }
    if (count > 254) throw 0;
    bytes[at + 1] = count;
    return end;
  }
  const names = Object.keys(given);
  // Room for as many as there may be.
  let end = size(names.length, at + 1);
  for (const name of names) {
    const before = texts;
    const start = text(name, end);
    follow(name, depth);
    const next = put((given as Record<string, unknown>)[name], name, start, depth + 1);
    if (next < 0) {
      texts = before;
      continue;
    }
    spend(name.length + 3);
    end = next;
    count++;
  }
  if (names.length < 255) bytes[at + 1] = count;
  else view.setUint32(at + 2, count, true);
  return end;
}

/** Lays out the place of a key that an event may have, as KEYS in src/event/packed.rs has it: told by comparisons, which are quicker than looking it up. */
function place(key: string, at: number): number {
  if (key === "id") known = true;
  bytes[at] =
    key === "id" ? 0
    : key === "type" ? 1
    : key === "time" ? 2
    : key === "path" ? 5
    : key === "properties" ? 9
    : key === "traits" ? 10
    : key === "url" ? 3
    : key === "host" ? 4
    : key === "query" ? 6
    : key === "title" ? 7
    : key === "referrer" ? 8
    : key === "offsite" ? 11
    : stop(THREW);
  return at + 1;
}

/**
 * Lays a text out from a place on; answers where it ends. Only the keys of an event itself cross as numbers (`place`). Types and keys that the model knows did for a while:
 * looking one up in a Map takes as long as copying it, longer where it is a fresh string, whose hash is yet to be found; what the module saved did not make up for that.
 */
function text(given: string, at: number): number {
  const { length } = given;
  let end = size(length, at);
  if (!packed) {
    texts += given + "\0";
    return end;
  }
  reserve(end, length);
  const out = bytes;
  let all = 0;
  for (let place = 0; place < length; place++) {
    const code = given.charCodeAt(place);
    all |= code;
    out[end++] = code;
  }
  // Only ASCII is a byte each, and the same in every encoding.
  if (all > 127) throw 0;
  return end;
}

function size(count: number, at: number): number {
  if (count < 255) {
    bytes[at] = count;
    return at + 1;
  }
  bytes[at] = 255;
  view.setUint32(at + 1, count, true);
  return at + 5;
}

function follow(key: string, depth: number): void {
  keys[depth] = key;
  lead = depth + 1;
}

function spend(count: number): void {
  budget -= count;
  if (budget < 0) stop(LARGE);
}

function stop(why: number): never {
  reason = why;
  throw why;
}

/** Sees to it that there is room from a place on. */
function reserve(at: number, count = 0): void {
  const wanted = at + count + AHEAD;
  if (wanted <= bytes.length) return;
  if (packed) throw 0;
  const before = bytes;
  bytes = new Uint8Array(2 * wanted);
  bytes.set(before);
  view = new DataView(bytes.buffer);
}

/** The milliseconds of a `Date`; nothing for whatever is none. */
function timeOf(given: object): number | undefined {
  try {
    return Date.prototype.getTime.call(given);
  } catch {
    return undefined;
  }
}

/** A string that stands there and is not long; an empty one if none does. */
export function stringAt(given: unknown, key: string): string {
  try {
    const found = (given as Record<string, unknown>)[key];
    return typeof found === "string" && found.length <= 1024 ? found : "";
  } catch {
    return "";
  }
}
