// Whether a scorer says the same as another, looked at after each event. A fast wrong answer is worth nothing.

import assert from "node:assert/strict";
import { setClock } from "./clock.mjs";
import { eventsOf } from "./workload.mjs";

/** What there is to see of a visitor after each of so many events; also what `record` and the getters say. */
export async function seen(visitors, rules, length) {
  const visitor = visitors("v-1");
  const list = [];
  for (const event of eventsOf(rules, 0, length)) {
    setClock(event.time);
    await visitor.record(event);
    list.push([visitor.stage, visitor.mql, visitor.value("engagement"), visitor.value("fit")]);
  }
  visitor.dispose?.();
  return list;
}

/** Fails at the first event after which two scorers differ, and if there was nothing to see. */
export function assertSame(name, list, reference) {
  const [stage, , engagement] = reference.at(-1);
  assert.ok(engagement > 0 && stage !== "visitor", "the events come to nothing");
  list.forEach((answer, n) => assert.deepEqual(answer, reference[n], `${name} differs after event ${n}`));
}
