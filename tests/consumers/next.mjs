// Next.js: scored in a server component, in a client component and in an edge function, by each of its two bundlers, while developing and as deployed.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { shown } from "./support/chromium.mjs";
import { expected } from "./support/expected.mjs";
import { bin, layOut } from "./support/install.mjs";
import { copies } from "./support/outputs.mjs";
import { execute, serving } from "./support/programs.mjs";

const next = bin("next/dist/bin/next");

for (const bundler of ["turbopack", "webpack"]) {
  test(`Next.js with ${bundler}, while developing`, async (t) => {
    const cwd = layOut(`next-${bundler}-dev`, "next");
    await serving(process.execPath, [next, "dev", `--${bundler}`, "--port=0"], { cwd }, (address) => scores(t, address));
  });

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
  await t.test("edge function", async () => {
    const answer = await fetch(`${address}/edge`, { signal: AbortSignal.timeout(60_000) });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    assert.deepEqual(JSON.parse(text), expected);
  });
}
