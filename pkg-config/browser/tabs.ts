// The other tabs of this site in this browser: they are told what happens here, and one at a time sends. Both are a courtesy: without them
// tabs assess with less until the next page, and send what others have sent already, which the collector counts once.

import type { RecordedEvent } from "./event.ts";

/** What tabs tell each other. */
export type News =
  | { kind: "events"; visitor: string; events: RecordedEvent[] }
  | { kind: "settled"; ids: string[] }
  | { kind: "consent"; choice: Record<string, boolean> }
  | { kind: "forgotten" };

/** For so long another tab may be sending, in milliseconds; then it is taken to hang. */
const PATIENCE = 30_000;

/** For so long nobody else decides what to show: until then they have heard of what was shown. */
const HEARSAY = 1_000;

export class Tabs {
  readonly #hear: (news: News) => void;
  #channel: BroadcastChannel | undefined;
  #busySince: number | undefined;

  constructor(hear: (news: News) => void) {
    this.#hear = hear;
    this.open();
  }

  open(): void {
    if (this.#channel || typeof BroadcastChannel === "undefined") return;
    try {
      this.#channel = new BroadcastChannel("warmlead");
      this.#channel.onmessage = (message) => this.#hear(message.data as News);
    } catch {
      // A sandboxed frame, say: then there are no other tabs.
    }
  }

  /** An open channel may keep a page from being restored by the back button. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  tell(news: News): void {
    try {
      this.#channel?.postMessage(news);
    } catch {
      // See above: a courtesy.
    }
  }

  /** Runs `work` unless another tab is running its own; whether it did. */
  async alone(work: () => Promise<void>): Promise<boolean> {
    let state = "none" as "none" | "free" | "taken";
    try {
      await navigator.locks.request("warmlead", { ifAvailable: true }, async (lock) => {
        state = lock ? "free" : "taken";
        if (lock) await work();
      });
    } catch (error) {
      // There may be no locks here, or none for this page; what `work` throws is not ours.
      if (state === "free") throw error;
    }
    if (state === "taken") {
      this.#busySince ??= Date.now();
      if (Date.now() - this.#busySince < PATIENCE) return false;
    }
    this.#busySince = undefined;
    if (state !== "free") await work();
    return true;
  }

  /** Runs `decide`, which doesn't throw, unless another tab has just done so; whether it ran. */
  turn(decide: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      const run = (): void => {
        decide();
        resolve(true);
      };
      try {
        navigator.locks.request("warmlead-turn", { ifAvailable: true }, async (lock) => {
          if (!lock) return resolve(false);
          run();
          await new Promise((heard) => setTimeout(heard, HEARSAY));
        }).catch(run);
      } catch {
        // There are no locks here.
        run();
      }
    });
  }
}
