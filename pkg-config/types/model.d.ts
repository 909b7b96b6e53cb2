/**
 * The scoring model: how behaviour and profile become scores, when a visitor is an MQL, and what to do then. `docs/model.md` says what it means; what keys are
 * for says `warmlead/model.schema.json` in the same words, to editors of JSON.
 */

/** What every part of a model may have. */
interface Described {
  /** What this is for, in your own words. Nothing depends on it. */
  description?: string;
}

/**
 * A condition on a document: MongoDB's query language as GrowthBook's SDK reads it, with `$glob` and `$globi`.
 *
 * @example
 * const condition: Condition = { "traits.country": { $in: ["US", "CA"] }, $or: [{ path: { $glob: "/pricing*" } }, { "signals.visits": { $gte: 3 } }] };
 */
export interface Condition {
  $and?: readonly Condition[];
  $or?: readonly Condition[];
  $nor?: readonly Condition[];
  $not?: Condition;
  [path: string]: unknown;
}

/** A positive whole number of minutes, hours, days or weeks: `"30m"`, `"24h"`, `"90d"`, `"2w"`. */
export type Duration = `${number}${"m" | "h" | "d" | "w"}`;

/** Which events: a type, a list of types, or `"*"` for any. */
export type EventTypes = string | readonly string[];

/** Which events, and under which condition on the event document. */
export interface EventFilter {
  /** The events: a type, a list of types, or `"*"` for any. */
  on: EventTypes;
  /** Of those events, only the ones for which this holds. */
  where?: Condition;
}

/** How points fade with age. */
export type Decay =
  | {
    /** Half as much each time this long has gone by. */
    half_life: Duration;
  }
  | {
    /** Evenly down to nothing, which is reached after this long. */
    linear: Duration;
  }
  | {
    /** Less by the same share each time. */
    step: {
      /** How long a step takes. */
      every: Duration;
      /** The share of the points that each step takes, from 0 to 1. */
      by: number;
    };
  }
  | {
    /** All of it for this long, then nothing. */
    expire: Duration;
  }
  | "none";

/** A label for the scores that reach `from`. */
export interface Grade {
  /** From this many points on. */
  from: number;
  /** What it is called, such as `A` or `1`. */
  label: string;
}

/** Bounds, in points. */
export interface Bounds {
  /** It never falls below this. */
  min?: number;
  /** It never rises above this. */
  max?: number;
}

/** A group of rules: what they give together, within bounds. */
export interface Group extends Bounds, Described {
  /** How points fade in rules of the group that do not say. */
  decay?: Decay;
}

/** A score that rules feed. */
export interface RuleScore extends Bounds, Described {
  /** Groups of rules, by name. A rule joins one with `group`. */
  groups?: Record<string, Group>;
  /** How points fade in rules that do not say, nor their group; unless given, not at all. */
  decay?: Decay;
  /** After such an event, what came before it, and at the same moment, no longer counts here. */
  reset?: EventFilter;
  /** Labels for values: the highest `from` that the score has reached gives its label. */
  grades?: readonly Grade[];
}

/** A score made of others: weighted (`of`), or the best of them. */
export type CombinedScore = Bounds & Described & {
  /** Labels for values: the highest `from` that the score has reached gives its label. */
  grades?: readonly Grade[];
} & (
  | {
    /** The weighted sum of other scores: a factor for each. */
    of: Record<string, number>;
  }
  | {
    /** The highest of these scores. */
    best_of: readonly string[];
  }
);

/** A number or value computed from events. */
export type Signal = Described & {
  /** Only what happened in this time: `7d` is today and the six days before. */
  within?: Duration;
  /** Only what came after the last such event. */
  since?: EventFilter;
} & (
  | (EventFilter & {
    /** What is counted: events, the days on which there are any, or the sessions. */
    measure?: "count" | "days" | "sessions";
  })
  | (EventFilter & {
    /** What is measured of the field `of`: its sum, its least, greatest or mean value, how many values it has, its first or last one. */
    measure: "sum" | "min" | "max" | "mean" | "distinct" | "first" | "last";
    /** The field of the event that is measured. */
    of: string;
  })
  | {
    /** Counts how often these steps happen in this order. */
    sequence: readonly EventFilter[];
    /** How long the steps may take, from the first to the last. */
    span: Duration;
  }
);

