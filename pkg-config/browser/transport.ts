// Posts a batch to the collector and brings back what it says. It never throws, and decides nothing.

import { stringify } from "./json.ts";
import type { Answer } from "./sender.ts";

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 15_000;

const NOTHING: Answer = { status: 0, retryAt: NaN, body: null };

export class Transport {
  readonly #address: string;
  #aborts = new Set<AbortController>();

  constructor(collector: string) {
    this.#address = `${collector}/batch`;
  }

  /** With `keepalive` the request outlives the page. */
  async post(body: object, keepalive: boolean): Promise<Answer> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    this.#aborts.add(abort);
    try {
      const response = await fetch(this.#address, {
        method: "POST",
        // Plain text, as Segment's own SDKs send it: other origins' collectors then need no preflight request, which a page that goes away has no time for.
        headers: { "content-type": "text/plain" },
        body: stringify(body),
        credentials: "omit",
        keepalive,
        signal: abort.signal,
      });
      const retryAt = retryTime(response.headers.get("retry-after"));
      return { status: response.status, retryAt, body: await response.json().catch(() => null) };
    } catch {
      return NOTHING;
    } finally {
      clearTimeout(timer);
      this.#aborts.delete(abort);
    }
  }

  /** Gives up what is on its way. */
  abort(): void {
    for (const abort of this.#aborts) abort.abort();
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
export function retryTime(header: string | null): number {
  if (header === null) return NaN;
  return /^\s*\d+\s*$/.test(header) ? Date.now() + Number(header) * 1000 : Date.parse(header);
}
