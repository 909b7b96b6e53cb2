// That the comparison compares like with like: every scorer says the same after each event. Nothing is timed here; `make bench` does that.

import assert from "node:assert/strict";
import test from "node:test";
import { join } from "node:path";
import { compare } from "../../pkg-config/tools/bench/events.mjs";
import { home, installed } from "../../pkg-config/tools/bench/peers.mjs";
import { BY_HAND, SCORERS } from "../../pkg-config/tools/bench/plan.mjs";
import { measured } from "../../pkg-config/tools/bench/processes.mjs";
import { target } from "../../pkg-config/tools/steps.mjs";
import { assertSame } from "./bench/agree.mjs";
import { eventsOf, fullModelOf, modelOf } from "./bench/workload.mjs";

const folder = join(target, "npm/package");
const libraries = Object.keys(SCORERS).filter((name) => SCORERS[name].peer);

test("scorers by hand say what the package says", () => compare(BY_HAND, 100, { folder }));

test("libraries say what the package says", { skip: !installed() && "the libraries are not installed: make bench brings them" }, () =>
  compare(libraries, 100, { folder, peers: home }),
);

test("a difference is found, and where it is", () => {
  const list = [["visitor", false, 5, 0], ["lead", false, 20, 3]];
  assert.throws(() => assertSame("it", [list[0], ["lead", false, 21, 3]], list), /it differs after event 1/);
  assert.throws(() => assertSame("it", [], [["visitor", false, 0, 0]]), /come to nothing/);
});

test("what is timed is as many events as asked for, warm-up left out", async () => {
  const job = { scorer: "warmlead", rules: 10, history: 3, visitors: 2, timed: 4, warm: 1, rounds: 3, millis: 0, folder };
  assert.equal((await measured("one.mjs", job)).events, 24);
});

test("rules, events and what is asked of them are the same each time, and as many as asked for", () => {
  for (const make of [modelOf, fullModelOf]) {
    assert.equal(make(1000).rules.length, 1000);
    assert.deepEqual(make(1000), make(1000));
  }
  const events = eventsOf(100, 5, 1005);
  assert.deepEqual(events, eventsOf(100, 0, 1005).slice(5));
  assert.equal(new Set(events.map(({ id }) => id)).size, 1000);
  assert.ok(events.every(({ time }, n) => n === 0 || time > events[n - 1].time));
});