/** Points: a number, which may be negative, or a field of the document times a factor, clamped. */
export type Points = number | FieldPoints;

/** The points that a field of the document gives. */
export interface FieldPoints {
  /** The field: of the event, or of the visitor in a rule with only `when`. 0 if it is no number. */
  of: string;
  /** What its value is multiplied with. */
  times?: number;
  /** The least that one match gives. */
  min?: number;
  /** The most that one match gives. */
  max?: number;
}

interface RuleBase extends Described {
  /** The rule's name, which receipts show. Each rule has its own. */
  id: string;
  /** The score that it feeds: by default `engagement`, and `fit` for a rule with only `when`. */
  score?: string;
  /** A group of that score: what its rules give together can be capped there. */
  group?: string;
  /** A condition on the visitor document. Beside `on` or `idle`: while it does not hold, nothing counts. Alone: the rule gives its points while it holds. */
  when?: Condition;
  /** The least that the rule gives in all, if anything counts. */
  min?: number;
  /** The most that the rule gives in all. */
  max?: number;
}

interface FadingRule extends RuleBase {
  /** How the points of each match fade with age; unless given, as its group or its score says; `"none"` is not at all. */
  decay?: Decay;
}

/** A rule: matches events (`on`), idleness (`idle`), or a state of the visitor (only `when`). */
export type Rule = EventRule | IdleRule | StateRule;

/** A rule that counts events. */
export interface EventRule extends FadingRule, EventFilter {
  /** What one match is worth. */
  points: Points;
  /** How often it counts; what comes beyond gives nothing. */
  limit?: RuleLimit;
}

/** A rule that counts days without activity. */
export interface IdleRule extends FadingRule {
  /** Matches each time this many days have gone by without activity. */
  idle: Duration;
  /** What one match is worth: usually less than nothing. */
  points: number;
  /** How often it counts; what comes beyond gives nothing. */
  limit?: { times: number; per?: "ever" | Duration };
}

/** A rule that gives points while a condition on the visitor holds. */
export interface StateRule extends RuleBase {
  when: Condition;
  /** What it is worth while that holds. */
  points: Points;
}

/** How many matches count in a span. */
export interface RuleLimit {
  /** At most so many times. */
  times: number;
  /** In all, in a session, on a day, or in any span of this length. By default `"ever"`. */
  per?: "ever" | "session" | "day" | Duration;
  /** For each value of this field of the event separately: once per page, per file, per campaign. */
  by?: string;
}

/** A stage on the way to a customer, lowest first. */
export interface Stage extends Described {
  /** The stage's name. Each has its own; `visitor` is the one before the first. */
  id: string;
  /** Enters the stage. */
  when: Condition;
  /** Leaves it for the stage below. Without it the stage is never left downwards. */
  exit?: Condition;
  /** Only from these stages can it be entered; from any unless given. */
  from?: readonly string[];
  /** For how many days after it was left it can't be entered again. */
  reenter_after?: Duration;
}

/** What disqualifies a visitor. */
export interface Disqualification extends Described {
  /** The disqualification's name. Each has its own. */
  id: string;
  /** What disqualifies. */
  when: Condition;
}

/** What to do when a condition holds: a chat, a form, a banner, or whatever a handler on the page knows. */
export interface Action extends Described {
  /** The action's name. Each has its own. */
  id: string;
  /** When it is due; always unless given. */
  when?: Condition;
  /** What to do: the handler's name in `type`, and whatever else it needs. */
  do: {
    /** The name of the handler on the page or at the edge. */
    type: string;
    [key: string]: unknown;
  };
  /** How often it may be shown. */
  limit?: ActionLimit;
  /** For how long it stays away after somebody has closed it; `"ever"` is for good. */
  after_dismiss?: Duration | "ever";
  /** For how long it stays away after it has worked; `"ever"` is for good. */
  after_convert?: Duration | "ever";
  /** When it may be shown: any of these hours, in the model's `utc_offset`; at any time unless given. */
  hours?: readonly Hours[];
  /** The share of visitors, from 0 to 1, who are in the control group and never see it. */
  holdout?: number;
  /** What the control group is drawn with; the action's id unless given. Actions with the same seed share their group. */
  seed?: string;
  /** Of several actions that are due, the highest comes first. */
  priority?: number;
  /** What the visitor must have agreed to. */
  requires?: readonly string[];
}

