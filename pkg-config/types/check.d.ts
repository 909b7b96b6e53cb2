/**
 * What is wrong with scoring models, conditions and events, in words; what a model allows and hardly means; what a new model changes; and the
 * JSON Schema of models. A module of its own, so that pages need not download it: theirs says code and place only.
 *
 * @example
 * import { check } from "warmlead/check";
 * const { ok, problems, warnings } = check(model);
 * for (const { code, path, message, hint } of [...problems, ...warnings]) console.log(`${path || "/"}: ${message} [${code}]`, hint ?? "");
 *
 * @packageDocumentation
 */

import type { Problem, Rejection, Time } from "./warmlead.js";

export { WarmleadError } from "./warmlead.js";
export type { ErrorCode, Event, Problem, Rejection, ScoringModel, ScoringModelJson, Time } from "./warmlead.js";

/** What is to be said of a scoring model. */
export interface Report {
  /** Whether it can be used: there are no problems. Warnings never keep a model from being used. */
  ok: boolean;
  /** Everything that keeps it from being used, all at once. */
  problems: Problem[];
  /** What it allows and hardly means, whatever events come: an MQL that nobody can reach, a rule that never counts. Empty if there are problems. */
  warnings: Problem[];
}

/** What is to be said of a scoring model, or of whatever was taken for one. `docs/errors.md` explains all codes. */
export function check(model: unknown): Report;

/** Everything that is wrong with a condition; empty if nothing is. */
export function checkCondition(condition: unknown): Problem[];

/**
 * Which events of a list would be refused, and why; empty if none.
 *
 * @throws {WarmleadError} `INVALID_INPUT`, if it is no list.
 */
export function checkEvents(events: readonly unknown[]): Rejection[];

/** A visitor, whatever the model. */
export interface Person {
  /** The visitor's id; without it the place in the list. */
  visitor?: string;
  /** Traits given from outside. */
  traits?: Record<string, unknown>;
  /** What they did, in any order. What can't be read is left out. */
  events: readonly unknown[];
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** When to assess; by default now. */
  now?: Time;
}

/** The name of a model. */
export interface ModelName {
  id: string;
  version: string;
}

/** Where a visitor stands under a model. */
export interface Standing {
  stage: string;
  /** Since when, in milliseconds since 1970. */
  since: number | null;
  mql: boolean;
  disqualified: string[];
  /** There if the model asks for a consent that was not given. */
  consent?: "missing";
}

/** A line of a receipt that differs: what it is about (`rule`, or `group` or `score`), and what it adds. */
export interface LineChange {
  rule?: string;
  group?: string | null;
  score?: string;
  adjustment?: string;
  from: number | null;
  to: number | null;
}

/** A visitor whose stage is another, or who is an MQL under one model only. */
export interface Moved {
  visitor: string;
  from: Standing;
  to: Standing;
  /** The scores that differ, in value or in how they come about; `null` where a model has none of this name. */
  scores: { score: string; from: number | null; to: number | null; lines: LineChange[] }[];
  /** The signals that differ. */
  signals: { signal: string; from: unknown; to: unknown }[];
  /** What stages ask for, where that differs or holds under one model only. */
  thresholds: {
    stage: string;
    part: "when" | "exit";
    path: string;
    operator: string;
    from: { asks: unknown; has: unknown; holds: boolean } | null;
    to: { asks: unknown; has: unknown; holds: boolean } | null;
  }[];
}

/** The difference that a model makes. */
export interface Diff {
  from: ModelName;
  to: ModelName;
  /** How many visitors were assessed under both. */
  visitors: number;
  /** How many of them are MQLs: under the one, under the other. */
  mqls: [from: number, to: number];
  /** Those whose stage is another, or who are MQLs under one model only, in the order in which they were given. */
  moved: Moved[];
}

/**
 * Who changes stage, or becomes or ceases to be an MQL, if the model `to` takes the place of `from`, and why.
 *
 * @throws {WarmleadError} `INVALID_MODEL` with all `problems` of the first model that can't be used, `INVALID_INPUT`.
 *
 * @example
 * const { moved } = diff(current, draft, [{ visitor: "ada", events }]);
 */
export function diff(from: unknown, to: unknown, visitors: readonly Person[], options?: DiffOptions): Diff;

/** The JSON Schema of scoring models (2020-12), as in `warmlead/model.schema.json`. */
export const schema: Readonly<Record<string, unknown>>;
