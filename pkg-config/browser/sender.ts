// What to send, when to try again, and what an answer means, all decided in the module (src/sync/). After a trap it starts over with
// nothing known; what waits is in the queue.

import { wasm } from "warmlead-glue";
import { give, lay, layList } from "../entry/give.ts";
import { call, type Held, hold, placeOf } from "../entry/instance.ts";
import type { Queue } from "../types/browser.d.ts";
import type { RecordedEvent } from "./event.ts";

/** The most that is read of an answer, in bytes of JSON text: a visitor's missing events may be many. */
const MAX_ANSWER = 64 << 20;
/** Of a row: an event, and room for its id. */
const MAX_ROW = 34 << 10;

/** What to send. */
export interface Batch {
  ids: string[];
  messages: object[];
  /** Whether nothing is left behind. */
  last: boolean;
  /** Stored rows that are no events. */
  unreadable: string[];
}

/** What came back. */
export interface Answer {
  /** 0 if nothing did. */
  status: number;
  /** What `Retry-After` says, as a time; NaN if it doesn't. */
  retryAt: number;
  body: unknown;
}

/** What follows from it. */
export interface Outcome {
  done: string[];
  acknowledged: number;
  refused: string[];
  missing: RecordedEvent[];
  verdict: Queue["verdict"];
}

/** An event that waits. */
export interface Row {
  id: string;
  event: RecordedEvent;
}

export class Sender {
  readonly #held = hold(held(), this);

  rows(): number {
    return call(() => wasm.sender_rows());
  }

  excess(waiting: number): number {
    return this.#ask((place) => wasm.sender_excess(place, waiting));
  }

  recorded(): void {
    this.#happened(0);
  }

  hurry(): void {
    this.#happened(1);
  }

  online(): void {
    this.#happened(2);
  }

  busy(): void {
    this.#happened(3);
  }

  due(): number | undefined {
    return maybe(this.#ask((place) => wasm.sender_due(place)));
  }

  retryAt(): number | null {
    return maybe(this.#ask((place) => wasm.sender_retry_at(place, Date.now()))) ?? null;
  }

  next(rows: Row[], more: boolean, visitor: string): Batch | null {
    return this.#ask((place) => {
      waiting(rows, visitor);
      return wasm.sender_next(place, more, Date.now()) as Batch | null;
    });
  }

  parting(rows: Row[], visitor: string): Batch | null {
    return this.#ask((place) => {
      waiting(rows, visitor);
      return wasm.sender_parting(place, false, Date.now()) as Batch | null;
    });
  }

  answered(ids: string[], answer: Answer): Outcome {
    return this.#ask((place) => {
      layList(ids);
      lay(answer.body, undefined, MAX_ANSWER);
      give();
      return wasm.sender_answered(place, answer.status, answer.retryAt, Date.now(), Math.random()) as Outcome;
    });
  }

  /** Tells what happened, by its number in src/wasm/sync.rs. */
  #happened(what: number): void {
    this.#ask((place) => wasm.sender_happened(place, what, Date.now()));
  }

  #ask<T>(question: (place: number) => T): T {
    return call(() => question(placeOf(this.#held)));
  }
}

function held(): Held {
  return {
    place: 0,
    age: -1,
    make: () => wasm.sender_new(),
    free() {
      wasm.sender_free(this.place, 0);
    },
  };
}

/** What may be missing, as the module says it. */
function maybe([there, said]: readonly [number, number]): number | undefined {
  return there ? said : undefined;
}

/** Gives the rows that wait. */
function waiting(rows: Row[], visitor: string): void {
  layList(rows, undefined, MAX_ROW);
  lay(visitor);
  give();
}
