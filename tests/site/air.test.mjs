// The sums of the room planner, against sums done by hand. The same numbers stand in the site's texts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { advise, afterAnHour, day, judge, minutesUntilStale } from "../../www/js/air.js";

const plan = (change) => ({ room: "meeting", people: 5, airing: "shut", hours: new Set([9, 10, 13, 14, 16]), ...change });
const near = (actual, expected, by, what) => assert.ok(Math.abs(actual - expected) <= by, `${what}: ${actual}, not ${expected} ± ${by}`);

test("eight people in a closed room of 40 m³ pass 1 000 ppm in ten minutes", () => {
  // 8 × 0.018 m³/h into 0.5 × 40 m³/h of leaks: towards 420 + 7 200, of which 1 − e^(−0.5·t) is reached after t hours.
  const { curve } = judge(plan({ people: 8, hours: new Set([8]) }));
  near(curve[10], 420 + 7200 * (1 - Math.exp(-0.5 / 6)), 0.01, "after ten minutes");
  near(curve[10], 1000, 10, "after ten minutes");
  near(curve[60], 420 + 7200 * (1 - Math.exp(-0.5)), 0.01, "after an hour");
});

test("an empty shut room loses two fifths of its stale air in an hour", () => {
  const curve = day(plan({ hours: new Set([8]) }));
  near((curve[120] - 420) / (curve[60] - 420), 1 - 0.4, 0.01, "what is left");
});

test("ventilation settles at 420 + 18 000 / (m³ an hour for each person), a little less for the leaks", () => {
  // Eight seats of 36 m³/h and 20 m³/h of leaks for eight people: 38.5 m³/h each.
  const curve = day(plan({ people: 8, airing: "fan", hours: new Set([8, 9, 10]) }));
  near(curve[180], 420 + 18000 / 38.5, 1, "after three hours");
});

test("stale minutes count only while somebody is there", () => {
  const { minutes, first } = judge(plan({ people: 8, hours: new Set([8]) }));
  assert.equal(first, 11, "1 000 ppm are passed after ten minutes and a little");
  assert.equal(minutes, 49, "from then to the full hour, and not after it");
  assert.deepEqual(judge(plan({ hours: new Set() })).minutes, 0);
});

test("the advice is the mildest that halves the stale minutes, and none where there are none", () => {
  const office = plan({ room: "office", people: 14 });
  const advice = advise(office);
  assert.equal(advice.kind, "hourly");
  assert.equal(judge({ ...office, ...advice.change }).minutes, advice.minutes);
  assert.ok(advice.minutes <= judge(office).minutes / 2);
  assert.equal(advise(plan()).kind, "fan", "in a small room windows alone do not halve them");
  assert.equal(advise(plan({ airing: "fan" })), null);
});

test("a room of any size, full from fresh: the same sums in closed form", () => {
  const { curve } = judge(plan({ people: 8, hours: new Set([8]) }));
  near(afterAnHour(40, 8), curve[60], 0.01, "after an hour");
  near(minutesUntilStale(40, 8), -Math.log(1 - 580 / 7200) * 120, 1e-9, "until it is stale");
  near(minutesUntilStale(380, 30), 27.4, 0.1, "the reading room of the letter: within half an hour");
  assert.equal(minutesUntilStale(400, 2), null, "never");
});

test("the two meetings of the blog: back to back, and an hour apart with five minutes of open windows between", () => {
  const back = day(plan({ people: 8, hours: new Set([9, 10]) }));
  near(back[120], 3250, 10, "where the second begins");
  near(back[180], 5000, 50, "where it ends");
  // One air change in five minutes of open windows, then 55 minutes of cracks.
  near(420 + (back[120] - 420) * Math.exp(-1) * Math.exp(-0.5 * 55 / 60), 1080, 10, "an hour later");
});

test("advice always helps, whatever the plan", () => {
  for (const room of ["meeting", "class", "office"]) for (const airing of ["shut", "hourly", "fan"]) for (let people = 1; people <= 34; people += 3) {
    const before = plan({ room, airing, people, hours: new Set([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]) });
    const advice = advise(before);
    if (advice) assert.ok(judge({ ...before, ...advice.change }).minutes < judge(before).minutes, `${room}, ${airing}, ${people}`);
  }
});
