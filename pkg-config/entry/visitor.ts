// The handle of a visitor, whose events live in the module. After a trap it goes on from what could be saved.

import type * as glue from "warmlead-glue";
import type { Assessment, AssessOptions, Event, Rejection, Time } from "../types/warmlead.d.ts";
import { invalidInput, WarmleadError } from "./error.ts";
import { freshId } from "./id.ts";
import { call, generation, watch } from "./instance.ts";
import * as options from "./options.ts";
import { bytesOf } from "./snapshot.ts";

export class Visitor {
  readonly #id: string;
  readonly #compiled: () => glue.Scorer;
  readonly #survivor = { save: () => this.#save() };
  readonly #unwatch: () => void;
  #raw: glue.Visitor | undefined;
  #born = -1;
  /** What was saved from an instance that is gone: null if nothing could be. */
  #saved: Uint8Array | null | undefined;
  #disposed = false;

  constructor(compiled: () => glue.Scorer, id: string, snapshot?: Uint8Array) {
    this.#id = id;
    this.#compiled = compiled;
    this.#saved = snapshot === undefined ? undefined : bytesOf(snapshot);
    call(() => this.#handle());
    this.#unwatch = watch(this.#survivor);
  }

  record(event: Event, given?: { now?: Time }): boolean {
    const { now } = options.read(given, ["now"]);
    return call(() => this.#handle().record(event, options.time(now), freshId));
  }

  get stage(): string {
    return call(() => this.#handle().stage(Date.now()));
  }

  get mql(): boolean {
    return call(() => this.#handle().mql(Date.now()));
  }

  get size(): number {
    return call(() => this.#handle().size());
  }

  value(score: string): number {
    const name = options.string(score, "score");
    return call(() => this.#handle().value(name, Date.now()));
  }

  assess(given?: AssessOptions): Assessment {
    const { now, explain } = options.read(given, ["now", "explain"]);
    const detail = explain === "receipt" ? 1 : options.flag(explain, "explain") ? 2 : 0;
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
    return call(() => this.#handle().learn(events) as Rejection[]);
  }

  forget(count: number): number {
    if (!Number.isSafeInteger(count) || count < 0) throw invalidInput("/count", "`count` must be a whole number that is not negative");
    return call(() => this.#handle().forget(Math.min(count, 0xffffffff)));
  }

  merge(snapshot: Uint8Array, given?: { now?: Time }): boolean {
    const { now } = options.read(given, ["now"]);
    const bytes = bytesOf(snapshot);
    return call(() => this.#handle().merge(bytes, options.time(now)));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#unwatch();
    // A handle of an instance that is gone must not be freed in the new one.
    if (this.#born === generation()) this.#raw?.free();
    this.#raw = undefined;
  }

  /** The visitor in the module, made anew if its instance is gone; to be called inside of `call`. */
  #handle(): glue.Visitor {
    if (this.#disposed) throw invalidInput("", "this visitor was disposed of");
    if (this.#raw && this.#born === generation()) return this.#raw;
    if (this.#saved === null) {
      const message = "this visitor was lost to an internal error; make it anew from its last snapshot";
      throw new WarmleadError({ code: "INTERNAL", path: "", message });
    }
    this.#raw = this.#compiled().visitor(this.#id, this.#saved);
    this.#saved = undefined;
    this.#born = generation();
    return this.#raw;
  }

  #save(): void {
    if (!this.#raw || this.#born !== generation()) return;
    try {
      this.#saved = this.#raw.snapshot();
    } catch {
      this.#saved = null;
    }
  }
}

// Where the runtime knows `using`.
if (Symbol.dispose) {
  Object.defineProperty(Visitor.prototype, Symbol.dispose, { value: Visitor.prototype.dispose, configurable: true, writable: true });
}
