/**
 * Scores website visitors while the visit goes on.
 *
 * @example
 * import { score } from "warmlead";
 * const visit = [
 *   { type: "page_view", time: Date.now() - 60_000, url: "https://acme.example/pricing" },
 *   { type: "demo_use", time: Date.now() },
 * ];
 * const { stage, mql, scores } = score(visit);
 *
 * @packageDocumentation
 */

import type { Condition, ScoringModel, ScoringModelJson } from "./model.js";

export type {
  Action, ActionLimit, Bounds, CombinedScore, Condition, Decay, Disqualification, Duration, EventFilter, EventRule, EventTypes, FieldPoints, Grade, Group, Hours, IdleRule, Points, Rule, RuleLimit,
  RuleScore, ScoringModel, ScoringModelJson, Signal, Stage, StateRule,
} from "./model.js";

// ── What goes in ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A point in time: milliseconds since 1970 (`Date.now()`), a `Date`, or ISO 8601 with an offset or `Z` (`"2026-01-21T12:53:20Z"`). */
export type Time = number | Date | string;

/** Something that happened. Whatever `JSON.stringify` would write of it counts; what it would leave out does not. */
export interface Event {
  /** Identifies it: events with equal ids are one event. Given by the library if it is missing. */
  id?: string;
  /** A canonical name such as `page_view` or `form_submit`, or any other. */
  type: string;
  /** When it happened. */
  time: Time;
  /** The page's address, absolute or relative; `host`, `path` and `query` are split off it where they are not given. */
  url?: string;
  host?: string;
  path?: string;
  query?: Record<string, unknown>;
  /** The page's title. */
  title?: string;
  /** The address that the visitor came from. */
  referrer?: string;
  /** Whatever else is known of it. Nested at most 8 levels deep. */
  properties?: Record<string, unknown>;
  /** What it says about the visitor: `null` removes a trait. */
  traits?: Record<string, unknown>;
  /** Whether it happened off the site, and so neither starts nor extends a session. */
  offsite?: boolean;
}

// ── What comes out ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything there is to say about a visitor at a time. Times are milliseconds since 1970, scores are points. */
export interface Assessment {
  model: { id: string; version: string };
  visitor: string;
  /** The time of the assessment. */
  at: number;
  /** How many events existed then. */
  events: number;
  scores: Record<string, { value: number; grade: string | null; max: number | null }>;
  /** The joined grade, such as `"A1"`; null if a part is missing. */
  grade: string | null;
  /** The stage's id; `"visitor"` before the first. */
  stage: string;
  /** When the stage was reached: the last transition, else the first event. */
  stage_since: number | null;
  mql: boolean;
  /** When the visitor last became an MQL; stays after leaving. */
  mql_at: number | null;
  /** The disqualifications that hold. */
  disqualified: string[];
  /** 16 hexadecimal digits that say which events these are. */
  digest: string;
  /** Every change of stage; `event` is null where time made it. */
  transitions: { from: string; to: string; at: number; event: string | null }[];
  /** The actions that may be shown, best first. Show one at a time. */
  show: { id: string; priority: number; do: { type: string; [key: string]: unknown } }[];
  /** The actions that would be shown if the visitor were not in their control group. */
  held_out: string[];
  /** The model asks for a consent that was not given; the assessment is then empty. */
  consent?: "missing";
  /**
   * What the visitor has forgotten for want of room ({@link Visitor.forget}): how many events (after a merge at least so many), and the time of the latest. The
   * assessment rests on what is left. Not there if nothing is missing.
   */
  forgotten?: { events: number; until: number };
  /** With `explain`: how each score comes about. In thousandths of a point, the lines of a score sum to it exactly. */
  receipt?: Record<string, ReceiptLine[]>;
  /** With `explain`: when the stage changes next if no further event comes, and to which; `null` if it does not within 400 days. */
  next_change?: NextChange | null;
  /** With `explain`: the smallest additions that would make the visitor an MQL now, fewest events first, at most five. Empty if there are none, or none are needed. */
  to_mql?: Addition[];
}

/** A change of stage that time alone will make. */
export interface NextChange {
  at: number;
  /** The stage from then on. */
  stage: string;
}

/** Events that would make the visitor an MQL: of one rule or signal, or of two. */
export interface Addition {
  add: (MoreOfRule | MoreOfSignal)[];
}

/** So many more events that match a rule. */
export interface MoreOfRule {
  rule: string;
  events: number;
}

/** So many more events for a signal. */
export interface MoreOfSignal {
  signal: string;
  events: number;
}

/** A line of a receipt: a rule, a part of a combined score, or what a clamp or rounding added or took. */
export type ReceiptLine = RuleLine | GroupLine | PartLine | AdjustmentLine;

/** What a rule contributes. */
export interface RuleLine {
  rule: string;
  group: string | null;
  /** How often it matched, whether or not the match counts. */
  matches: number;
  counted: number;
  points: number;
}

/** What clamping a group added or took. */
export interface GroupLine {
  adjustment: "group";
  group: string;
  points: number;
}

