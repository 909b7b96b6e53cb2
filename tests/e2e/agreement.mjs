// The promise that everything else rests on: the tab, the collector and the command line say the same of a visitor, to the last point,
// and every event that the tab recorded counts exactly once.

import assert from "node:assert/strict";
import { scoreNatively } from "./collector.mjs";
import { drained, eventually, state, stored } from "./stage.mjs";

/** Holds a tab's account against the others'; what the collector knows. Of several tabs of a visitor, one sends: `others` are the rest. */
export async function agree(page, collector, others = []) {
  await drained(page);
  // An hour may begin between two questions, and the next attempt then has both on the same side.
  return eventually(async () => {
    const tab = await drained(page);
    const known = await collector.visitor(tab.visitor);
    const ids = known.timeline.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "an event is kept twice");
    assert.deepEqual(ids.toSorted(), (await stored(page)).history.map(({ id }) => id).toSorted(), "the events of the collector and of the tab");
    const { at, ...inTab } = tab.assessment;
    const { at: later, ...atCollector } = known.assessment;
    assert.deepEqual(atCollector, inTab);
    // A page asks for the receipt alone; the command also says what comes next.
    const { next_change: _, to_mql: __, ...natively } = scoreNatively(tab.visitor, known.timeline, at);
    assert.deepEqual(natively, tab.assessment);
    const verdicts = [tab, ...(await Promise.all(others.map(state)))].map(({ queue }) => queue.verdict);
    // A claim goes along only with a batch during which nothing else happened; the next batch brings it, so the visitor stays a little.
    if (verdicts.every((verdict) => verdict === null)) await stay(page);
    assert.ok(verdicts.includes("same") && verdicts.every((verdict) => verdict === "same" || verdict === null), `the collector says ${JSON.stringify(verdicts)}`);
    assert.equal(tab.queue.dropped, 0);
    assert.ok(tab.assessment.receipt.engagement.length > 0, "there is a receipt");
    for (const [score, lines] of Object.entries(tab.assessment.receipt)) {
      const sum = lines.reduce((total, { points }) => total + Math.round(points * 1000), 0);
      assert.equal(sum, Math.round(tab.assessment.scores[score].value * 1000), `the receipt of ${score} adds up`);
    }
    return known;
  });
}

/** One more event, as of somebody who stays on the page. */
const stay = (page) => page.evaluate(async () => (await (await import("/js/lead.js")).loaded).track("user_engagement"));

/** What became of each action, in order. */
export function lives(timeline) {
  const all = {};
  for (const { type, properties } of timeline) if (type.startsWith("action_")) (all[properties.action] ??= []).push(type);
  return all;
}
