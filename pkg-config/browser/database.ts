// The database of this site in this browser: a row for each event that waits, a row for each event of the visitor, and a few facts.
// It knows nothing of when and why: see queue.ts. Nothing is created before `open(true)`.

import type { RecordedEvent } from "./event.ts";
import type { Row } from "./sender.ts";

const NAME = "warmlead";
const VERSION = 1;
/** How long the browser may take to open it: some never answer. */
const TIMEOUT = 4_000;

/** Who the visitor is, as far as this browser knows. */
export interface Identity {
  visitor: string;
  /** This installation: a random id of this browser on this site. */
  client: string;
}

/** How many events there are, by what became of them. */
export interface Counts {
  waiting: number;
  acknowledged: number;
  dropped: number;
}

export class Database {
  /** Called when it was closed from outside; `wiped` if because somebody deletes it. */
  onclosed: (wiped: boolean) => void = () => {};
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    database.onversionchange = (event) => {
      database.close();
      this.onclosed(event.newVersion === null);
    };
    database.onclose = () => this.onclosed(false);
  }

  /** Opens it; `null` if it doesn't exist and isn't to be created. Fails where there is no database to be had. */
  static open(create: boolean): Promise<Database | null> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, VERSION);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new Error("the database does not open"));
      }, TIMEOUT);
      let missing = false;
      request.onupgradeneeded = () => {
        if (!create) {
          // Leaves nothing behind, and ends in onerror.
          missing = true;
          request.transaction?.abort();
          return;
        }
        request.result.createObjectStore("waiting", { keyPath: "id" });
        request.result.createObjectStore("history", { keyPath: "id" });
        request.result.createObjectStore("facts");
      };
      request.onsuccess = () => {
        clearTimeout(timer);
        if (late) request.result.close();
        else resolve(new Database(request.result));
      };
      request.onerror = () => {
        clearTimeout(timer);
        if (missing) resolve(null);
        else reject(request.error);
      };
    });
  }

  /** Removes it and all that is in it. */
  static async destroy(open: Database | null): Promise<void> {
    if (open) {
      // At once, even if another page keeps it from being deleted for a while.
      await open.#run("readwrite", ["waiting", "history", "facts"], (stores) => {
        for (const store of stores) store.clear();
      }).catch(() => {});
      open.close();
    }
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(NAME);
      request.onsuccess = request.onerror = request.onblocked = () => resolve();
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Who the visitor is: whoever is stored, else `fresh`, which then is. Two tabs that ask at the same time get the same answer. */
  async identity(fresh: Identity): Promise<Identity> {
    let identity = fresh;
    await this.#run("readwrite", ["facts"], ([facts]) => {
      answer(facts!.get("identity"), (stored) => {
        if (isIdentity(stored)) identity = stored;
        else facts!.put(fresh, "identity");
      });
    });
    return identity;
  }

  /** Whether the visitor has consented on an earlier page. */
  consented(): Promise<boolean> {
    return this.#read(["facts"], ([facts]) => facts!.get("consented")).then((stored) => stored === true);
  }

  /** Notes that they have. */
  consent(): Promise<void> {
    return this.#run("readwrite", ["facts"], ([facts]) => facts!.put(true, "consented"));
  }

  /** Stores events of the visitor; those that `wait` are to be sent. */
  put(events: readonly RecordedEvent[], wait: boolean): Promise<void> {
    return this.#run("readwrite", wait ? ["waiting", "history"] : ["history"], (stores) => {
      for (const event of events) for (const store of stores) store.put({ id: event.id, event } satisfies Row);
    });
  }

  /** All events of the visitor. */
  async history(): Promise<RecordedEvent[]> {
    const rows = (await this.#read(["history"], ([history]) => history!.getAll())) as Row[];
    // What somebody else has put there must not keep the page from going on.
    return rows.filter(({ id, event }: Partial<Row>) => event?.id === id).map((row) => row.event);
  }

  /** The first events that wait. Ids begin with the time, so these are the oldest. */
  oldest(count: number): Promise<Row[]> {
    return this.#read(["waiting"], ([waiting]) => waiting!.getAll(null, count)) as Promise<Row[]>;
  }

  /** Removes events that no longer wait: `done` with; and of those, `refused` ones from the visitor's events, too. Each counts once, whichever tab says so. */
  settle(done: readonly string[], refused: readonly string[]): Promise<void> {
    const dropped = new Set(refused);
    return this.#run("readwrite", ["waiting", "history", "facts"], ([waiting, history, facts]) => {
      let counts = { acknowledged: 0, dropped: 0 };
      answer(facts!.get("counts"), (stored) => {
        counts = { ...counts, ...(stored as Partial<Counts> | undefined) };
      });
      for (const id of done) {
        answer(waiting!.getKey(id), (known) => {
          if (known === undefined) return;
          waiting!.delete(id);
          if (dropped.has(id)) history!.delete(id);
          counts[dropped.has(id) ? "dropped" : "acknowledged"]++;
        });
      }
      // Requests are answered in order: by then all of the above have been.
      answer(waiting!.count(), () => facts!.put(counts, "counts"));
    });
  }

  async counts(): Promise<Counts> {
    const counts: Counts = { waiting: 0, acknowledged: 0, dropped: 0 };
    await this.#run("readonly", ["waiting", "facts"], ([waiting, facts]) => {
      answer(facts!.get("counts"), (stored) => Object.assign(counts, stored));
      answer(waiting!.count(), (count) => {
        counts.waiting = count;
      });
    });
    return counts;
  }

  async #read<T>(names: string[], ask: (stores: IDBObjectStore[]) => IDBRequest<T>): Promise<T> {
    let request: IDBRequest<T> | undefined;
    await this.#run("readonly", names, (stores) => {
      request = ask(stores);
    });
    return request!.result;
  }

  /** Runs requests in one transaction; settled when that is. */
  #run(mode: IDBTransactionMode, names: string[], work: (stores: IDBObjectStore[]) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(names, mode);
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
      work(names.map((name) => transaction.objectStore(name)));
    });
  }
}

/** What somebody else has put in its place is nobody's identity. */
function isIdentity(stored: unknown): stored is Identity {
  const { visitor, client } = (stored ?? {}) as Partial<Record<keyof Identity, unknown>>;
  return [visitor, client].every((id) => typeof id === "string" && id !== "");
}

/** Uses a request's answer within its transaction. What fails there ends the transaction, not the page. */
function answer<T>(request: IDBRequest<T>, use: (result: T) => void): void {
  request.onsuccess = () => {
    try {
      use(request.result);
    } catch {
      request.transaction?.abort();
    }
  };
}
