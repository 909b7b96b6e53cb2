// The visitor as this page knows them: their events, and what follows from those. Before the module is there, events are kept as they come.
// It knows nothing of storage, consent or the network.

import type { Scorer } from "../entry/scorer.ts";
import type { Visitor } from "../entry/visitor.ts";
import type { Assessment } from "../types/warmlead.d.ts";
import type { RecordedEvent } from "./event.ts";

/** Nobody does more before a module is loaded. */
const MOST_EARLY = 10_000;

export class Visit {
  /** Grows whenever the visitor's events or identity change. */
  revision = 0;
  #id: string;
  #early: RecordedEvent[] = [];
  #scorer: Scorer | undefined;
  #handle: Visitor | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  get id(): string {
    return this.#id;
  }

  /** Records what has just happened. Throws what the engine has against it. */
  record(event: RecordedEvent): void {
    if (this.#handle) this.#handle.record(event);
    else if (this.#early.length < MOST_EARLY) this.#early.push(event);
    this.revision++;
  }

  /** Takes in events from elsewhere: stored ones, another tab's, the collector's. What can't be read is left out. */
  learn(given: RecordedEvent[]): void {
    // What comes from elsewhere may be anything, whatever its type says.
    const events = Array.isArray(given) ? given.filter((event) => typeof event === "object" && event !== null) : [];
    if (events.length === 0) return;
    this.revision++;
    if (!this.#handle) this.#early = this.#early.concat(events);
    else add(this.#handle, events);
  }

  /** Starts scoring, or goes on by another model. */
  begin(scorer: Scorer): void {
    const events = this.#events();
    this.#scorer = scorer;
    this.#rebuild(this.#id, events);
    this.#early = [];
  }

  /** The same events, of another visitor: groups of actions depend on the id. */
  rename(id: string): void {
    this.#rebuild(id, this.#events());
  }

  /** Forgets some of the events. */
  drop(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const gone = new Set(ids);
    this.#rebuild(this.#id, this.#events().filter((event) => !gone.has(event.id)));
  }

  /** Another visitor, without events. */
  reset(id: string): void {
    this.#rebuild(id, []);
  }

  /** `null` before scoring starts. `"receipt"` leaves out what comes next, which nobody on a page asks for each time something happens. */
  assess(now: number, explain: boolean | "receipt"): Assessment | null {
    return this.#handle?.assess({ now, explain }) ?? null;
  }

  document(now: number): object | null {
    return this.#handle?.document({ now }) ?? null;
  }

  #events(): RecordedEvent[] {
    return this.#handle ? (this.#handle.events() as RecordedEvent[]) : this.#early;
  }

  #rebuild(id: string, events: RecordedEvent[]): void {
    this.revision++;
    this.#id = id;
    if (!this.#scorer) {
      this.#early = events;
      return;
    }
    const handle = this.#scorer.visitor(id);
    add(handle, events);
    this.#handle?.dispose();
    this.#handle = handle;
  }
}

/** Adds all events at once. What the engine refuses, the collector's will, too. */
function add(handle: Visitor, events: RecordedEvent[]): void {
  for (const { index, message } of handle.learn(events)) {
    const type: unknown = events[index]!.type;
    // What is stored may be anything.
    console.warn(`warmlead: the event \`${typeof type === "string" ? type : typeof type}\` does not count: ${message}`);
  }
}
