// What every consumer must find: what the engine says natively, through the command, of the same visit.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cargoTarget } from "../../../pkg-config/tools/steps.mjs";

const program = process.env.WARMLEAD_BIN ?? join(cargoTarget, "debug/warmlead");
const { events, visitor, now } = JSON.parse(readFileSync(new URL("../visit.json", import.meta.url), "utf8"));

function natively() {
  assert.ok(existsSync(program), `${program} is missing: cargo build -p warmlead-server`);
  const input = events.map((event) => JSON.stringify({ visitor, ...event })).join("\n");
  try {
    const args = ["score", "--model", "b2b-saas", "--now", String(now), "--explain", "-"];
    return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  } catch (error) {
    // One event is refused, on purpose, and the command says so with its exit code.
    assert.equal(error.status, 1, String(error));
    return error.stdout;
  }
}

/** The assessment. It is no trivial one: it has points, a receipt, and an event that was refused. */
export const expected = JSON.parse(natively());
assert.ok(expected.scores.engagement.value > 0 && expected.receipt.engagement.length > 1);
assert.deepEqual([expected.events, expected.rejected.length], [4, 1]);

/** What the browser client must come to: a page view and a demo request, and no collector that would have another model than the one that ships. */
export const expectedOfClient = { status: "running", events: 2, rules: ["meeting"] };
