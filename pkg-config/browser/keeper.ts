// Whether what is recorded may be kept, and whose it is: nothing is stored or sent before the visitor's consent; a refusal wipes what
// there is. It knows how to keep things from the queue, and nothing of why they are recorded.

import { freshId } from "../entry/id.ts";
import { allows } from "./consent.ts";
import type { RecordedEvent } from "./event.ts";
import type { Queue } from "./queue.ts";
import type { Sync } from "./sync.ts";
import type { Tabs } from "./tabs.ts";
import type { Visit } from "./visit.ts";

export class Keeper {
  /** What brings the events to the collector; `undefined` where nothing is ever sent, and until the module is there. */
  #sync: Sync | undefined;
  readonly #queue: Queue;
  readonly #visit: Visit;
  readonly #tabs: Tabs;
  /** Called when something visible may have changed. */
  readonly #changed: () => void;
  /** Whether the site says that no consent is needed. */
  readonly #unasked: boolean;
  #consent: boolean | null;
  /** Whether events are being kept: consent is given, and whose they are is known. */
  #keeping = false;
  /** This page's events so far, to be kept as soon as that is so. */
  #pending: RecordedEvent[] = [];
  /** This installation's id. */
  #installation = freshId();
  /** Grows when everything is wiped: what was begun before has no effect any more. */
  #age = 0;
  #stopped = false;

  constructor(queue: Queue, visit: Visit, tabs: Tabs, unasked: boolean, changed: () => void) {
    this.#queue = queue;
    this.#visit = visit;
    this.#tabs = tabs;
    this.#changed = changed;
    this.#unasked = unasked;
    this.#consent = unasked ? true : null;
  }

  /** `null`: not chosen yet. */
  get consent(): boolean | null {
    return this.#consent;
  }

  get keeping(): boolean {
    return this.#keeping;
  }

  /** How many events wait for the visitor's choice. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Goes on where an earlier page left off, if its visitor had consented or needn't. */
  async begin(): Promise<void> {
    if (this.#unasked) return this.#keep(false);
    const age = this.#age;
    const consented = await this.#queue.resume();
    if (!consented || age !== this.#age || this.#consent !== null) return;
    this.#consent = true;
    await this.#keep(false);
  }

  /** There is something now that sends. */
  async connect(sync: Sync): Promise<void> {
    this.#sync = sync;
    sync.client = this.#installation;
    if (this.#keeping) await sync.recorded();
  }

  /** Keeps an event, or holds it until the visitor has chosen. */
  async take(event: RecordedEvent): Promise<void> {
    if (this.#keeping) await this.#store([event]);
    else if (this.#consent !== false) this.#pending.push(event);
  }

  /** Does as the visitor has chosen. */
  async choose(choice: Record<string, boolean>): Promise<void> {
    if (!allows(choice)) {
      this.#consent = false;
      const wiped = this.#wipe();
      // The page scores on, in memory, without a name that was ever sent.
      this.#visit.rename(freshId());
      await wiped;
    } else if (this.#consent === true) {
      // For later pages, should it have been the site that gave it so far.
      await this.#queue.open({ visitor: this.#visit.id, client: this.#installation }, true);
    } else {
      // What happened while consent was refused is neither stored nor sent, now or ever: it was somebody else's.
      if (this.#consent === false) this.#visit.reset(freshId());
      this.#consent = true;
      await this.#keep(true);
    }
  }

  /** Becomes another visitor, of whom nothing is known. */
  async startOver(): Promise<void> {
    const wiped = this.#wipe();
    this.#visit.reset(freshId());
    this.#consent = this.#unasked ? true : null;
    await wiped;
    if (this.#consent) await this.#keep(false);
  }

  /** Learns what other pages have stored meanwhile. */
  async catchUp(): Promise<void> {
    const age = this.#age;
    const history = this.#keeping ? await this.#queue.history() : [];
    if (age === this.#age) this.#visit.learn(history);
  }

  /** Keeps nothing more on this page; what is stored stays. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#age++;
    this.#keeping = false;
    this.#pending = [];
    await this.#queue.close();
  }

  async #keep(consented: boolean): Promise<void> {
    if (this.#stopped) return;
    const age = this.#age;
    const identity = await this.#queue.open({ visitor: this.#visit.id, client: this.#installation }, consented);
    const history = await this.#queue.history();
    if (age !== this.#age) return;
    this.#installation = identity.client;
    if (this.#sync) this.#sync.client = identity.client;
    if (identity.visitor !== this.#visit.id) this.#visit.rename(identity.visitor);
    this.#visit.learn(history);
    this.#keeping = true;
    await this.#store(this.#pending.splice(0));
  }

  async #store(events: RecordedEvent[]): Promise<void> {
    const visitor = this.#visit.id;
    await this.#queue.add(events);
    // Not before they are stored: the tab that sends next must find them.
    this.#tabs.tell({ kind: "events", visitor, events });
    this.#changed();
    await this.#sync?.recorded();
  }

  async #wipe(): Promise<void> {
    this.#age++;
    this.#keeping = false;
    this.#pending = [];
    this.#installation = freshId();
    this.#sync?.reset();
    if (this.#sync) this.#sync.client = this.#installation;
    await this.#queue.wipe();
    this.#changed();
  }
}
