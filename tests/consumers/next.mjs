// Next.js: scored in a server component, in a client component and in edge functions, while developing and as deployed by each of its two bundlers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shown } from "./support/chromium.mjs";
import { expected } from "./support/expected.mjs";
import { bin, layOut } from "./support/install.mjs";
import { copies } from "./support/outputs.mjs";
import { execute, serving } from "./support/programs.mjs";
import { answered } from "./support/requests.mjs";

const visit = readFileSync(new URL("visit.json", import.meta.url));
const next = bin("next/dist/bin/next");

test("Next.js, while developing", async (t) => {
  const cwd = layOut("next-dev", "next");
  await serving(process.execPath, [next, "dev", "--port=0"], { cwd }, (address) => scores(t, address));
});

for (const bundler of ["turbopack", "webpack"]) {
  test(`Next.js with ${bundler}, as deployed`, async (t) => {
    const cwd = layOut(`next-${bundler}`, "next");
    await execute(process.execPath, [next, "build", `--${bundler}`], { cwd });
    await t.test("one engine in what a browser gets, one at the edge, and one in each page on the server", () => {
      const found = copies(join(cwd, ".next")).filter((name) => !name.endsWith(".map") && !name.startsWith("cache/"));
      const count = (pattern) => found.filter((name) => pattern.test(name)).length;
      // Vercel compiles no bytes at the edge: there it must be a file.
      assert.deepEqual([count(/^static\//), count(/^server\/edge.*\.wasm$/), found.length], [1, 1, 4], found.join(", "));
    });
    await serving(process.execPath, [next, "start", "--port=0"], { cwd }, (address) => scores(t, address));
  });
}

async function scores(t, address) {
  await t.test("server component", async () => assert.deepEqual(await shown(address), expected));
  await t.test("client component", async () => assert.deepEqual(await shown(`${address}/client`), expected));
  await t.test("edge function", async () => assert.deepEqual(await answered(`${address}/edge`), expected));
  await t.test("edge function made by warmlead/edge", async () => {
    const headers = { "content-type": "application/json" };
    assert.deepEqual(await answered(`${address}/score`, { method: "POST", headers, body: visit }), expected);
  });
}
