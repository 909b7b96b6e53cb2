// What waits for the collector: in the database where there is one, else in the page's memory, and what this page has recorded in both,
// because a page that goes away has no time to ask a database. An event leaves it when the collector has settled it, not before.
// It decides nothing: what is sent when, src/sync/ says.

import { Database, type Counts, type Identity } from "./database.ts";
import type { RecordedEvent } from "./event.ts";
import type { Row } from "./sender.ts";

/** An event of this page that the collector has not settled. */
interface Own {
  event: RecordedEvent;
  stored: boolean;
}

export class Queue {
  /** Called when somebody else deletes the database. */
  onwiped: () => void = () => {};
  #database: Database | null = null;
  /** Whether the last attempt to store failed. */
  #failing = false;
  #own = new Map<string, Own>();
  #unstored = 0;
  #stored: Counts = { waiting: 0, acknowledged: 0, dropped: 0 };
  #unstoredCounts = { acknowledged: 0, dropped: 0 };
  #work: Promise<void> = Promise.resolve();
  /** Grows when everything is wiped: a database that was opened before is not used. */
  #age = 0;
  #wiping: Promise<void> = Promise.resolve();

  get kind(): "indexeddb" | "memory" {
    return this.#database && !this.#failing ? "indexeddb" : "memory";
  }

  get counts(): Counts {
    return {
      waiting: this.#stored.waiting + this.#unstored,
      acknowledged: this.#stored.acknowledged + this.#unstoredCounts.acknowledged,
      dropped: this.#stored.dropped + this.#unstoredCounts.dropped,
    };
  }

  /** Opens what is stored, if the visitor has consented on an earlier page; whether they have. Creates nothing. */
  async resume(): Promise<boolean> {
    const age = this.#age;
    const database = await Database.open(false).catch(() => null);
    const consented = (await database?.consented().catch(() => false)) ?? false;
    if (!database || !consented || age !== this.#age) {
      database?.close();
      return false;
    }
    this.#use(database);
    return true;
  }

  /** Opens or creates the database and says who the visitor is; without one, whoever is given. */
  async open(fresh: Identity, consented: boolean): Promise<Identity> {
    await this.#wiping;
    const age = this.#age;
    const database = this.#database ?? (await Database.open(true).catch(() => null));
    if (!database) return fresh;
    try {
      if (consented) await database.consent();
      const identity = await database.identity(fresh);
      if (age === this.#age) {
        this.#use(database);
        return identity;
      }
    } catch {
      // Full, or closed by somebody who deletes it.
    }
    database.close();
    return fresh;
  }

  /** The visitor's stored events. */
  async history(): Promise<RecordedEvent[]> {
    await this.refresh();
    return (await this.#database?.history().catch(() => [])) ?? [];
  }

  /** Adds events that are to be sent. Settled when they are stored, or can't be. */
  async add(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) this.#own.set(event.id, { event, stored: false });
    this.#unstored += events.length;
    // One after the other, so that an event is stored once.
    this.#work = this.#work.then(() => this.#store());
    await this.#work;
  }

  /** Stores events that the collector has already. */
  async learn(events: readonly RecordedEvent[]): Promise<void> {
    if (events.length > 0) await this.#database?.put(events, false).catch(() => {});
  }

  /** The oldest events that wait. */
  async oldest(count: number): Promise<{ rows: Row[]; more: boolean }> {
    await this.#work;
    const stored = await this.#waiting(count + 1).catch(() => []);
    const rows = [...stored, ...this.own().filter((row) => !this.#own.get(row.id)?.stored)];
    rows.sort((one, other) => (one.id < other.id ? -1 : 1));
    return { rows: rows.slice(0, count), more: rows.length > count };
  }

  /** What this page has recorded and the collector not settled, as far as the page knows. */
  own(): Row[] {
    return Array.from(this.#own, ([id, { event }]) => ({ id, event }));
  }

  /** Another tab has settled these: they wait here no more. */
  async settledElsewhere(ids: readonly string[]): Promise<void> {
    for (const id of ids) if (this.#own.get(id)?.stored) this.#own.delete(id);
    await this.refresh();
  }

  /** Takes out what is done with, and of that, what was refused from the visitor's events, too. */
  async settle(done: readonly string[], refused: readonly string[]): Promise<void> {
    const dropped = new Set(refused);
    for (const id of done) {
      const own = this.#own.get(id);
      if (own && !own.stored) {
        this.#unstored--;
        this.#unstoredCounts[dropped.has(id) ? "dropped" : "acknowledged"]++;
      }
      this.#own.delete(id);
    }
    await this.#database?.settle(done, refused).catch(() => {});
    await this.refresh();
  }

  /** Reads the counts anew: another tab may have changed them. */
  async refresh(): Promise<void> {
    const counts = await this.#database?.counts().catch(() => undefined);
    if (counts) this.#stored = counts;
  }

  /** Removes everything: what waits, the visitor's events, who they are. */
  wipe(): Promise<void> {
    const database = this.#database;
    this.#age++;
    this.#database = null;
    this.#failing = false;
    this.#own.clear();
    this.#unstored = 0;
    this.#stored = { waiting: 0, acknowledged: 0, dropped: 0 };
    this.#unstoredCounts = { acknowledged: 0, dropped: 0 };
    // What fails here fails because there is no database at all.
    const wipe = () => this.#work.then(() => Database.destroy(database)).catch(() => {});
    this.#wiping = this.#wiping.then(wipe);
    return this.#wiping;
  }

  /** Lets go of the database when all is stored. */
  async close(): Promise<void> {
    await this.#work;
    this.#database?.close();
    this.#database = null;
  }

  #use(database: Database): void {
    if (this.#database && this.#database !== database) this.#database.close();
    this.#database = database;
    database.onclosed = (wiped) => {
      if (this.#database !== database) return;
      this.#database = null;
      // What this page has recorded it still has.
      for (const own of this.#own.values()) own.stored = false;
      this.#unstored = this.#own.size;
      this.#stored = { ...this.#stored, waiting: 0 };
      if (wiped) this.onwiped();
    };
  }

  /** The oldest rows of the database. What somebody else has put there could never be sent: it goes, and counts as dropped. */
  async #waiting(count: number): Promise<Row[]> {
    const database = this.#database;
    for (;;) {
      const rows = (await database?.oldest(count)) ?? [];
      const strange = rows.filter((row) => !isOurs(row)).map(({ id }) => id);
      if (strange.length === 0) return rows;
      await database!.settle(strange, strange);
      await this.refresh();
    }
  }

  async #store(): Promise<void> {
    const database = this.#database;
    const fresh = [...this.#own.values()].filter((own) => !own.stored);
    if (!database || fresh.length === 0) return;
    try {
      await database.put(fresh.map((own) => own.event), true);
    } catch {
      // Blocked or full: they wait in memory, and the next attempt takes them along.
      this.#failing = true;
      return;
    }
    this.#failing = false;
    for (const own of fresh) {
      if (this.#own.get(own.event.id) !== own) continue;
      own.stored = true;
      this.#unstored--;
      // Until the counts are read anew, so that at no moment an event waits nowhere.
      this.#stored.waiting++;
    }
    await this.refresh();
  }
}

/** Whether a row is as we write it: an event under its id, which is a text that survives the way into the module. */
function isOurs({ id, event }: { id: unknown; event?: { id?: unknown } | null }): boolean {
  return typeof id === "string" && /^[^\uD800-\uDFFF]{1,1024}$/.test(id) && event?.id === id;
}
