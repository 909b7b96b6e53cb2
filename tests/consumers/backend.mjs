// Programs outside of a browser: Node, as it is here and newer, as a module and as CommonJS, Deno, Bun.

import assert from "node:assert/strict";
import { test } from "node:test";
import { expected } from "./support/expected.mjs";
import { bun, deno, layOut, newNode } from "./support/install.mjs";
import { execute } from "./support/programs.mjs";

async function says(app, program, ...args) {
  const printed = await execute(program, args, { cwd: layOut(app) });
  assert.deepEqual(JSON.parse(printed), expected);
}

// Node 20 can require ES modules, if it is not too old: without that, what is meant for CommonJS is what is used.
const commonJs = "--no-experimental-require-module";
for (const [name, node] of [[`Node ${process.versions.node}`, () => process.execPath], ["Node 24", newNode]]) {
  test(`${name}, module`, () => says("node", node(), "index.js"));
  test(`${name}, CommonJS`, () => says("commonjs", node(), commonJs, "index.js"));
  test(`${name}, module that brings the engine itself`, () => says("slim", node(), "index.js"));
  test(`${name}, CommonJS that brings the engine itself`, () => says("slim", node(), commonJs, "index.cjs"));
}
test("Deno", () => says("deno", deno(), "run", "--cached-only", "--no-prompt", "index.js"));
test("Bun", () => says("bun", bun(), "run", "index.js"));
