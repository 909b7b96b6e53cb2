// What changed last: how many points each line of each receipt gained or lost when the assessment last changed. It keeps one assessment
// to compare with, and does not know what the lines mean.

import { milli } from "./format.js";

/** A line of a receipt, of any kind (docs/model.md, "The assessment"). */
export interface Line { rule?: string; group?: string | null; score?: string; adjustment?: string; matches?: number; counted?: number; points: number }
export type Receipt = Record<string, Line[]>;

/** What tells lines of one receipt apart. */
export const keyOf = (line: Line): string => `${line.adjustment ?? (line.rule === undefined ? "score" : "rule")} ${line.rule ?? line.score ?? line.group ?? ""}`;

/** Remembers the last change. */
export class Changes {
  #receipt: Receipt | null = null;
  #changes = new Map<string, number>();

  /** Compares with what was seen before; the same again leaves the last change as it was. */
  see(receipt: Receipt): void {
    const before = this.#receipt;
    this.#receipt = receipt;
    if (before === null) return;
    const changes = new Map<string, number>();
    for (const score of new Set([...Object.keys(before), ...Object.keys(receipt)])) {
      const was = values(before[score]);
      const is = values(receipt[score]);
      let total = 0;
      for (const key of new Set([...was.keys(), ...is.keys()])) {
        const gained = (is.get(key) ?? 0) - (was.get(key) ?? 0);
        total += gained;
        if (gained !== 0) changes.set(`${score}/${key}`, gained / 1000);
      }
      if (total !== 0) changes.set(score, total / 1000);
    }
    if (changes.size > 0) this.#changes = changes;
  }

  /** Starts over: another visitor, another model. */
  forget(): void {
    this.#receipt = null;
    this.#changes.clear();
  }

  /** The points that a score, or a line of it, last gained or lost; 0 if it was not part of the last change. */
  of(score: string, line?: Line): number {
    return this.#changes.get(line ? `${score}/${keyOf(line)}` : score) ?? 0;
  }
}

function values(lines: Line[] = []): Map<string, number> {
  return new Map(lines.map((line) => [keyOf(line), milli(line.points)]));
}
