// What `warmlead/check` offers: what is wrong with models, conditions and events, in words, and what is hardly meant. Its module is another
// than the page's: a page needs none of this.

import { wasm } from "warmlead-check-glue";
import { taken } from "warmlead-glue";
import schemaOfModels from "../../src/model.schema.json";
import type { Diff, DiffOptions, Person, Report } from "../types/check.d.ts";
import type { Problem, Rejection } from "../types/warmlead.d.ts";
import { checked } from "./error.ts";
import { give, itemOf, lay, layList } from "./give.ts";
import { call } from "./instance.ts";
import * as options from "./options.ts";

export { WarmleadError } from "./error.ts";

export const schema: Readonly<Record<string, unknown>> = schemaOfModels;

export function check(model: unknown): Report {
  return call(() => {
    lay(model);
    give();
    return wasm.check() as Report;
  });
}

export function checkCondition(condition: unknown): Problem[] {
  return call(() => {
    lay(condition);
    give();
    return wasm.check_condition() as Problem[];
  });
}

export function checkEvents(events: readonly unknown[]): Rejection[] {
  return call(() => {
    layList(events, 1);
    give();
    return taken(checked(wasm.check_events())) as Rejection[];
  });
}

export function diff(from: unknown, to: unknown, visitors: readonly Person[], given?: DiffOptions): Diff {
  const { now } = options.read(given, ["now"]);
  const people = options.list(visitors, "visitors");
  return call(() => {
    const time = options.time(now);
    lay(from);
    lay(to);
    for (let place = 0; place < people.length; place++) {
      const person = Object(itemOf(people, place));
      lay(itemOf(person, "visitor"));
      lay(itemOf(person, "traits"), -1);
      layList(itemOf(person, "events"), 1);
    }
    give();
    return taken(checked(wasm.diff(people.length, time))) as Diff;
  });
}
