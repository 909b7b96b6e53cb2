// Edge runtimes: Vercel's, as an emulator, and Cloudflare's own workerd, once as wrangler serves it and once as Vitest runs tests in it.
// Cloudflare's tools need a newer Node than the package does.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expected } from "./support/expected.mjs";
import { bin, layOut, newNode } from "./support/install.mjs";
import { copies } from "./support/outputs.mjs";
import { execute, serving } from "./support/programs.mjs";
import { answered } from "./support/requests.mjs";

const answers = async (address) => assert.deepEqual(await answered(address), expected);

test("edge-runtime", async () => {
  const cwd = layOut("edge-runtime");
  await execute(process.execPath, [bin("esbuild/bin/esbuild"), "src/index.js", "--bundle", "--minify", "--outdir=dist"], { cwd });
  assert.deepEqual(copies(join(cwd, "dist")), ["index.js"]);
  await serving(process.execPath, [bin("edge-runtime/dist/cli/index.js"), "--listen", "--port=0", "dist/index.js"], { cwd }, answers);
});

test("workerd, through wrangler", async () => {
  const cwd = layOut("workerd");
  const wrangler = bin("wrangler/bin/wrangler.js");
  await execute(newNode(), [wrangler, "deploy", "--dry-run", "--outdir=dist"], { cwd });
  const found = copies(join(cwd, "dist"));
  assert.ok(found.length === 1 && found[0].endsWith(".wasm"), `copies of the engine: ${found.join(", ") || "none"}`);
  const options = ["--local", "--ip=127.0.0.1", "--port=0", "--inspector-port=0", "--persist-to=state", "--show-interactive-dev-session=false"];
  await serving(newNode(), [wrangler, "dev", ...options], { cwd }, answers);
});

test("workerd, through @cloudflare/vitest-pool-workers", async () => {
  const cwd = layOut("workerd-vitest");
  writeFileSync(join(cwd, "expected.json"), JSON.stringify(expected));
  const printed = await execute(newNode(), [bin("vitest/vitest.mjs"), "run", "--reporter=json"], { cwd });
  const { numPassedTests, success } = JSON.parse(printed.slice(printed.indexOf("{")));
  assert.deepEqual({ numPassedTests, success }, { numPassedTests: 2, success: true });
});
