// The package against the native engine, on random models and visitors: the same assessments, character by character.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { cargoTarget, root } from "../../pkg-config/tools/steps.mjs";
import { install, load } from "./consumer.mjs";

const { score, Scorer } = await load(await install("native"));

// Cargo's tests make them; which, WARMLEAD_CASES and WARMLEAD_SEED say. They are made anew, so that they are of this source.
execFileSync("cargo", ["test", "--quiet", "--package", "warmlead", "--test", "cases"], { cwd: root, stdio: "pipe" });
const lines = createInterface({ input: createReadStream(join(cargoTarget, "tmp/cases.jsonl")) });

test("a list of events, and events one by one, come to what they come to natively", async () => {
  let cases = 0;
  for await (const line of lines) {
    const { seed, model, traits, events, now, says } = JSON.parse(line);
    const options = { now, explain: true };
    const scored = score(events, { model, visitor: "v", traits: traits ?? undefined, ...options });
    assert.equal(wordless(scored), wordless(JSON.parse(says)), `seed ${seed}, as a list: ${line}`);
    // What is kept of more events than a model has room for depends on their order if they share ids, whether or not any is refused in the end.
    const crowded = events.length > (model.retention?.events ?? Infinity) && new Set(events.map(({ id }) => id)).size < events.length;
    if (!traits && scored.rejected.length === 0 && !crowded) {
      const visitor = new Scorer(model).visitor("v");
      for (const event of events) visitor.record(event, { now });
      const { rejected, ...expected } = scored;
      assert.equal(JSON.stringify(visitor.assess(options)), JSON.stringify(expected), `seed ${seed}, one by one: ${line}`);
      visitor.dispose();
    }
    cases++;
  }
  assert.ok(cases >= 100, `${cases} cases`);
});

/** As text, without what a page's module leaves to `warmlead/check`: refusals in words. */
function wordless({ rejected, ...assessment }) {
  return JSON.stringify([assessment, rejected.map(({ message, ...rest }) => rest)]);
}
