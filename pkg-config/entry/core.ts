// What the package offers, wherever its module comes from.

import * as glue from "warmlead-glue";
import type { Condition, Event, Scored, ScoreOptions, ScoringModel, TranslatedEvent, TranslateOptions, Translation, Vocabulary } from "../types/warmlead.d.ts";
import { call } from "./instance.ts";
import * as options from "./options.ts";
import { compiled, Scorer } from "./scorer.ts";

export { WarmleadError } from "./error.ts";
export { Scorer } from "./scorer.ts";
export type { Visitor } from "./visitor.ts";

const scorers = new WeakMap<object, Scorer>();
let shipped: Scorer | undefined;

export function score(events: readonly Event[], given?: ScoreOptions): Scored {
  const { model, visitor, traits, now, explain } = options.read(given, ["model", "visitor", "traits", "now", "explain"]);
  const id = options.string(visitor, "visitor", "anonymous");
  const receipt = options.flag(explain, "explain");
  const scorer = scorerOf(model);
  return call(() => compiled(scorer).score(events, id, traits, options.time(now), receipt) as Scored);
}

export function matches(condition: Condition, document: unknown): boolean {
  return call(() => glue.matches(condition, document));
}

export function translate(message: unknown, vocabulary: Vocabulary, given?: TranslateOptions): Translation {
  const { now } = options.read(given, ["now"]);
  const name = options.string(vocabulary, "vocabulary");
  const said = call(() => glue.translate(message, name, options.time(now)) as { events: TranslatedEvent[] } & Pick<Translation, "merges" | "rejected">);
  // Beside the events, not among them: what iterates, compares or prints the list sees events only.
  return Object.defineProperties(said.events, { merges: { value: said.merges }, rejected: { value: said.rejected } }) as Translation;
}

/** The scorer of a model, compiled once for each object. */
function scorerOf(model: ScoringModel | undefined): Scorer {
  if (model === undefined) return (shipped ??= new Scorer());
  const known = typeof model === "object" && model !== null ? scorers.get(model) : undefined;
  if (known) return known;
  const scorer = new Scorer(model);
  scorers.set(model, scorer);
  return scorer;
}
