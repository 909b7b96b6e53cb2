// Drives the sender: when it says so, takes what waits, posts it, and does what the answer means. Sends the page's own score along when
// nothing is left behind, for the collector to check. It decides nothing itself.

import type { Queue as Shown } from "../types/browser.d.ts";
import type { Queue } from "./queue.ts";
import { Sender, type Answer, type Batch } from "./sender.ts";
import type { Tabs } from "./tabs.ts";
import type { Transport } from "./transport.ts";
import type { Visit } from "./visit.ts";

/** So long it waits at most before it asks again what is due, in milliseconds: the clock may have been set back meanwhile. */
const LONGEST_TIMER = 60_000;

/** What else happens when the collector has answered. */
interface Listener {
  /** The counts, the verdict or the visitor's events may have changed. */
  changed(): void;
  /** Batches arrive. */
  arrived(): void;
}

export class Sync {
  verdict: Shown["verdict"] = null;
  /** This installation's id. */
  client = "";
  readonly #sender = new Sender();
  readonly #queue: Queue;
  readonly #visit: Visit;
  readonly #tabs: Tabs;
  readonly #transport: Transport;
  readonly #listener: Listener;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #parting = new Set<string>();
  #state: "waiting" | "started" | "stopped" = "waiting";
  /** Grows when everything is wiped: answers to what was sent before mean nothing any more. */
  #age = 0;

  constructor(queue: Queue, visit: Visit, tabs: Tabs, transport: Transport, listener: Listener) {
    this.#queue = queue;
    this.#visit = visit;
    this.#tabs = tabs;
    this.#transport = transport;
    this.#listener = listener;
  }

  get retryAt(): number | null {
    return this.#sender.retryAt();
  }

  /** Begins to send: not before there is a score to go along, or known to be none. */
  start(): void {
    this.#state = "started";
    this.#wake();
  }

  /** Events were added to the queue. */
  async recorded(): Promise<void> {
    this.#sender.recorded();
    this.#wake();
    const excess = this.#sender.excess(this.#queue.counts.waiting);
    if (excess === 0) return;
    const { rows } = await this.#queue.oldest(excess);
    await this.#refuse(rows.map((row) => row.id));
  }

  /** The network is back. */
  online(): void {
    this.#sender.online();
    this.#wake();
  }

  /** Sends now what waits. */
  async flush(): Promise<void> {
    await this.#running;
    this.#sender.hurry();
    await this.#drain();
  }

  /** The page is being hidden, and may never come back: sends in one request, which outlives it, what fits. */
  part(): void {
    if (this.#state === "stopped") return;
    const rows = this.#queue.own().filter((row) => !this.#parting.has(row.id));
    const batch = rows.length > 0 ? this.#sender.parting(rows.slice(0, this.#sender.rows()), this.#visit.id) : null;
    if (!batch) return;
    // It may leave behind what other pages have stored, so no score goes along.
    for (const id of batch.ids) this.#parting.add(id);
    const gone = () => {
      for (const id of batch.ids) this.#parting.delete(id);
      this.#wake();
    };
    this.#post({ ...batch, last: false }, this.#visit.revision, true).then(gone, gone);
  }

  /** Gives up what is on its way and forgets what it was told. */
  reset(): void {
    this.#age++;
    this.verdict = null;
    this.#transport.abort();
  }

  stop(): void {
    this.#state = "stopped";
    clearTimeout(this.#timer);
  }

  #wake(): void {
    clearTimeout(this.#timer);
    const due = this.#sender.due();
    if (due === undefined || this.#state !== "started" || this.#running) return;
    this.#timer = setTimeout(() => void this.#drain(), Math.min(Math.max(due - Date.now(), 0), LONGEST_TIMER));
  }

  #drain(): Promise<void> {
    this.#running ??= this.#tabs
      .alone(() => this.#try())
      .then((worked) => {
        if (!worked) this.#sender.busy();
      })
      .then(() => {
        this.#running = undefined;
        this.#wake();
      })
      // What fails twice in a row would fail for ever.
      .catch(() => this.stop());
    return this.#running;
  }

  async #try(): Promise<void> {
    try {
      await this.#send();
    } catch (error) {
      // A trap in the module, which has recovered from it. Counted as a failure, so that it isn't repeated at once.
      console.warn("warmlead:", error);
      this.#sender.answered([], { status: 0, retryAt: NaN, body: null });
    }
  }

  async #send(): Promise<void> {
    const count = this.#sender.rows();
    while (this.#state === "started") {
      const { revision } = this.#visit;
      const { rows, more } = await this.#queue.oldest(count);
      const batch = this.#sender.next(rows, more, this.#visit.id);
      if (!batch) return;
      if (batch.unreadable.length > 0) await this.#refuse(batch.unreadable);
      if (batch.ids.length > 0) await this.#post(batch, revision, false);
    }
  }

  /** Sends a batch of a visit as it was at `revision`. */
  async #post(batch: Batch, revision: number, keepalive: boolean): Promise<void> {
    const age = this.#age;
    const answer = await this.#transport.post({ batch: batch.messages, client: this.client, ...this.#score(batch, revision) }, keepalive);
    if (age === this.#age) await this.#answered(batch.ids, answer);
  }

  /** The page's own score and what it rests on, if the collector will have all of that. */
  #score(batch: Batch, revision: number): object {
    if (!batch.last || revision !== this.#visit.revision) return {};
    const assessment = this.#visit.assess(Date.now(), false);
    if (!assessment) return {};
    const { model, at, events, digest, stage, mql } = assessment;
    const scores = Object.fromEntries(Object.entries(assessment.scores).map(([name, { value }]) => [name, value]));
    return { basis: { model: model.id, version: model.version, at, events, digest }, claim: { stage, mql, scores } };
  }

  async #answered(ids: string[], answer: Answer): Promise<void> {
    const outcome = this.#sender.answered(ids, answer);
    if (outcome.verdict) this.verdict = outcome.verdict;
    this.#visit.learn(outcome.missing);
    this.#visit.drop(outcome.refused);
    if (outcome.done.length > 0) {
      await this.#queue.settle(outcome.done, outcome.refused);
      this.#tabs.tell({ kind: "settled", ids: outcome.done });
      this.#listener.arrived();
    }
    await this.#queue.learn(outcome.missing);
    this.#listener.changed();
  }

  async #refuse(ids: string[]): Promise<void> {
    this.#visit.drop(ids);
    await this.#queue.settle(ids, ids);
    this.#tabs.tell({ kind: "settled", ids });
    this.#listener.changed();
  }
}
