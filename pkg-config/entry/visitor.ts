// The handle of a visitor, whose events live in the module. After a trap it goes on from what could be saved.
//
// What the module said there is to see is kept until it may change: until an event comes, or the time that the module named.

import * as glue from "warmlead-glue";
import type { Assessment, AssessOptions, Event, Rejection, Time } from "../types/warmlead.d.ts";
import { failure, invalidInput } from "./error.ts";
import { give, lay, layBytes } from "./give.ts";
import { freshId } from "./id.ts";
import { call, generation, watch } from "./instance.ts";
import * as options from "./options.ts";
import { desk, gather, NUMBERS, pack, ROOM } from "./pack.ts";

/** The ids of a model's stages, lowest first, and the names of its scores. */
export type Names = readonly [stages: string[], scores: string[]];

export class Visitor {
  readonly #id: string;
  readonly #compiled: () => glue.Scorer;
  readonly #names: Names;
  readonly #survivor = { save: () => this.#save() };
  readonly #unwatch: () => void;
  #raw: glue.Visitor | undefined;
  #born = -1;
  /** What was saved from an instance that is gone: null if nothing could be. */
  #saved: Uint8Array | null | undefined;
  #disposed = false;
  /** What there is to see from one time to before another: the place of the stage, whether it makes an MQL, and the scores. */
  #from = 0;
  #until = 0;
  #stage = 0;
  #mql = false;
  readonly #values: number[] = [];

  constructor(compiled: () => glue.Scorer, names: Names, id: string, snapshot?: Uint8Array) {
    this.#id = id;
    this.#compiled = compiled;
    this.#names = names;
    this.#saved = snapshot;
    call(() => this.#handle());
    this.#unwatch = watch(this.#survivor);
  }

  record(event: Event, given?: { now?: Time }): boolean {
    const now = given === undefined ? undefined : options.read(given, ["now"]).now;
    return call(() => {
      const handle = this.#handle();
      const time = options.time(now);
      const until = handle.record_packed(pack(event), time);
      if (until === until) {
        const changed = until < 0;
        const known = changed || this.#holds(time);
        if (changed) this.#read();
        // A time that was made up says nothing about the present.
        this.#until = known && now === undefined ? Math.abs(until) : 0;
        this.#from = time;
        return changed;
      }
      this.#until = 0;
      lay(event, 1);
      lay(freshId());
      give();
      return handle.record(time);
    });
  }

  get stage(): string {
    this.#look();
    return this.#names[0][this.#stage]!;
  }

  get mql(): boolean {
    this.#look();
    return this.#mql;
  }

  get size(): number {
    return call(() => this.#handle().size());
  }

  value(score: string): number {
    const place = this.#names[1].indexOf(score);
    if (place >= 0 && place < NUMBERS) {
      this.#look();
      return this.#values[place]!;
    }
    const name = options.string(score, "score");
    return call(() => {
      const handle = this.#handle();
      lay(name);
      give();
      return handle.value(Date.now());
    });
  }

  assess(given?: AssessOptions): Assessment {
    const { now, explain } = options.read(given, ["now", "explain"]);
    const detail = explain === "receipt" ? 1 : options.explained(explain) ? 2 : 0;
    return call(() => this.#handle().assess(options.time(now), detail) as Assessment);
  }

  document(given?: { now?: Time }): Record<string, unknown> {
    const { now } = options.read(given, ["now"]);
    return call(() => this.#handle().document(options.time(now)) as Record<string, unknown>);
  }

  snapshot(): Uint8Array {
    return call(() => this.#handle().snapshot());
  }

  events(): Event[] {
    return call(() => this.#handle().events() as Event[]);
  }

  /** For the browser client: adds many events at once, and answers those that can't be read. */
  learn(events: readonly Event[]): Rejection[] {
    this.#until = 0;
    return call(() => {
      const handle = this.#handle();
      gather(events);
      return handle.learn() as Rejection[];
    });
  }

  forget(count: number): number {
    this.#until = 0;
    return call(() => this.#handle().forget(typeof count === "number" ? count : NaN));
  }

  merge(snapshot: Uint8Array, given?: { now?: Time }): boolean {
    const { now } = options.read(given, ["now"]);
    this.#until = 0;
    return call(() => {
      const handle = this.#handle();
      const time = options.time(now);
      layBytes(snapshot);
      give();
      return handle.merge(time);
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#until = 0;
    this.#unwatch();
    // A handle of an instance that is gone must not be freed in the new one.
    if (this.#born === generation()) this.#raw?.free();
    this.#raw = undefined;
  }

  /** The visitor in the module, made anew if its instance is gone; to be called inside of `call`. */
  #handle(): glue.Visitor {
    if (this.#disposed) throw invalidInput("", "this visitor was disposed of");
    if (this.#raw && this.#born === generation()) return this.#raw;
    if (this.#saved === null && this.#born >= 0) throw failure("INTERNAL", "this visitor was lost; make it anew from a snapshot");
    const compiled = this.#compiled();
    lay(this.#id);
    if (this.#saved !== undefined) layBytes(this.#saved);
    give();
    this.#raw = new glue.Visitor(compiled);
    this.#saved = undefined;
    this.#born = generation();
    return this.#raw;
  }

  /** Sees to it that what was read is what there is to see at present. */
  #look(): void {
    // What nothing but an event can change needs no clock.
    if (this.#until === Infinity) return;
    const now = Date.now();
    if (this.#holds(now)) return;
    call(() => {
      this.#until = this.#handle().look(now);
      this.#from = now;
      this.#read();
    });
  }

  /** Whether what was read is what there is to see at a time. */
  #holds(time: number): boolean {
    return time >= this.#from && time < this.#until;
  }

  /** Reads what the module has just laid on the desk. */
  #read(): void {
    const view = desk();
    const count = Math.min(this.#names[1].length, NUMBERS);
    this.#stage = view.getFloat64(ROOM, true);
    this.#mql = view.getFloat64(ROOM + 8, true) === 1;
    for (let place = 0; place < count; place++) this.#values[place] = view.getFloat64(ROOM + 16 + 8 * place, true);
  }

  #save(): void {
    this.#until = 0;
    if (!this.#raw || this.#born !== generation()) return;
    try {
      this.#saved = this.#raw.snapshot();
    } catch {
      this.#saved = null;
    }
  }
}

// Where the runtime knows `using`.
if (Symbol.dispose) Object.assign(Visitor.prototype, { [Symbol.dispose]: Visitor.prototype.dispose });
