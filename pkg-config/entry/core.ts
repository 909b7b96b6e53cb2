// What the package offers, wherever its module comes from.

import { taken, wasm } from "warmlead-glue";
import type { Condition, Event, Scored, ScoreOptions, ScoringModel, TranslatedEvent, TranslateOptions, Translation, Vocabulary } from "../types/warmlead.d.ts";
import { checked } from "./error.ts";
import { give, lay, layList } from "./give.ts";
import { call } from "./instance.ts";
import * as options from "./options.ts";
import { gather } from "./pack.ts";
import { compiled, Scorer } from "./scorer.ts";

export { WarmleadError } from "./error.ts";
export { Scorer } from "./scorer.ts";
export type { Visitor } from "./visitor.ts";

const scorers = new WeakMap<object, Scorer>();
let shipped: Scorer | undefined;

export function score(events: readonly Event[], given?: ScoreOptions): Scored {
  const { model, visitor = "anonymous", traits, now, explain } = options.read(given, ["model", "visitor", "traits", "now", "explain"]);
  const id = options.string(visitor, "visitor");
  const receipt = options.explained(explain);
  const scorer = scorerOf(model);
  return call(() => {
    const place = compiled(scorer);
    const time = options.time(now);
    gather(events);
    lay(id);
    lay(traits, -1);
    give();
    return taken(checked(wasm.scorer_score(place, time, receipt))) as Scored;
  });
}

export function matches(condition: Condition, document: unknown): boolean {
  return call(() => {
    lay(condition);
    lay(document);
    give();
    return !!checked(wasm.matches());
  });
}

export function translate(message: unknown, vocabulary: Vocabulary, given?: TranslateOptions): Translation {
  const { now } = options.read(given, ["now"]);
  const name = options.string(vocabulary, "vocabulary");
  const said = call(() => {
    const time = options.time(now);
    lay(name);
    layList(message);
    give();
    return taken(checked(wasm.translate(time))) as { events: TranslatedEvent[] } & Pick<Translation, "merges" | "rejected">;
  });
  // Beside the events, not among them: what iterates, compares or prints the list sees events only.
  return Object.defineProperties(said.events, { merges: { value: said.merges }, rejected: { value: said.rejected } }) as Translation;
}

/** The scorer of a model, compiled once for each object. */
function scorerOf(model: ScoringModel | undefined): Scorer {
  if (model === undefined) return (shipped ??= new Scorer());
  let scorer = scorers.get(model);
  if (!scorer) scorers.set(model, (scorer = new Scorer(model)));
  return scorer;
}