/** What another score contributes to a combined one. */
export interface PartLine {
  score: string;
  points: number;
}

/** What clamping or rounding the whole added or took. */
export interface AdjustmentLine {
  adjustment: "score" | "rounding";
  points: number;
}

/** An event that was refused. The others count all the same. */
export interface Rejection {
  /** Its position in the list that was given, from 0. */
  index: number;
  id: string | null;
  code: RejectionCode;
  message: string;
}

/** Why an event was refused. */
export type RejectionCode =
  | "INVALID_EVENT"
  | "INVALID_ID"
  | "INVALID_TYPE"
  | "INVALID_TIME"
  | "INVALID_FIELD"
  /** A value that JSON can't hold, such as a BigInt, or one that throws when it is read. */
  | "INVALID_VALUE"
  | "EVENT_TOO_LARGE"
  | "EVENT_TOO_DEEP"
  | "VISITOR_FULL"
  /** Of a message that is translated: the id that says whose it is is none. */
  | "INVALID_VISITOR";

/** The assessment of a list of events, and those that were refused. */
export interface Scored extends Assessment {
  rejected: Rejection[];
}

// ── What there is to call ─────────────────────────────────────────────────────────────────────────────────────────────

/** Options of {@link score}. */
export interface ScoreOptions {
  /** The scoring model; the shipped default (`warmlead/models/b2b-saas.json`) if it is missing. Compiled once per object: do not change it afterwards. */
  model?: ScoringModel | ScoringModelJson;
  /** The visitor's id, which decides their control groups. By default `"anonymous"`, as on the command line. */
  visitor?: string;
  /** Traits known from outside; they outdo what events say. */
  traits?: Record<string, unknown>;
  /** When to assess; by default now. Events after it do not exist yet. */
  now?: Time;
  /** Whether to add how it came about and what comes next: `receipt`, `next_change`, `to_mql`. */
  explain?: boolean;
}

/** Options of {@link Visitor.assess}. */
export interface AssessOptions {
  /** When to assess; by default now. */
  now?: Time;
  /** Whether to add how it came about and what comes next: `receipt`, `next_change`, `to_mql`. `"receipt"` adds that alone, which costs next to nothing. */
  explain?: boolean | "receipt";
}

/**
 * Assesses a list of events, in any order. Synchronous; the module starts itself on the first call.
 *
 * Bad events are listed in `rejected` and harm nothing beside them.
 *
 * @throws {WarmleadError} `INVALID_MODEL` with all `problems`, `INVALID_INPUT`, `UNSUPPORTED_RUNTIME`.
 *
 * @example
 * const { scores, mql, rejected } = score(events, { model, visitor: "v-1", now: "2026-01-21T12:53:20Z" });
 */
export function score(events: readonly Event[], options?: ScoreOptions): Scored;

/**
 * A scoring model, checked and compiled once.
 *
 * @example
 * const scorer = new Scorer(model);
 * using visitor = scorer.visitor("v-1");
 * if (visitor.record({ type: "page_view", time: Date.now(), url: location.href })) render(visitor.assess());
 */
export class Scorer {
  /**
   * @param model The scoring model; the shipped default if it is missing. Do not change it afterwards.
   * @throws {WarmleadError} `INVALID_MODEL` with all `problems`, `UNSUPPORTED_RUNTIME`.
   */
  constructor(model?: ScoringModel | ScoringModelJson);

  /**
   * A visitor, without events or with those of a snapshot.
   *
   * @throws {WarmleadError} `INVALID_SNAPSHOT`.
   */
  visitor(id: string, snapshot?: Uint8Array): Visitor;
}

