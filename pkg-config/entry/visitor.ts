// The handle of a visitor, whose events live in the module. After a trap it goes on from what could be saved.
//
// What the module said there is to see is kept until it may change: until an event comes, or the time that the module named.

import { memory, taken, wasm } from "warmlead-glue";
import type { Assessment, AssessOptions, Event, Rejection, Time } from "../types/warmlead.d.ts";
import { checked, failure, invalidInput } from "./error.ts";
import { give, lay, layBytes, stringAt } from "./give.ts";
import { freshId } from "./id.ts";
import { call, type Held, hold, letGo, placeOf } from "./instance.ts";
import * as options from "./options.ts";
import { desk, gather, NUMBERS, pack, ROOM } from "./pack.ts";

/** The ids of a model's stages, lowest first, and the names of its scores. */
export type Names = readonly [stages: string[], scores: string[]];

/** A visitor in the module. */
interface HeldVisitor extends Held {
  /** Until when what was read is what there is to see. */
  until: number;
}

export class Visitor {
  readonly #held: HeldVisitor;
  readonly #names: Names;
  /** What there is to see from one time to before another: the place of the stage, whether it makes an MQL (1), and the scores. */
  #from = 0;
  readonly #seen: number[] = [];

  constructor(compiled: () => number, names: Names, id: string, snapshot?: Uint8Array) {
    this.#names = names;
    this.#held = hold(heldOf(compiled, id, snapshot), this);
    this.#ask(() => {});
  }

  record(event: Event, given?: { now?: Time }): boolean {
    const now = given === undefined ? undefined : options.read(given, ["now"]).now;
    return this.#ask((place) => {
      const time = options.time(now);
      const until = wasm.visitor_record_packed(place, pack(event), time);
      if (until === until) {
        const changed = until < 0;
        const known = changed || this.#holds(time);
        if (changed) this.#read();
        // A time that was made up says nothing about the present.
        this.#held.until = known && now === undefined ? Math.abs(until) : 0;
        this.#from = time;
        return changed;
      }
      this.#held.until = 0;
      lay(event, 1);
      // A fresh id costs more than all the rest, and is hardly ever needed.
      lay(stringAt(event, "id") || freshId());
      give();
      return !!checked(wasm.visitor_record(place, time));
    });
  }

  get stage(): string {
    this.#look();
    return this.#names[0][this.#seen[0]!]!;
  }

  get mql(): boolean {
    this.#look();
    return this.#seen[1] === 1;
  }

  get size(): number {
    return this.#ask((place) => checked(wasm.visitor_size(place)));
  }

  value(score: string): number {
    const place = this.#names[1].indexOf(score);
    if (place >= 0 && place < NUMBERS) {
      this.#look();
      return this.#seen[2 + place]!;
    }
    const name = options.string(score, "score");
    return this.#ask((place) => {
      lay(name);
      give();
      return checked(wasm.visitor_value(place, Date.now()));
    });
  }

  assess(given?: AssessOptions): Assessment {
    const { now, explain } = options.read(given, ["now", "explain"]);
    const detail = explain === "receipt" ? 1 : options.explained(explain) ? 2 : 0;
    return this.#ask((place) => taken(checked(wasm.visitor_assess(place, options.time(now), detail))) as Assessment);
  }

  document(given?: { now?: Time }): Record<string, unknown> {
    const { now } = options.read(given, ["now"]);
    return this.#ask((place) => taken(checked(wasm.visitor_document(place, options.time(now)))) as Record<string, unknown>);
  }

  snapshot(): Uint8Array {
    return this.#ask(snapshotOf);
  }

  events(): Event[] {
    return this.#ask((place) => taken(checked(wasm.visitor_events(place))) as Event[]);
  }

  /** For the browser client: adds many events at once, and answers those that can't be read. */
  learn(events: readonly Event[]): Rejection[] {
    this.#held.until = 0;
    return this.#ask((place) => {
      gather(events);
      return taken(checked(wasm.visitor_learn(place))) as Rejection[];
    });
  }

  forget(count: number): number {
    this.#held.until = 0;
    return this.#ask((place) => checked(wasm.visitor_forget(place, typeof count === "number" ? count : NaN)));
  }

  merge(snapshot: Uint8Array, given?: { now?: Time }): boolean {
    const { now } = options.read(given, ["now"]);
    this.#held.until = 0;
    return this.#ask((place) => {
      const time = options.time(now);
      layBytes(snapshot);
      give();
      return !!checked(wasm.visitor_merge(place, time));
    });
  }

  dispose(): void {
    // Not while an event is read that asks for it: what reads the event has this visitor's place.
    call(() => letGo(this.#held));
    this.#held.until = 0;
    this.#held.make = disposed;
  }

  /** Runs `work`, which calls the module, with where the visitor is in it. */
  #ask<T>(work: (place: number) => T): T {
    return call(() => work(placeOf(this.#held)));
  }

  /** Sees to it that what was read is what there is to see at present. */
  #look(): void {
    // What nothing but an event can change needs no clock.
    if (this.#held.until === Infinity) return;
    const now = Date.now();
    if (this.#holds(now)) return;
    this.#ask((place) => {
      this.#held.until = checked(wasm.visitor_look(place, now));
      this.#from = now;
      this.#read();
    });
  }

  /** Whether what was read is what there is to see at a time. */
  #holds(time: number): boolean {
    return time >= this.#from && time < this.#held.until;
  }

  /** Reads what the module has just laid on the desk. */
  #read(): void {
    const view = desk();
    const count = 2 + Math.min(this.#names[1].length, NUMBERS);
    for (let place = 0; place < count; place++) this.#seen[place] = view.getFloat64(ROOM + 8 * place, true);
  }
}

function heldOf(compiled: () => number, id: string, snapshot: Uint8Array | undefined): HeldVisitor {
  return {
    place: 0,
    age: -1,
    until: 0,
    make() {
      const scorer = compiled();
      lay(id);
      if (snapshot !== undefined) layBytes(snapshot);
      give();
      const place = checked(wasm.visitor_new(scorer));
      snapshot = undefined;
      return place;
    },
    save() {
      this.until = 0;
      try {
        snapshot = snapshotOf(this.place);
      } catch (thrown) {
        // Where the stack has run out (Firefox has a name of its own for that), there will be room for it later.
        if (/Range|Internal/.test((thrown as Error).name)) throw thrown;
        this.make = lost;
      }
    },
    free() {
      wasm.visitor_free(this.place, 0);
    },
  };
}

function snapshotOf(visitor: number): Uint8Array {
  const place = checked(wasm.visitor_snapshot(visitor));
  const end = place + wasm.left();
  return memory().slice(place, end);
}

function disposed(): never {
  throw invalidInput("", "this visitor was disposed of");
}

function lost(): never {
  throw failure("INTERNAL", "this visitor was lost; make it anew from a snapshot");
}

// Where the runtime knows `using`.
if (Symbol.dispose) Object.assign(Visitor.prototype, { [Symbol.dispose]: Visitor.prototype.dispose });
