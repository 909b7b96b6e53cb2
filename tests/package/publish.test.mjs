// What is published, looked at by those who judge packages: publint, attw, and npm itself.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root, run, target } from "../../pkg-config/tools/steps.mjs";

const { resolve } = createRequire(join(root, "pkg-config/package.json"));
const tarball = join(target, "npm/warmlead.tgz");

test("publint has nothing to say", async () => {
  const publint = join(root, "pkg-config/node_modules/publint/src/cli.js");
  const { output } = await run(process.execPath, [publint, "run", "--strict", join(target, "npm/package")], { capture: true, env: { NO_COLOR: "1" } });
  assert.match(output, /All good!/);
});

test("every way to resolve the types finds those of the file that it finds (attw)", async () => {
  const attw = join(dirname(resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");
  // What is no module has no types of one.
  const without = ["warmlead.wasm", "warmlead.iife.js", "stub.js", "package.json", "model.schema.json"];
  const { output } = await run(process.execPath, [attw, tarball, "--no-color", "--no-emoji", "--format", "table-flipped", "--exclude-entrypoints", ...without], { capture: true });
  assert.match(output, /No problems found/);
  for (const entry of ["warmlead", "warmlead/slim", "warmlead/browser", "warmlead/panel", "warmlead/edge"]) assert.ok(output.includes(`"${entry}"`), entry);
});

test("npm would publish it as it is", async () => {
  // Whether somebody is logged in, or the registry is in reach, is not the package's doing.
  const env = { npm_config_fetch_retries: "0", npm_config_fetch_timeout: "10000" };
  const { output } = await run("npm", ["publish", "--dry-run", tarball], { capture: true, env });
  assert.match(output, /^\+ warmlead@/m);
  assert.doesNotMatch(output, /auto-corrected|npm error/);
});
