// What JavaScript reads and writes in the module's memory, wherever that memory has gone meanwhile: it moves when it grows, which any call may make it do.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const preloaded = new URL("../support/moving.mjs", import.meta.url).href;

for (const name of ["visitor", "score", "lanes", "events", "translate", "check"]) {
  test(`where memory moves at each call, all holds: ${name}`, () => {
    // A test's process that starts tests of its own would be told to report to the outer one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const file = fileURLToPath(new URL(`${name}.test.mjs`, import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, ["--test", file], { env: { ...env, NODE_OPTIONS: `--import=${preloaded}` }, encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
}
