// What a site keeps of a visitor, made to fit into its cookie: as much as there is room for, the oldest detail forgotten first.

import type { Visitor } from "warmlead";
import { deflate } from "./bytes.ts";
import type { Cookie } from "./cookie.ts";
import type { Keys } from "./keys.ts";
import { seal, tokenBytes } from "./token.ts";
import type { Visit } from "./visit.ts";

/** The header that keeps the visitor. */
export async function keep(visit: Visit, cookie: Cookie, keys: Keys): Promise<string> {
  const { identity } = visit;
  const { body, deflated } = await fit(visit.whole, cookie.room - tokenBytes(identity, 0));
  const expires = Math.floor(Date.now() / 1000) + cookie.maxAge;
  return cookie.set(await seal({ ...identity, snapshot: body }, deflated, expires, keys, cookie.name));
}

/** When it is full, so much is forgotten at once that the next few requests need not forget: a twelfth of the events. */
const RESERVE = 1 / 12;

/** Up to so many bytes a snapshot that fits is kept as it is: it travels in one packet either way, and to compress it and undo that takes longer than to score. */
const PLAIN = 1024;

/** Forgets what is too much, by the average of its events, until the rest fits. */
async function fit(visitor: Visitor, room: number): Promise<{ body: Uint8Array; deflated: boolean }> {
  for (;;) {
    const snapshot = visitor.snapshot();
    const compressed = snapshot.length > Math.min(room, PLAIN) ? await deflate(snapshot) : null;
    const body = compressed ?? snapshot;
    const excess = body.length - room;
    if (excess <= 0 || visitor.forget(Math.ceil(visitor.size * (excess / body.length + RESERVE))) === 0) return { body, deflated: compressed !== null };
  }
}
