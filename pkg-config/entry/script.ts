// The classic script: the browser client and everything else under one global, `warmlead`. The module is beside the script, streamed.

import type { Warmlead } from "../types/browser.d.ts";
import type { WarmleadScript } from "../types/warmlead.iife.d.ts";
import { comesFrom, loadModule } from "../browser/engine.ts";
import { start } from "../browser/index.ts";
import { matches, score, Scorer, translate, WarmleadError } from "./core.ts";

/** A call that was made before it could be: the method's name, and what it was given. */
export type Recorded = [name: string, given: ArrayLike<unknown>];

/** Methods of the client that may be called before it has been started. */
const forwarded = ["track", "page", "identify", "consent", "subscribe", "flush", "forget", "stop"] as const;

type Methods = Record<string, (...given: unknown[]) => unknown>;

const page = globalThis as unknown as { warmlead?: Partial<Methods> & { calls?: Recorded[] } };
// Not `document.currentScript`, before which an `<img name="currentScript">` of somebody else's would stand, with an address of theirs.
const own = typeof document === "object" ? (Reflect.get(Document.prototype, "currentScript", document) as HTMLScriptElement | null) : null;
const address = own?.src;

let client: Warmlead | undefined;
/** Calls of the client's methods before `start`. */
const early: Recorded[] = [];
/** So many of them are kept: where nothing is ever started, they must not pile up. */
const ROOM = 1_000;

const forwards = Object.fromEntries(
  forwarded.map((name) => [
    name,
    (...given: unknown[]) => {
      if (client) return (client as unknown as Methods)[name]?.(...given);
      if (early.length < ROOM) early.push([name, given]);
    },
  ]),
) as unknown as Pick<Warmlead, (typeof forwarded)[number]>;

const script: WarmleadScript = {
  ...forwards,
  matches,
  score,
  translate,
  // Both classes are declared by hand: entry/types.ts holds the declarations against them.
  Scorer: Scorer as unknown as WarmleadScript["Scorer"],
  WarmleadError: WarmleadError as unknown as WarmleadScript["WarmleadError"],
  get client() {
    return client ?? null;
  },
  start(options) {
    client = start(options);
    replay(early.splice(0));
    return client;
  },
  load: (wasm) => loadModule(wasm),
  whenReady(callback) {
    const loaded = client ? client.ready : loadModule(undefined);
    loaded.then(() => {
      if (client?.status !== "unsupported") callback(script);
    }, complain);
  },
};

function replay(calls: readonly Recorded[]): void {
  for (const [name, given] of calls) {
    try {
      (script as unknown as Methods)[name]?.(...Array.from(given));
    } catch (error) {
      complain(error);
    }
  }
}

function complain(error: unknown): void {
  console.warn("warmlead:", error);
}

// A page that loads the script twice keeps the first.
if (!page.warmlead?.score) {
  comesFrom(() => new URL("warmlead.wasm", address ?? location.href));
  const { calls } = page.warmlead ?? {};
  page.warmlead = script as unknown as Methods;
  replay(calls ?? []);
}