/** A visitor under a scoring model: takes events one by one, answers at any time. */
export interface Visitor {
  /**
   * Records an event. An event whose id is known already changes nothing.
   *
   * @returns Whether that changed anything visible at `now` (by default the present): scores, grade, stage, disqualification, actions, whether a consent is missing.
   * @throws {WarmleadError} With the code of a {@link RejectionCode}, if the event can't be read or taken. Nothing is changed then.
   */
  record(event: Event, options?: { now?: Time }): boolean;
  /** How many events it holds. */
  readonly size: number;
  /** The stage at present. */
  readonly stage: string;
  /** Whether the visitor is an MQL at present. */
  readonly mql: boolean;
  /**
   * The value of a score at present, in points.
   *
   * @throws {WarmleadError} `INVALID_INPUT`, if the model has no such score.
   */
  value(score: string): number;
  /** The assessment. */
  assess(options?: AssessOptions): Assessment;
  /** The visitor document, as the model's conditions see it: traits, signals, scores, session and so on. */
  document(options?: { now?: Time }): Record<string, unknown>;
  /**
   * All events, as bytes to be stored and given to {@link Scorer.visitor} or {@link merge} later: some 20 to 70 for an event. Equal visitors
   * give equal bytes. `docs/snapshot.md` says what they mean.
   */
  snapshot(): Uint8Array;
  /** All events as plain objects, by time and then by id. */
  events(): Event[];
  /**
   * Forgets events, so that a snapshot fits where there is little room. Detail goes first, the oldest before the newer; only when there is none
   * left go traits, off-site events and what became of actions. Assessments say so from then on (`forgotten`), and so does the snapshot.
   *
   * @returns How many were forgotten: fewer than `count` if there were fewer.
   */
  forget(count: number): number;
  /**
   * Adds the events of a snapshot: of this visitor, or of another who turned out to be the same person. It is the union of both sets of events:
   * whoever is merged first, and how often, does not show.
   *
   * @returns Whether that changed anything visible, as {@link record} does.
   * @throws {WarmleadError} `INVALID_SNAPSHOT`. Nothing is changed then.
   */
  merge(snapshot: Uint8Array, options?: { now?: Time }): boolean;
  /** Frees what the visitor holds at once. Without it that happens when the handle is garbage. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Whether a condition holds on a document: the condition language alone.
 *
 * @throws {WarmleadError} `INVALID_CONDITION` with all `problems`, `INVALID_INPUT`, `UNSUPPORTED_RUNTIME`.
 *
 * @example
 * matches({ "traits.seats": { $gte: 50 } }, { traits: { seats: 120 } }); // true
 */
export function matches(condition: Condition, document: unknown): boolean;

/** Whose words a message is in. */
export type Vocabulary = "segment" | "ga4" | "shopify" | "snowplow";

/** Options of {@link translate}. */
export interface TranslateOptions {
  /** When a message happened that does not say so, such as a push to the `dataLayer`; by default now. */
  now?: Time;
}

/** An event that came as a message of another vocabulary. */
export interface TranslatedEvent extends Event {
  time: number;
  /** Whose it is, if the message says so: the `visitor` to give to {@link score} or {@link Scorer.visitor}. */
  visitor?: string;
}

/** The events that messages say. */
export interface Translation extends Array<TranslatedEvent> {
  /** Visitors who turned out to be one person: Segment's `alias`. {@link Visitor.merge} joins what they did. */
  readonly merges: readonly { from: string; into: string }[];
  /** What could not be read. `index` is the position among the messages of the list or batch, or the events of a GA4 hit. */
  readonly rejected: readonly Rejection[];
}

/**
 * Translates what is sent to other tools into events: a message, a list of them, or a batch.
 *
 * - `"segment"`: calls of the Segment spec, and `{ batch: […] }`
 * - `"ga4"`: the arguments of `gtag`, a push to the `dataLayer`, the whole `dataLayer`, and bodies of the Measurement Protocol
 * - `"shopify"`: customer events, as web pixels get them
 * - `"snowplow"`: enriched events, as the analytics SDKs give them
 *
 * A message that can't be read is among `rejected` and harms nothing beside it. One that names no event gives none.
 *
 * @throws {WarmleadError} `INVALID_INPUT` for a vocabulary that is none, `UNSUPPORTED_RUNTIME`.
 *
 * @example
 * const { mql } = score(translate(window.dataLayer, "ga4"));
 */
export function translate(message: unknown, vocabulary: Vocabulary, options?: TranslateOptions): Translation;

/** One thing that is wrong with a scoring model or a condition. */
export interface Problem {
  /** What kind of mistake it is: stable, for programs. */
  code: string;
  /** Where: a JSON pointer; empty for the whole. */
  path: string;
  /** What was wrong and what would be right. */
  message: string;
  /** A guess at what was meant. */
  hint?: string;
}

/** What kind of error it is. */
export type ErrorCode =
  | RejectionCode
  /** The scoring model can't be used: see `problems`. */
  | "INVALID_MODEL"
  /** The condition can't be read: see `problems`. */
  | "INVALID_CONDITION"
  /** An argument or option is of the wrong kind. */
  | "INVALID_INPUT"
  /** The bytes are no snapshot of a visitor, one of another version, or a broken one. */
  | "INVALID_SNAPSHOT"
  /** WebAssembly is missing, or a content security policy forbids it (`script-src` needs `'wasm-unsafe-eval'`). */
  | "UNSUPPORTED_RUNTIME"
  /** The module is not there: `warmlead/slim` before `init`, a classic script before it has loaded, an address that answers with something else. */
  | "MODULE_NOT_LOADED"
  /** A bug of warmlead. It has recovered: other visitors and later calls are unharmed. */
  | "INTERNAL";

/** What every function of this package throws. */
export class WarmleadError extends Error {
  private constructor();
  readonly name: "WarmleadError";
  /** What kind of error it is: stable, for programs. */
  readonly code: ErrorCode;
  /** Where in the input: a JSON pointer; empty for the whole. */
  readonly path: string;
  /** With `INVALID_MODEL` and `INVALID_CONDITION`: everything that is wrong, all at once. */
  readonly problems?: readonly Problem[];
  /** What made it, if that was another error. */
  readonly cause?: unknown;
}

declare global {
  // Said here, too, so that older TypeScript and projects without `esnext.disposable` understand {@link Visitor}.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}
