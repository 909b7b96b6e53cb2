// Pages that bundlers have made, each called the shortest way that it has.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { shownFrom } from "./support/chromium.mjs";
import { expected, expectedOfClient } from "./support/expected.mjs";
import { bin, layOut } from "./support/install.mjs";
import { copies } from "./support/outputs.mjs";
import { execute } from "./support/programs.mjs";

const apps = {
  bundled: { what: "a page", sources: ["src/index.js"], expected },
  "bundled-worker": { what: "a page with a worker", sources: ["src/index.js", "src/worker.js"], expected },
  "bundled-client": { what: "a page with the browser client", sources: ["src/index.js"], expected: expectedOfClient },
};

/** Bundler → its command line for the sources of a page and its worker. */
const bundlers = {
  Vite: () => [bin("vite/bin/vite.js"), "build"],
  "webpack 5": () => [bin("webpack-cli/bin/cli.js"), "--mode=production", "--output-filename=index.js"],
  // Rollup finds packages by a plug-in that its own documentation asks for; workers are to it sources like others, as to esbuild.
  Rollup: (sources) => [bin("rollup/dist/bin/rollup"), ...sources, "--plugin=node-resolve", "--dir=dist"],
  esbuild: (sources) => [bin("esbuild/bin/esbuild"), ...sources, "--bundle", "--minify", "--splitting", "--format=esm", "--outdir=dist"],
};

for (const [bundler, command] of Object.entries(bundlers)) {
  for (const [app, { what, sources, expected }] of Object.entries(apps)) {
    test(`${bundler}: ${what}`, async () => {
      const folder = layOut(`${app}-${bundler.match(/\w+/)[0].toLowerCase()}`, app);
      await execute(process.execPath, command(sources), { cwd: folder });
      const dist = join(folder, "dist");
      assert.equal(copies(dist).length, 1, `copies of the engine: ${copies(dist).join(", ") || "none"}`);
      assert.deepEqual(await shownFrom(dist), expected);
    });
  }
}
