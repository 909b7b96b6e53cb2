// What a site keeps of a visitor, made to fit into its cookie: as much as there is room for, the oldest detail forgotten first.

import { deflate } from "./bytes.ts";
import type { Cookie } from "./cookie.ts";
import type { Keys } from "./keys.ts";
import { seal, tokenBytes } from "./token.ts";
import type { Visit } from "./visit.ts";

interface Fitting {
  body: Uint8Array;
  deflated: boolean;
}

/** The header that keeps the visitor. */
export async function keep(visit: Visit, cookie: Cookie, keys: Keys): Promise<string> {
  const { identity } = visit;
  const { body, deflated } = await fit(visit, cookie.room - tokenBytes(identity, 0));
  const expires = Math.floor(Date.now() / 1000) + cookie.maxAge;
  return cookie.set(await seal({ ...identity, snapshot: body }, deflated, expires, keys, cookie.name));
}

/** Forgets as few events as need be: often one for the one that has come. */
async function fit(visit: Visit, room: number): Promise<Fitting> {
  const attempt = async (count: number) => {
    const { snapshot, forgotten } = visit.snapshot(count);
    const compressed = await deflate(snapshot);
    const fitting = compressed ? { body: compressed, deflated: true } : { body: snapshot, deflated: false };
    return { ...fitting, fits: fitting.body.length <= room || forgotten < count };
  };
  let best = await attempt(0);
  let tooFew = -1;
  let enough = 0;
  while (!best.fits) {
    tooFew = enough;
    enough = Math.max(1, enough * 2);
    best = await attempt(enough);
  }
  while (enough - tooFew > 1) {
    const between = Math.floor((tooFew + enough) / 2);
    const tried = await attempt(between);
    if (tried.fits) [best, enough] = [tried, between];
    else tooFew = between;
  }
  return best;
}
