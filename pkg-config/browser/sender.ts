// What to send, when to try again, and what an answer means, all decided in the module (src/sync/). After a trap it starts over with
// nothing known; what waits is in the queue.

import * as glue from "warmlead-glue";
import { give, lay, layList } from "../entry/give.ts";
import { call, generation } from "../entry/instance.ts";
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
  #raw: glue.Sender | undefined;
  #born = -1;

  rows(): number {
    return this.#ask((raw) => raw.rows());
  }

  excess(waiting: number): number {
    return this.#ask((raw) => raw.excess(waiting));
  }

  recorded(): void {
    this.#ask((raw) => raw.recorded(Date.now()));
  }

  hurry(): void {
    this.#ask((raw) => raw.hurry(Date.now()));
  }

  online(): void {
    this.#ask((raw) => raw.online(Date.now()));
  }

  busy(): void {
    this.#ask((raw) => raw.busy(Date.now()));
  }

  due(): number | undefined {
    return this.#ask((raw) => raw.due());
  }

  retryAt(): number | null {
    return this.#ask((raw) => raw.retry_at(Date.now())) ?? null;
  }

  next(rows: Row[], more: boolean, visitor: string): Batch | null {
    return this.#ask((raw) => {
      waiting(rows, visitor);
      return raw.next(more, Date.now()) as Batch | null;
    });
  }

  parting(rows: Row[], visitor: string): Batch | null {
    return this.#ask((raw) => {
      waiting(rows, visitor);
      return raw.parting(false, Date.now()) as Batch | null;
    });
  }

  answered(ids: string[], answer: Answer): Outcome {
    return this.#ask((raw) => {
      layList(ids);
      lay(answer.body, undefined, MAX_ANSWER);
      give();
      return raw.answered(answer.status, answer.retryAt, Date.now(), Math.random()) as Outcome;
    });
  }

  #ask<T>(question: (raw: glue.Sender) => T): T {
    return call(() => {
      if (!this.#raw || this.#born !== generation()) {
        this.#raw = new glue.Sender();
        this.#born = generation();
      }
      return question(this.#raw);
    });
  }
}

/** Gives the rows that wait. */
function waiting(rows: Row[], visitor: string): void {
  layList(rows, undefined, MAX_ROW);
  lay(visitor);
  give();
}
