// What a site keeps of a visitor, made to fit into its cookie: as much as there is room for, the oldest detail forgotten first.

import { deflate } from "./bytes.ts";
import type { Cookie } from "./cookie.ts";
import type { Keys } from "./keys.ts";
import { seal, tokenBytes } from "./token.ts";
import type { OwnEvent, Visit } from "./visit.ts";

/** The header that keeps the visitor. */
export async function keep(visit: Visit, cookie: Cookie, keys: Keys): Promise<string> {
  const { identity } = visit;
  const { body, deflated } = await fit(visit, cookie.room - tokenBytes(identity, 0));
  const expires = Math.floor(Date.now() / 1000) + cookie.maxAge;
  return cookie.set(await seal({ ...identity, snapshot: body }, deflated, expires, keys, cookie.name));
}

/** When it is full, so much is forgotten at once that the next few requests need not forget: a twelfth of the events. */
const RESERVE = 1 / 12;

/** Up to so many bytes a snapshot that fits is kept as it is: it travels in one packet either way, and to compress it and undo that takes longer than to score. */
const PLAIN = 1024;

interface Packed {
  body: Uint8Array;
  deflated: boolean;
}

async function pack(bytes: Uint8Array, room: number): Promise<Packed> {
  const compressed = bytes.length > Math.min(room, PLAIN) ? await deflate(bytes) : null;
  return { body: compressed ?? bytes, deflated: compressed !== null };
}

/** Makes this request's own events lighter, then forgets what is too much, by the average of the events, until the rest fits. */
async function fit(visit: Visit, room: number): Promise<Packed> {
  const tooLarge = async (event: OwnEvent) => (await pack(new TextEncoder().encode(JSON.stringify(event)), room)).body.length > room;
  for (let light = false; ; ) {
    const packed = await pack(visit.whole.snapshot(), room);
    const excess = packed.body.length - room;
    if (excess <= 0) return packed;
    if (!light) {
      light = true;
      if (await visit.lighten(tooLarge)) continue;
    }
    const count = Math.ceil(visit.whole.size * (excess / packed.body.length + RESERVE));
    if (visit.whole.forget(count) === 0) return packed;
  }
}