/** How often an action may be shown. */
export interface ActionLimit {
  /** At most so many times. */
  times: number;
  /** In all, in a session, on a day, or in any span of this length. By default `"ever"`. */
  per?: "ever" | "session" | "day" | Duration;
}

/** Hours of the week. */
export interface Hours {
  /** On these days; on all unless given. */
  days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  /** From this time of day on, such as `"09:00"`. */
  from?: string;
  /** Up to this time of day, which must be after `from`; hours over midnight are two entries. */
  to?: string;
}

/** How behaviour and profile become scores, when a visitor is an MQL, and what to do then. */
export interface ScoringModel extends Described {
  /** Where the schema is, for editors: `warmlead/model.schema.json`. */
  $schema?: string;
  /** The model's name. Every synced score names it. */
  id: string;
  /** Raise it with each change: every synced score names it, too. */
  version: string;
  /** Where days and hours begin: the offset from UTC, such as `"+01:00"`. */
  utc_offset?: string;
  /** A pause of this length ends a session. By default `"30m"`. */
  session_timeout?: Duration;
  /** How many events a visitor keeps, and for how long. */
  retention?: {
    /** How many events of activity, and how many off the site, count; later ones are refused. */
    events?: number;
    /** After so many days an event is forgotten; never unless given. */
    age?: Duration;
  };
  /** Types of your own that happen off the site: they neither start nor extend a session. */
  offsite?: readonly string[];
  /** Hosts to be known beside the well-known ones, when it is told where a session came from. */
  channels?: {
    /** Hosts of search engines. */
    search?: readonly string[];
    /** Hosts of social networks. */
    social?: readonly string[];
    /** Hosts of video sites. */
    video?: readonly string[];
    /** Hosts of shops and comparison sites. */
    shopping?: readonly string[];
    /** Hosts of AI assistants. */
    ai?: readonly string[];
  };
  /** What may not be done without the visitor's consent. */
  consent?: {
    /** Without all of these, nobody is scored. */
    score?: readonly string[];
  };
  /** The scores, by name. */
  scores: Record<string, RuleScore | CombinedScore>;
  /** The scores whose labels, joined in this order, are the visitor's grade, such as `A1`. */
  grade?: readonly string[];
  /** Named numbers and values computed from events, by name. */
  signals?: Record<string, Signal>;
  /** What gives points. */
  rules?: readonly Rule[];
  /** What disqualifies a visitor. */
  disqualify?: readonly Disqualification[];
  /** The stages from visitor to customer, the lowest first. */
  stages?: readonly Stage[];
  /** The stage at which, and above which, a visitor is an MQL. */
  mql?: string;
  /** What to do when a visitor is ready for it. */
  actions?: readonly Action[];
  /** What holds for all actions together. */
  action_policy?: {
    /** After one was shown, none is shown for this long. */
    cooldown?: Duration;
    /** How many are shown in a session at most. */
    per_session?: number;
  };
}

/**
 * A scoring model as it comes from a JSON file, of which TypeScript forgets what is more than text and numbers: `"30m"` is any string there. What is wrong with
 * it is said when it is loaded. A model that is written in TypeScript is better a {@link ScoringModel}, whose mistakes the compiler finds.
 *
 * @example
 * import model from "./model.json" with { type: "json" };
 * const { mql } = score(events, { model });
 */
export interface ScoringModelJson {
  id: string;
  version: string;
  scores: Record<string, any>;
  [key: string]: any;
}
