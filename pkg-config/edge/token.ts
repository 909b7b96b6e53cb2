// The token that a cookie holds: who the visitor is and what is known of them, until when, signed. What comes back from a browser is
// believed only if this site signed it. It knows nothing of events.
//
//   version (1) · flags (1) · expiry in seconds since 1970 (4) · length, id · length, choice of consent as JSON (0 if none) · snapshot · HMAC (32)
//
// The signature covers the cookie's name, too: a token of one cookie is nothing in another.

import type { CookieRefusal } from "../types/edge.d.ts";
import { fromBase64url, inflate, join, toBase64url } from "./bytes.ts";
import { type Keys, SIGNATURE } from "./keys.ts";

const VERSION = 1;
const DEFLATED = 1;
/** Version, flags, expiry and two lengths. */
const HEAD = 8;

/** What a site keeps of a visitor. */
export interface Kept {
  visitor: string;
  /** The last choice of consent that was recorded. */
  choice: Record<string, boolean> | null;
  snapshot: Uint8Array;
}

const encoder = new TextEncoder();

/** What stands before the snapshot. A choice too long for its place is left out, and then recorded anew each time. */
function headOf({ visitor, choice }: Omit<Kept, "snapshot">, flags: number, expires: number): Uint8Array {
  const id = encoder.encode(visitor);
  let said = encoder.encode(choice ? JSON.stringify(choice) : "");
  if (said.length > 255) said = new Uint8Array();
  const bytes = new Uint8Array(HEAD + id.length + said.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, flags);
  view.setUint32(2, expires);
  view.setUint8(6, id.length);
  bytes.set(id, 7);
  view.setUint8(7 + id.length, said.length);
  bytes.set(said, HEAD + id.length);
  return bytes;
}

/** How long a token gets whose snapshot, compressed or not, has so many bytes. */
export function tokenBytes(kept: Omit<Kept, "snapshot">, snapshot: number): number {
  return headOf(kept, 0, 0).length + snapshot + SIGNATURE;
}

/** Makes the token; `deflated` says whether the snapshot was compressed. `expires` is in seconds since 1970. */
export async function seal(kept: Kept, deflated: boolean, expires: number, keys: Keys, name: string): Promise<string> {
  const token = join(headOf(kept, deflated ? DEFLATED : 0, expires), kept.snapshot);
  return toBase64url(join(token, await keys.sign(labelled(name, token))));
}

/** Reads a token, or says why it is not believed. Never fails. */
export async function open(value: string, keys: Keys, name: string, now: number): Promise<Kept | CookieRefusal> {
  const bytes = fromBase64url(value);
  if (!bytes || bytes.length < HEAD + SIGNATURE) return "malformed";
  const token = bytes.subarray(0, -SIGNATURE);
  if (token[0] !== VERSION) return "version";
  if (!(await keys.verify(bytes.subarray(-SIGNATURE), labelled(name, token)))) return "signature";
  const view = new DataView(token.buffer, token.byteOffset, token.length);
  if (view.getUint32(2) * 1000 <= now) return "expired";
  try {
    const text = (from: number, length: number) => new TextDecoder().decode(token.subarray(from, from + length));
    const idLength = view.getUint8(6);
    const choiceLength = view.getUint8(7 + idLength);
    const visitor = text(7, idLength);
    const said = text(HEAD + idLength, choiceLength);
    const body = token.subarray(HEAD + idLength + choiceLength);
    const snapshot = view.getUint8(1) & DEFLATED ? await inflate(body) : body;
    return { visitor, choice: said ? (JSON.parse(said) as Record<string, boolean>) : null, snapshot };
  } catch {
    // Signed by this site and yet not readable: made by a version or a runtime that can do what this one can't.
    return "unreadable";
  }
}

function labelled(name: string, token: Uint8Array): Uint8Array {
  return join(encoder.encode(`warmlead cookie ${name}\0`), token);
}
